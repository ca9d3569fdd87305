"""Why is our ARR not the one in finance's list? Account by account, with the likely cause and the contract lines."""

from datetime import date
from typing import Any

import polars as pl

from language import mark, tr
from metrics.balances import balances, live
from metrics.grace import with_grace
from metrics.line_changes import line_worths
from metrics.lines import contract_lines
from metrics.months import balance_day_before, first_day, last_day
from metrics.reconciling import STATES, reconciled
from metrics.rules import PRESETS
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.units import empty
from reports.words.codes import said

COLUMNS = {
    "account_id": "text", "name": "text", "day": "day", "arr": "money", "finance": "money", "difference": "money", "state": "text",
    "cause": "text", "lines": "text",
}  # fmt: skip
NO_LIST = mark("There is no list of finance's yet. Import one into the table finance_arr: account_id, day, amount.")
LATER = mark("There is no list of finance's (table finance_arr) of that day or before it; the first is of {first}.")


def _reconcile(books: Books, question: Question) -> Answer:
    """One row per account that either side has: our ARR, finance's, the difference, its state, the likely cause, and our lines.

    The day is that of finance's list: the one asked for as `to`, else the newest not after `as_of`. Finance's amounts are ARR in the
    reporting currency. Totals: both sums, the difference, how many accounts of each state. Empty, with a note, without a list.
    """
    listed = books.view.finance_arr()
    days, first = listed.filter(pl.col("day") <= (question.end or books.day or date.max))["day"], first_day(listed["day"])
    day = question.end if question.end in set(days) else last_day(days)
    rows = _rows(books, listed.filter(pl.col("day") == day), day) if day else empty(COLUMNS)
    totals = {name: rows[name].sum() for name in ("arr", "finance", "difference")}
    counts = {state: (rows["state"] == state).sum() for state in STATES}
    lacking = () if day else (tr(LATER, first=first) if first else tr(NO_LIST),)
    return Answer(rows, totals | counts, (*books.notes, *lacking), {"day": day})


def _rows(books: Books, listed: pl.DataFrame, day: date) -> pl.DataFrame:
    ours = balances(books.effective, days=[day], **books.money).select("account_id", "arr")
    finance = listed.lazy().select("account_id", finance=(pl.col("amount") * 100).round(0).cast(pl.Int64))
    rows = reconciled(ours, finance, candidates=_candidates(books, day)).with_columns(day=pl.lit(day))
    named = rows.join(books.names(), on="account_id", how="left").join(_lines(books, day).lazy(), on="account_id", how="left")
    return named.select(*COLUMNS).sort(pl.col("difference").abs(), "account_id", descending=[True, False]).collect()


def _candidates(books: Books, day: date) -> dict[str, pl.LazyFrame]:
    """What ARR would be if one thing were counted otherwise, each with the words for it; the plainest first."""

    def on_day(lines: pl.LazyFrame) -> pl.LazyFrame:
        return balances(lines, days=[day], **books.money).select("account_id", "arr")

    booked = books.committed(day)
    before, after = balance_day_before(day, 1), balance_day_before(day, -1)
    near = {before: tr("on {day}, a month before", day=before), after: tr("on {day}, a month after", day=after)}
    seen = {words: balances(books.effective, days=[other], **books.money).select("account_id", "arr") for other, words in near.items()}
    ruled = {tr("under the rules {rules}", rules=name): on_day(_under(books, name)) for name in PRESETS if name != books.rules.name}
    native = live(books.effective, day).select("account_id", "arr")
    monthly = on_day(books.effective.with_columns(arr="mrr"))
    return {
        tr("without grace"): on_day(books.strict), tr("booked, not live yet (CARR)"): on_day(booked),
        tr("not converted into the reporting currency"): native,
        tr("finance's figure is a month, not a year"): monthly, **ruled, **seen,
    }  # fmt: skip


def _under(books: Books, name: str) -> pl.LazyFrame:
    apart = books.apart.select("row_key")
    contracts = books.view.contracts().lazy().join(apart, on="row_key", how="anti")
    rules, day = PRESETS[name], books.day or date(1970, 1, 1)
    return with_grace(contract_lines(contracts, rules=rules, as_of=day), as_of=day, rules=rules)


def _lines(books: Books, day: date) -> pl.DataFrame:
    """Our lines that count on the day, in words: product, ARR, file and line."""
    found = (
        line_worths(books.effective, day=day, **books.money)
        .filter(pl.col("line").is_not_null() | (pl.col("arr") != 0))
        .collect()
        .join(books.files(), on="batch", how="left")
    )
    words = [_line(row) for row in found.iter_rows(named=True)]
    told_lines = found.select("account_id").with_columns(pl.Series("lines", words, dtype=pl.String))
    return told_lines.group_by("account_id", maintain_order=True).agg(pl.col("lines").sort().str.join("; "))


def _line(row: dict[str, Any]) -> str:
    what, arr = row["product"] or row["contract_id"] or tr("line"), row["arr"] / 100
    if not row["file"]:
        return f"{said('product', what)} {arr:,.2f}"
    return tr("{what} {arr:,.2f} ({file} line {line})", what=said("product", what), arr=arr, file=row["file"], line=row["line"])


reconcile = Definition("reconcile", mark("Reconciliation with finance"), COLUMNS, _reconcile, takes=("to",))
