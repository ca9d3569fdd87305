"""What does every account pay on a day, and what is it?"""

from dataclasses import replace

import polars as pl

from data.store.store import Store
from data.viewer import Viewer
from metrics.balances import balances, committed
from metrics.hierarchy import customers
from metrics.seats import seats_on
from metrics.unrated import all_states
from metrics.windows import observed
from reports.books import Books, opened_books
from reports.parameters import printed
from reports.report import Question, Report

UNITS = {
    "account_id": "text", "name": "text", "arr": "money", "mrr": "money", "arr_without_grace": "money", "carr": "money", "seats": "count",
    "state": "text", "since": "day", "next_end": "day",
}  # fmt: skip
SUMMED = ("arr", "mrr", "arr_without_grace", "carr", "seats")


def arr(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per account in scope (or per topmost parent, with what is below it): ARR, MRR, ARR without grace, CARR, seats, state,
    since when, next end; largest first."""
    with opened_books(store, viewer, replace(question, segments="now"), levels=True) as books:
        rows = arr_rows(books, question.level)
        parameters = printed(books.view, viewer, question, books.day) | {"level": question.level}
        version, with_parent = books.view.data_version, books.view.accounts()["parent_id"].drop_nulls().len()
    totals = {name: rows[name].sum() or 0 for name in SUMMED}
    totals |= {
        "accounts_paying": rows["state"].is_in(["paying", "in_grace"]).sum(),
        "accounts_in_grace": (rows["state"] == "in_grace").sum(),
        "accounts_with_parent": with_parent,
    }
    return Report(
        "arr", "ARR by account", parameters, books.rules.name, books.currency, version, rows, totals, UNITS | _COUNTS, books.notes
    )


_COUNTS = dict.fromkeys(("accounts_paying", "accounts_in_grace", "accounts_with_parent"), "count")


def arr_rows(books: Books, level: str = "account") -> pl.DataFrame:
    """The rows of the report, from books that are open at that level."""
    accounts = customers(books.view.accounts().lazy(), level)
    if books.day is None:
        empty = {name: pl.Date if unit == "day" else pl.Int64 if unit in ("money", "count") else pl.String for name, unit in UNITS.items()}
        return pl.DataFrame(schema=empty)
    money = {"days": [books.day], "rates": books.rates, "currency": books.currency}
    now = balances(books.effective, **money).select("account_id", "mrr", "arr")
    bare = balances(books.strict, **money).select("account_id", arr_without_grace="arr")
    booked = committed(books.effective, day=books.day).with_columns(starts_on=pl.lit(books.day))
    carr = balances(booked, **money).select("account_id", carr="arr")
    states = all_states(books.lines, books.effective, books.apart, day=books.day, rules=books.rules)
    sold = seats_on(observed(accounts, books.day), lines=books.lines, effective=books.effective, accounts=accounts)
    rows = accounts.select("account_id", "name").join(states, on="account_id", how="left")
    for frame in (now, bare, carr, sold.drop("day")):
        rows = rows.join(frame, on="account_id", how="left")
    return (
        rows.with_columns(
            pl.col("arr", "mrr", "arr_without_grace", "carr").fill_null(0),
            pl.col("state").fill_null("prospect"),
        )
        .select(*UNITS)
        .sort("arr", "account_id", descending=[True, False])
        .collect()
    )
