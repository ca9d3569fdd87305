"""How many of the renewals that came up were renewed, on time, late or not, by count and by value?"""

from datetime import date

import polars as pl

from metrics.currency import converted
from metrics.renewals import RENEWAL_TARGET, renewal_results
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.units import empty

COLUMNS = {
    "account_id": "text", "name": "text", "ends_on": "day", "due": "money", "kept": "money", "state": "text", "renewed_on": "day",
}  # fmt: skip
STATES = ("on_time", "late", "in_grace", "lost")
TOTALS = dict.fromkeys(
    ("rate_by_count", "rate_by_value", "target", "rate_by_count_without_grace", "rate_by_value_without_grace"), "ratio"
) | {"due_in_grace": "money"}


def _renewal_rate(books: Books, question: Question) -> Answer:
    """One row per renewal after `from` and not after `to`: ARR due, ARR kept, on time, late, in grace or lost.

    Totals: how many of each state, and the two rates: by count, on time and late of all that are decided (in grace is not); by value,
    kept of due over the same. Null where nothing is decided. Beside each the rate without grace: what was renewed on the day itself, of
    all that came up; those still in grace may yet lower the first (`due_in_grace`).
    """
    start, end = books.period(question)
    rows = _rows(books, start, end) if start and end else empty(COLUMNS)
    return Answer(rows, _totals(rows), books.notes)


def _rows(books: Books, start: date, end: date) -> pl.DataFrame:
    dated = books.lines.with_columns(on=pl.lit(books.day))
    lines = converted(dated, on="on", **books.money)
    results = renewal_results(lines, start=start, end=end, as_of=books.day or end, grace_days=books.rules.grace_days)
    return results.join(books.names(), on="account_id", how="left").select(*COLUMNS).sort("ends_on", "account_id").collect()


def _totals(rows: pl.DataFrame) -> dict[str, object]:
    counts = {state: int((rows["state"] == state).sum()) for state in STATES}
    decided = rows.filter(pl.col("state") != "in_grace")
    due, kept, number = int(decided["due"].sum()), int(decided["kept"].sum()), decided.height
    rates = {
        "rate_by_count": (counts["on_time"] + counts["late"]) / number if number else None,
        "rate_by_value": kept / due if due else None,
    }
    return {"renewals": rows.height, **counts, "due": due, "kept": kept, **rates, "target": RENEWAL_TARGET, **_without_grace(rows)}


def _without_grace(rows: pl.DataFrame) -> dict[str, object]:
    """The rates under grace 0, and the ARR of what is still in grace."""
    at_once, due, count = rows.filter(pl.col("state") == "on_time"), int(rows["due"].sum()), rows.height
    return {
        "rate_by_count_without_grace": at_once.height / count if count else None,
        "rate_by_value_without_grace": int(at_once["kept"].sum()) / due if due else None,
        "due_in_grace": int(rows.filter(pl.col("state") == "in_grace")["due"].sum()),
    }


renewal_rate = Definition("renewal-rate", "Renewal rate", COLUMNS, _renewal_rate, TOTALS, of_period=True)
