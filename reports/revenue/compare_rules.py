"""The switchboard: what would ARR be under other rules, and which contracts make the difference?"""

from dataclasses import replace

import polars as pl

from language import mark, tr, tr_n
from metrics.rules import preset
from metrics.rules_compared import rules_compared
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.revenue.arr import arr
from reports.units import empty
from reports.words.codes import said

COLUMNS = {
    "account_id": "text", "name": "text", "contract_id": "text", "product": "text", "cause": "text", "arr_one": "money",
    "arr_other": "money",
    "mrr_one": "money", "mrr_other": "money", "difference": "money", "file": "text", "line": "count",
}  # fmt: skip


def _compare_rules(books: Books, question: Question) -> Answer:
    """One row per contract line that is worth something else under the rules `against` than under `rules`, with the cause.

    Totals: ARR under both (arr_one, arr_other) and the difference, which is the sum of the rows' differences; a note per cause.
    """
    rows, totals = _rows(books, question.against), _totals(books, question)
    title = tr("{rules} beside {against}", rules=question.rules, against=question.against)
    return Answer(rows, totals, (*books.notes, *_notes(rows, books.currency)), title=title)


def _rows(books: Books, against: str) -> pl.DataFrame:
    if books.day is None:
        return empty(COLUMNS)
    apart = books.apart.select("row_key")
    contracts = books.view.contracts().lazy().join(apart, on="row_key", how="anti")
    found = rules_compared(contracts, day=books.day, as_of=books.day, one=books.rules, other=preset(against), **books.money)
    named = found.join(books.names(), on="account_id", how="left").join(books.files().lazy(), on="batch", how="left").select(*COLUMNS)
    return named.sort(pl.col("difference").abs(), "account_id", "line", descending=[True, False, False]).collect()


def _totals(books: Books, question: Question) -> dict[str, int]:
    both = (replace(question, rules=rules) for rules in (question.rules, question.against))
    one, other = (arr(books.store, books.viewer, asked).totals["arr"] for asked in both)
    return {"arr_one": one, "arr_other": other, "difference": other - one}


def _notes(rows: pl.DataFrame, currency: str) -> tuple[str, ...]:
    causes = rows.group_by("cause").agg(pl.len().alias("lines"), pl.col("difference").sum()).sort("cause")
    return tuple(_note(*row, currency) for row in causes.rows())


def _note(cause: str, lines: int, cents: int, currency: str) -> str:
    change = f"{cents / 100:+,.2f}".replace("-", "−", 1)
    return tr_n(
        "{cause}: {n:,} line, {change} {currency}", "{cause}: {n:,} lines, {change} {currency}", lines,
        cause=said("cause", cause), change=change, currency=currency,
    )  # fmt: skip


compare_rules = Definition("compare-rules", mark("Rules compared"), COLUMNS, _compare_rules, takes=("against",))
