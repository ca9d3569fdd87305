"""What is recorded of accounts, as it was imported: tickets, surveys, contacts, activities, churn events."""

from datetime import date, timedelta

import polars as pl

from data.schema import TABLES
from language import mark
from metrics.tickets import as_known_on, with_resolution
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question

# The day on which a row of a table happened: rows after the day looked at are left out. Contacts have none.
HAPPENED = {"tickets": "opened_at", "surveys": "answered_at", "activities": "done_on", "churn_events": "churned_on", "contacts": None}
TITLES = {
    "tickets": mark("Tickets"),
    "surveys": mark("Surveys"),
    "activities": mark("Activities"),
    "churn_events": mark("Churn events"),
    "contacts": mark("Contacts"),
}
WORKED_OUT = {"tickets": {"resolved_by": "text"}}  # of tickets: how it is known when one was resolved, see metrics/tickets.py
UNIT = {"day": "day", "instant": "instant", "integer": "count", "number": "number", "money": "number", "bool": "flag"}


def records_of(table: str) -> Definition:
    """The report that lists one table's rows, newest first, each with the file and line it came from."""
    names = ["account_id", *(name for name in TABLES[table].names if name != "account_id")]
    columns = {name: UNIT.get(TABLES[table].column(name).kind, "text") for name in names} | WORKED_OUT.get(table, {})
    columns |= {"file": "text", "line": "count"}

    def records(look: Look, question: Question) -> Answer:
        rows = look.view.table(table)
        told = _tickets(rows.lazy(), look.day) if table == "tickets" else rows
        return Answer(_until(told, HAPPENED[table], look.day).join(look.files(), on="batch", how="left").select(*columns))

    return Definition(table.replace("_", "-"), TITLES[table], columns, records, opens=opened)


def _tickets(rows: pl.LazyFrame, day: date | None) -> pl.DataFrame:
    resolved = with_resolution(rows)
    return (resolved if day is None else as_known_on(resolved, day)).collect()


def _until(rows: pl.DataFrame, column: str | None, day: date | None) -> pl.DataFrame:
    """The rows that had happened by a day, newest first; what is only due, and has no such day yet, stays."""
    if column is None or day is None:
        return rows
    happened = pl.col(column).cast(pl.Date)
    return rows.filter((happened < day + timedelta(days=1)).fill_null(True)).sort(column, "row_key", descending=[True, False])


RECORDS = tuple(records_of(table) for table in HAPPENED)
