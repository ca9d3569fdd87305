"""Why is our ARR not the one in finance's list? Account by account, with the likely cause and the contract lines."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from data.store.store import Store
from data.viewer import Viewer
from metrics.balances import balances, committed, live
from metrics.grace import with_grace
from metrics.line_changes import line_worths
from metrics.lines import contract_lines
from metrics.reconciling import STATES, reconciled
from metrics.rules import PRESETS
from reports.books import Books, opened_books, told
from reports.report import Question, Report

UNITS = {
    "account_id": "text", "name": "text", "day": "day", "arr": "money", "finance": "money", "difference": "money", "state": "text",
    "cause": "text", "lines": "text",
}  # fmt: skip
NEAR = 31  # days within which a line that ended or is to start may be why the lists differ
NO_LIST = "There is no list of finance's yet. Import one into the table finance_arr: account_id, day, amount."


def reconcile(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per account that either side has: our ARR, finance's, the difference, its state, the likely cause, and our lines.

    The day is that of finance's list: the one asked for as `to`, else the newest not after `as_of`. Finance's amounts are ARR in the
    reporting currency. Totals: both sums, the difference, how many accounts of each state. Empty, with a note, without a list.
    """
    with opened_books(store, viewer, replace(question, by=None)) as books:
        listed = books.view.finance_arr()
        days = listed.filter(pl.col("day") <= (question.end or books.day or date.max))["day"]
        day = question.end if question.end in set(days) else days.max()
        rows = _rows(store, books, listed.filter(pl.col("day") == day), day) if day else pl.DataFrame(schema=_SCHEMA)
        totals = {name: rows[name].sum() for name in ("arr", "finance", "difference")}
        counts = {state: (rows["state"] == state).sum() for state in STATES}
        return told(
            books, viewer, question, "reconcile", "Reconciliation with finance", rows=rows, totals=totals | counts,
            units=UNITS | dict.fromkeys(counts, "count"), parameters={"day": day}, notes=() if day else (NO_LIST,),
        )  # fmt: skip


_SCHEMA = {name: {"text": pl.String, "day": pl.Date, "money": pl.Int64}[unit] for name, unit in UNITS.items()}


def _rows(store: Store, books: Books, listed: pl.DataFrame, day: date) -> pl.DataFrame:
    money = {"rates": books.rates, "currency": books.currency}
    ours = balances(books.effective, days=[day], **money).select("account_id", "arr")
    finance = listed.lazy().select("account_id", finance=(pl.col("amount") * 100).round(0).cast(pl.Int64))
    rows = reconciled(ours, finance, candidates=_candidates(books, day)).with_columns(day=pl.lit(day))
    names = books.view.accounts().lazy().select("account_id", "name")
    named = rows.join(names, on="account_id", how="left").join(_lines(store, books, day).lazy(), on="account_id", how="left")
    return named.select(*UNITS).collect().cast(_SCHEMA).sort(pl.col("difference").abs(), "account_id", descending=[True, False])


def _candidates(books: Books, day: date) -> dict[str, pl.LazyFrame]:
    """What ARR would be if one thing were counted otherwise, each with the words for it; the plainest first."""
    money = {"rates": books.rates, "currency": books.currency}

    def on_day(lines: pl.LazyFrame) -> pl.LazyFrame:
        return balances(lines, days=[day], **money).select("account_id", "arr")

    paying = books.lines.filter("paying")
    booked = committed(books.effective, day=day).with_columns(starts_on=pl.lit(day))
    seen = {f"on {other}, a month {word}": balances(books.effective, days=[other], **money).select("account_id", "arr")
            for other, word in ((day - timedelta(days=NEAR), "before"), (day + timedelta(days=NEAR), "after"))}  # fmt: skip
    ruled = {f"under the rules {name}": on_day(_under(books, name)) for name in PRESETS if name != books.rules.name}
    native = live(books.effective, day).select("account_id", "arr")
    monthly = on_day(books.effective.with_columns(arr="mrr"))
    return {
        "without grace": on_day(paying), "booked, not live yet (CARR)": on_day(booked), "not converted into the reporting currency": native,
        "finance's figure is a month, not a year": monthly, **ruled, **seen,
    }  # fmt: skip


def _under(books: Books, name: str) -> pl.LazyFrame:
    apart = books.apart.select("row_key")
    contracts = books.view.contracts().lazy().join(apart, on="row_key", how="anti")
    rules = PRESETS[name]
    return with_grace(contract_lines(contracts, rules=rules), as_of=books.day, rules=rules)


def _lines(store: Store, books: Books, day: date) -> pl.DataFrame:
    """Our lines that count on the day, in words: product, ARR, file and line."""
    files = store.imports().select("batch", "file")
    found = line_worths(books.effective, day=day, rates=books.rates, currency=books.currency).collect().join(files, on="batch", how="left")
    words = [
        f"{row['product'] or row['contract_id'] or 'line'} {row['arr'] / 100:,.2f}"
        + (f" ({row['file']} line {row['line']})" if row["file"] else "")
        for row in found.iter_rows(named=True)
    ]
    told_lines = found.select("account_id").with_columns(pl.Series("lines", words, dtype=pl.String))
    return told_lines.group_by("account_id", maintain_order=True).agg(pl.col("lines").sort().str.join("; "))
