"""The switchboard: what would ARR be under other rules, and which contracts make the difference?"""

from dataclasses import replace

import polars as pl

from data.store.store import Store
from data.viewer import Viewer
from metrics.rules import preset
from metrics.rules_compared import rules_compared
from reports.books import Books, opened_books, told
from reports.report import Question, Report
from reports.revenue.arr import arr

UNITS = {
    "account_id": "text", "name": "text", "contract_id": "text", "product": "text", "cause": "text", "arr_one": "money",
    "arr_other": "money",
    "mrr_one": "money", "mrr_other": "money", "difference": "money", "file": "text", "line": "count",
}  # fmt: skip
TYPES = {"text": pl.String, "money": pl.Int64, "count": pl.Int64}


def compare_rules(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per contract line that is worth something else under the rules `against` than under `rules`, with the cause.

    Totals: ARR under both (arr_one, arr_other) and the difference, which is the sum of the rows' differences; a note per cause.
    Raises ValueError for unknown rules.
    """
    other = preset(question.against)
    with opened_books(store, viewer, question) as books:
        rows, totals = _rows(store, books, question.against), _totals(store, viewer, question, books)
        return told(
            books, viewer, question, "compare-rules", f"{books.rules.name} beside {other.name}", rows=rows, totals=totals,
            units=UNITS, parameters={"against": other.name}, notes=_notes(rows, books.currency),
        )  # fmt: skip


def _rows(store: Store, books: Books, against: str) -> pl.DataFrame:
    if books.day is None:
        return pl.DataFrame(schema={name: TYPES[unit] for name, unit in UNITS.items()})
    apart = books.apart.select("row_key")
    contracts = books.view.contracts().lazy().join(apart, on="row_key", how="anti")
    found = rules_compared(
        contracts, day=books.day, as_of=books.day, one=books.rules, other=preset(against), rates=books.rates, currency=books.currency
    )
    names = books.view.accounts().lazy().select("account_id", "name")
    files = store.imports().select("batch", "file").lazy()
    told_rows = found.join(names, on="account_id", how="left").join(files, on="batch", how="left").select(*UNITS)
    return told_rows.sort(pl.col("difference").abs(), "account_id", "line", descending=[True, False, False]).collect()


def _totals(store: Store, viewer: Viewer, question: Question, books: Books) -> dict[str, int]:
    one, other = (_arr(store, viewer, question, rules) for rules in (question.rules, question.against))
    return {"arr_one": one, "arr_other": other, "difference": other - one}


def _arr(store: Store, viewer: Viewer, question: Question, rules: str) -> int:
    return arr(store, viewer, replace(question, rules=rules, by=None)).totals["arr"]


def _notes(rows: pl.DataFrame, currency: str) -> tuple[str, ...]:
    causes = rows.group_by("cause").agg(pl.len().alias("lines"), pl.col("difference").sum()).sort("cause")
    return tuple(f"{cause}: {lines} lines, {cents / 100:+,.2f} {currency}".replace("-", "−", 1) for cause, lines, cents in causes.rows())
