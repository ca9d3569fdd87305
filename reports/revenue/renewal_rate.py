"""How many of the renewals that came up were renewed, on time, late or not, by count and by value?"""

from datetime import date

import polars as pl

from data.store.store import Store
from data.viewer import Viewer
from metrics.currency import converted
from metrics.renewals import RENEWAL_TARGET, renewal_results
from reports.books import Books, opened_books, told
from reports.parameters import period
from reports.report import Question, Report

UNITS = {
    "account_id": "text", "name": "text", "ends_on": "day", "due": "money", "kept": "money", "state": "text", "renewed_on": "day",
}  # fmt: skip
TYPES = {"text": pl.String, "day": pl.Date, "money": pl.Int64}
STATES = ("on_time", "late", "in_grace", "lost")
TOTALS = {
    **dict.fromkeys(("renewals", *STATES), "count"), "due": "money", "kept": "money",
    "rate_by_count": "ratio", "rate_by_value": "ratio", "target": "ratio",
}  # fmt: skip


def renewal_rate(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per renewal after `from` and not after `to`: ARR due, ARR kept, on time, late, in grace or lost.

    Totals: how many of each state, and the two rates: by count, on time and late of all that are decided (in grace is not); by value,
    kept of due over the same. Null where nothing is decided.
    """
    with opened_books(store, viewer, question) as books:
        start, end = period(question, books.day) if books.day else (None, None)
        rows = _rows(books, start, end) if start else pl.DataFrame(schema={name: TYPES[unit] for name, unit in UNITS.items()})
        return told(
            books, viewer, question, "renewal-rate", "Renewal rate", rows=rows, totals=_totals(rows), units=UNITS | TOTALS,
            parameters={"from": start, "to": end},
        )  # fmt: skip


def _rows(books: Books, start: date, end: date) -> pl.DataFrame:
    dated = books.lines.with_columns(on=pl.lit(books.day))
    lines = converted(dated, on="on", rates=books.rates, currency=books.currency)
    results = renewal_results(lines, start=start, end=end, as_of=books.day, grace_days=books.rules.grace_days)
    names = books.view.accounts().lazy().select("account_id", "name")
    return results.join(names, on="account_id", how="left").select(*UNITS).sort("ends_on", "account_id").collect()


def _totals(rows: pl.DataFrame) -> dict[str, object]:
    counts = {state: (rows["state"] == state).sum() for state in STATES}
    decided = rows.filter(pl.col("state") != "in_grace")
    due, kept, number = decided["due"].sum(), decided["kept"].sum(), decided.height
    rates = {
        "rate_by_count": (counts["on_time"] + counts["late"]) / number if number else None,
        "rate_by_value": kept / due if due else None,
    }
    return {"renewals": rows.height, **counts, "due": due, "kept": kept, **rates, "target": RENEWAL_TARGET}
