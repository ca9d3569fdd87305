"""What is recorded of accounts, as it was imported: tickets, surveys, contacts, activities, churn events."""

from collections.abc import Callable
from datetime import timedelta

import polars as pl

from data.schema import TABLES
from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from reports.parameters import as_of, printed
from reports.report import Question, Report

# The day on which a row of a table happened: rows after the day looked at are left out. Contacts have none.
HAPPENED = {"tickets": "opened_at", "surveys": "answered_at", "activities": "done_on", "churn_events": "churned_on", "contacts": None}
UNIT = {"day": "day", "instant": "instant", "integer": "count", "number": "number", "money": "number", "bool": "flag"}


def records_of(table: str) -> Callable[[Store, Viewer, Question], Report]:
    """The report that lists one table's rows, newest first, each with the file and line it came from."""

    def records(store: Store, viewer: Viewer, question: Question) -> Report:
        with View(store, viewer, question.known_at, question.filters) as view:
            day = as_of(view, question)
            rows = _until(view.table(table), HAPPENED[table], day)
            parameters, version = printed(view, viewer, question, day), view.data_version
        files = store.imports().select("batch", "file")
        names = ["account_id", *(name for name in TABLES[table].names if name != "account_id")]
        units = {name: UNIT.get(TABLES[table].column(name).kind, "text") for name in names} | {"file": "text", "line": "count"}
        listed = rows.join(files, on="batch", how="left").select(*units)
        return Report(table.replace("_", "-"), TABLES[table].title, parameters, question.rules, "", version, listed, {}, units)

    return records


def _until(rows: pl.DataFrame, column: str | None, day: object) -> pl.DataFrame:
    """The rows that had happened by a day, newest first; what is only due, and has no such day yet, stays."""
    if column is None or day is None:
        return rows
    happened = pl.col(column).cast(pl.Date)
    return rows.filter((happened < day + timedelta(days=1)).fill_null(True)).sort(column, "row_key", descending=[True, False])
