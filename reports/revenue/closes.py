"""Periods that were closed: the figures as they were published, by whom and when, kept in the store and undoable like any import."""

import json
from datetime import UTC, datetime

import polars as pl

from data.store.edits import commit_frame
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import Viewer
from reports.report import Question, Report
from reports.revenue.restatement import at_moment
from reports.revenue.retention import retention

FIGURES = ("opening_mrr", "closing_mrr", "retained_mrr", "opening_accounts", "retained_accounts", "nrr", "grr", "logo_retention")
UNITS = {
    "close_id": "text", "from": "day", "to": "day", "as_of": "day", "rules": "text", "closed_by": "text",
    "closed_at": "instant", "arr": "money",
    "opening_mrr": "money", "closing_mrr": "money", "nrr": "ratio", "grr": "ratio", "logo_retention": "ratio",
}  # fmt: skip
TYPES = {"text": pl.String, "day": pl.Date, "instant": pl.Datetime("us", "UTC"), "money": pl.Int64, "ratio": pl.Float64}


def close_period(store: Store, question: Question, *, at: datetime, who: str) -> BatchResult:
    """Freeze the figures of a period as they are known at `at`: a row of the table closes, in a batch of its own.

    What is frozen is the whole company's, without filters. Raises ValueError where the store is empty or the period cannot be.
    """
    asked = Question(question.as_of, at.astimezone(UTC).isoformat(), question.start, question.end, rules=question.rules)
    kept = retention(store, Viewer(), asked)
    if not kept.totals:
        raise ValueError("There is nothing to close: import contracts first.")
    start, end, as_of = (kept.parameters[name] for name in ("from", "to", "as_of"))
    arr = at_moment(store, Viewer(), asked, start=start, end=end)["arr"].sum()
    figures = {name: kept.totals[name] for name in FIGURES} | {"arr": arr}
    row = {
        "close_id": f"{start}/{end}/{at:%Y-%m-%dT%H:%M:%S}", "opens_on": start, "closes_on": end, "as_of": as_of, "rules": question.rules,
        "closed_by": who, "closed_at": at, "data_version": kept.data_version, "figures": json.dumps(figures),
    }  # fmt: skip
    return commit_frame(store, "closes", pl.DataFrame([row]), "closes", who)


def closes(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per closed period, newest first: who closed it when, under which rules, and its figures. For those who see all."""
    with View(store, viewer, question.known_at) as view:
        found, version = view.table("closes").sort("closed_at", descending=True), view.data_version
    rows = [
        {**json.loads(row["figures"]), "close_id": row["close_id"], "from": row["opens_on"], "to": row["closes_on"], "as_of": row["as_of"],
         "rules": row["rules"], "closed_by": row["closed_by"], "closed_at": row["closed_at"]}
        for row in found.iter_rows(named=True)
    ]  # fmt: skip
    schema = {name: TYPES[unit] for name, unit in UNITS.items()}
    frame = pl.DataFrame([{name: row[name] for name in UNITS} for row in rows], schema=schema)
    parameters = {"known_at": question.known_at, "viewer": viewer.owner}
    return Report("closes", "Closed periods", parameters, question.rules, "", version, frame, {}, UNITS)
