"""Periods that were closed: the figures as they were published, by whom and when, kept in the store and undoable like any import."""

import json
from datetime import UTC, datetime
from typing import Any

import polars as pl

from data.store.edits import commit_frame
from data.store.store import BatchResult, Store
from data.viewer import EDIT, EVERYONE, Actor, Viewer
from language import mark, tr
from metrics.rules import choices, preset
from reports.definition import Answer, Definition
from reports.look import Look, opened_whole
from reports.report import Question
from reports.revenue.restatement import at_moment
from reports.revenue.retention import retention
from reports.units import schema_of

CLOSED_BY = ("as_of", "from", "to", "rules")  # the parameters that make a close
FIGURES = ("opening_mrr", "closing_mrr", "retained_mrr", "opening_accounts", "retained_accounts", "nrr", "grr", "logo_retention")
COLUMNS = {
    "close_id": "text", "from": "day", "to": "day", "as_of": "day", "rules": "text", "closed_by": "text",
    "closed_at": "instant", "arr": "money",
    "opening_mrr": "money", "closing_mrr": "money", "nrr": "ratio", "grr": "ratio", "logo_retention": "ratio",
}  # fmt: skip


def close_period(store: Store, question: Question, *, at: datetime, who: str | Actor, viewer: Viewer = EVERYONE) -> BatchResult:
    """Freeze the figures of a period as they are known at `at`: a row of the table closes, in a batch of its own.

    What is frozen is the whole company's, without filters; with the figures the choices of the rules, so that they can be told again when
    rules have changed. Raises ValueError where the store is empty, the period cannot be, or it ends after the day of `at`: a close never
    lies ahead. NotAllowed for a viewer who may not close periods of the whole company.
    """
    viewer.for_whole_company(EDIT, "closes")
    who = viewer.signs(who)
    moment = at.astimezone(UTC).isoformat()
    asked = Question(as_of=question.as_of, known_at=moment, start=question.start, end=question.end, rules=question.rules)
    kept = retention(store, Viewer(), asked)
    if not kept.totals:
        raise ValueError(tr("There is nothing to close: import contracts first."))
    of: dict[str, Any] = {name: kept.parameters[name] for name in ("from", "to", "as_of")}
    start, end, as_of = of["from"], of["to"], of["as_of"]
    if end > at.astimezone(UTC).date():
        raise ValueError(tr("to: {end} is still to come, and a period is closed once it is over. Give an earlier day.", end=end))
    arr = at_moment(store, Viewer(), asked, start=start, end=end)["arr"].sum()
    figures = {name: kept.totals[name] for name in FIGURES} | {"arr": arr, "choices": choices(preset(question.rules))}
    row = {
        "close_id": f"{start}/{end}/{at:%Y-%m-%dT%H:%M:%S}", "opens_on": start, "closes_on": end, "as_of": as_of, "rules": question.rules,
        "closed_by": str(who), "closed_at": at, "data_version": kept.data_version, "figures": json.dumps(figures),
        "audit_head": store.audit_head() or None,
    }  # fmt: skip
    return commit_frame(store, "closes", pl.DataFrame([row], schema_overrides={"audit_head": pl.String}), "closes", who)


def _closes(look: Look, question: Question) -> Answer:
    """One row per closed period, newest first: who closed it when, under which rules, and its figures. For those who see all."""
    found = look.view.table("closes").sort("closed_at", descending=True)
    rows = [
        {**json.loads(row["figures"]), "close_id": row["close_id"], "from": row["opens_on"], "to": row["closes_on"], "as_of": row["as_of"],
         "rules": row["rules"], "closed_by": row["closed_by"], "closed_at": row["closed_at"]}
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    return Answer(pl.DataFrame([{name: row[name] for name in COLUMNS} for row in rows], schema=schema_of(COLUMNS)))


closes = Definition(
    "closes", mark("Closed periods"), COLUMNS, _closes, opens=opened_whole, ignores=("as_of",), states=("known_at", "viewer", "rules")
)
