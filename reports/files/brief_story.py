"""The part of a brief that tells an account's story: next step, what changed since the last conversation, people, goals, tasks, and what
happened last."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from language import InLanguage, language, mark, tr
from language.catalogue import ENGLISH
from language.formats import sentences
from metrics.tasks import OPEN
from reports.customers.account_changes import MEASURES
from reports.files.pdf import Section, told, told_day
from reports.report import Report
from reports.words.titles import title

REPORTS = ("next-steps", "account-changes", "stakeholders", "stakeholder-gaps", "goals", "tasks", "timeline")
TITLES = {"score": "health", "people": "contacts_known"}
# Report, heading, columns, how many rows.
TABLES = InLanguage({
    "stakeholders": (mark("Stakeholders"), ("name", "role", "is_champion", "state", "last_contact"), 4),
    "goals": (mark("Goals of the customer"), ("title", "target", "due_on", "state", "is_overdue", "evidence"), 3),
    "tasks": (mark("Open tasks"), ("title", "due_on", "state", "owner"), 4),
    "timeline": (mark("What happened last"), ("day", "what"), 6),
})  # fmt: skip


def told_first(reports: Mapping[str, Report]) -> list[Section]:
    """The next step, what changed, and what is missing among the people, as far as there is something to say."""
    sections = [_next_step(reports["next-steps"]), _changes(reports["account-changes"]), _gaps(reports["stakeholder-gaps"])]
    return [one for one in sections if one]


def _next_step(report: Report) -> Section | None:
    row = next(report.rows.iter_rows(named=True), {})
    if not row.get("next_step"):
        return None
    due = (
        tr("{step}, by {day}", step=row["next_step"], day=told_day(row["next_step_due_on"]))
        if row["next_step_due_on"]
        else row["next_step"]
    )
    return Section(tr("Next step"), tr("{step} (overdue)", step=due) if row["is_overdue"] else due)


def _changes(report: Report) -> Section | None:
    row = next(report.rows.iter_rows(named=True), None)
    if row is None:
        return None
    since = tr("Since the last conversation, {day}") if row["after_conversation"] else tr("No conversation is known; since {day}")
    moved = [name for name in MEASURES if row[f"{name}_before"] != row[f"{name}_now"]]
    same = [title(TITLES.get(name, name)) for name in MEASURES if name not in moved and row[f"{name}_now"] is not None]
    columns = [{"title": name, "right": at > 0, "wide": at == 0} for at, name in enumerate((tr("Figure"), tr("Then"), tr("Now")))]
    rows = [[title(TITLES.get(name, name)), _figure(report, row, name, "before"), _figure(report, row, name, "now")] for name in moved]
    text = tr("As then: {what}.", what=tr(", ").join(same)) if same else ""
    return Section(since.format(day=told_day(row["since"])), text, columns if rows else (), rows)


def _figure(report: Report, row: Mapping[str, Any], name: str, when: str) -> str:
    value = row[f"{name}_{when}"]
    return told(
        value if name != "score" or value is None else int(value + 0.5), "count" if name == "score" else report.units[f"{name}_{when}"]
    )


def _gaps(report: Report) -> Section | None:
    if report.rows.is_empty():
        return None
    return Section(tr("What is missing among the people"), sentences(*(tr("{why}.", why=why) for why in report.rows["why"])))


def tables(reports: Mapping[str, Report]) -> dict[str, tuple[Report, str, tuple[str, ...]]]:
    """The reports of TABLES with the rows that a brief has room for, each with its heading and columns; those with no row are left out."""
    found = {
        name: (_rows(name, reports[name], most), heading, columns) for name, (heading, columns, most) in TABLES.items() if name in reports
    }
    return {name: told_of for name, told_of in found.items() if told_of[0].rows.height}


def _rows(name: str, report: Report, most: int) -> Report:
    kept = {"tasks": pl.col("state").is_in(OPEN), "timeline": pl.col("kind") != "imports", "stakeholders": pl.col("state") != "left"}
    rows = report.rows.filter(kept[name]) if name in kept else report.rows
    if "state" in rows.columns and language() == ENGLISH:  # a code stands as it is, and reads as words without its lines
        rows = rows.with_columns(pl.col("state").str.replace_all("_", " "))
    return replace(report, rows=rows.head(most))
