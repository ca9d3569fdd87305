"""The day in a few lines for who leads: what changed, what is due, what was done, each figure with the rows behind it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import partial

import streamlit as st

from data.viewer import EDIT, VIEW
from language import InLanguage, mark, tr
from metrics.summary import DUE_WITHIN, RENEWALS_WITHIN
from metrics.tasks import RECENT
from pages.parts import forecast_line, today_words
from pages.ui import folds, loaders, tables, text
from pages.ui.choice import Choice
from reports import narrow
from reports.report import Report

PARTS = InLanguage({"changed": mark("What changed"), "due": mark("What is due"), "done": mark("What was done in 7 days")})
WORDS = InLanguage(
    {
        "overdue": mark("Tasks overdue"),
        "due_today": mark("Tasks due today"),
        "due_soon": mark("Tasks due in 7 days"),
        "renewals": mark("Renewals in 30 days"),
        "tasks_done": mark("Tasks done"),
        "conversations": mark("Conversations held"),
    }
)
ITEM, TASK = ("name", "why", "arr", "owner"), ("name", "title", "due_on", "owner", "arr")
TALK, RENEWAL = ("account_id", "done_on", "owner", "body"), ("name", "ends_on", "arr", "reasons", "last_conversation", "owner")


def show(choice: Choice) -> None:
    """The lines: at once for who leads and does not work on accounts, folded away for who does both."""
    if not choice.viewer.may(VIEW, "activities"):
        return
    report = _report(choice, "day-summary")
    if report.rows.is_empty():
        return
    if choice.viewer.may(EDIT, "activities"):
        folds.fold(tr("The day in short"), "day-summary", partial(_lines, choice, report), ":material/summarize:")
    else:
        _lines(choice, report)


def _report(choice: Choice, name: str, **more: int) -> Report:
    return loaders.report(choice.company, name, choice.viewer, replace(choice.question, **more))


def _lines(choice: Choice, report: Report) -> None:
    for part, title in PARTS.items():
        found = narrow.where(report, "part", part).rows.to_dicts()
        if found:
            with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"summary-{part}"):
                st.markdown(f"**{title}**", width=190)
                for row in found:
                    _figure(choice, report, row)
    forecast_line.show(choice)


def _figure(choice: Choice, report: Report, row: Mapping) -> None:
    what, worth = row["what"], text.money(report.shown("arr", row["arr"]), report.currency)
    title = WORDS.get(what) or today_words.KINDS[what][0]
    said = tr("{title}: {count} · {worth}", title=title, count=f"{row['count']:,}", worth=text.literal(worth))
    about = tr("{accounts}, {worth} ARR, each once. Opens the rows.", accounts=text.accounts(row["accounts"]), worth=text.literal(worth))
    if st.button(said, key=f"summary-{what}", type="tertiary", help=about):
        st.dialog(title, width="large", position="right")(partial(_rows, choice, what))()


def _rows(choice: Choice, what: str) -> None:
    rows, columns = _behind(choice, what)
    tables.table(rows, f"summary-{what}-rows", columns=columns)


def _behind(choice: Choice, what: str) -> tuple[Report, tuple[str, ...]]:
    """The rows behind a figure, and which columns of them are shown."""
    if what == "renewals":
        return _report(choice, "renewals", within=RENEWALS_WITHIN), RENEWAL
    if what in ("overdue", "due_today"):
        return narrow.of_states(_report(choice, "tasks"), what), TASK
    if what == "due_soon":
        return narrow.due_within(_report(choice, "tasks"), DUE_WITHIN), TASK
    if what in ("tasks_done", "conversations"):
        report = _report(choice, "tasks" if what == "tasks_done" else "activities")
        since = report.parameters["as_of"] - timedelta(days=RECENT - 1)
        kind = "" if what == "tasks_done" else "conversation"
        return narrow.done_between(report, since, report.parameters["as_of"], kind), TALK if kind else (*TASK, "done_on", "done_by")
    return narrow.where(narrow.needing(_report(choice, "today")), "kind", what), ITEM
