"""What does every account pay on a day, and what is it?"""

import polars as pl

from metrics.balances import balances, committed
from metrics.hierarchy import customers
from metrics.seats import seats_on
from metrics.unrated import all_states
from metrics.windows import observed
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.units import empty

COLUMNS = {
    "account_id": "text", "name": "text", "arr": "money", "mrr": "money", "arr_without_grace": "money", "carr": "money", "seats": "count",
    "state": "text", "since": "day", "next_end": "day",
}  # fmt: skip
SUMMED = ("arr", "mrr", "arr_without_grace", "carr", "seats")


def _arr(books: Books, question: Question) -> Answer:
    """One row per account in scope (or per topmost parent, with what is below it): ARR, MRR, ARR without grace, CARR, seats, state,
    since when, next end; largest first."""
    rows = arr_rows(books, question.level)
    totals = {name: rows[name].sum() or 0 for name in SUMMED}
    totals |= {
        "accounts_paying": rows["state"].is_in(["paying", "in_grace"]).sum(),
        "accounts_in_grace": (rows["state"] == "in_grace").sum(),
        "accounts_with_parent": books.view.accounts()["parent_id"].drop_nulls().len(),
    }
    return Answer(rows, totals, books.notes)


def arr_rows(books: Books, level: str = "account") -> pl.DataFrame:
    """The rows of the report, from books that are open at that level."""
    accounts = customers(books.view.accounts().lazy(), level)
    if books.day is None:
        return empty(COLUMNS)
    now = balances(books.effective, days=[books.day], **books.money).select("account_id", "mrr", "arr")
    bare = balances(books.strict, days=[books.day], **books.money).select("account_id", arr_without_grace="arr")
    booked = committed(books.effective, day=books.day).with_columns(starts_on=pl.lit(books.day))
    carr = balances(booked, days=[books.day], **books.money).select("account_id", carr="arr")
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
        .select(*COLUMNS)
        .sort("arr", "account_id", descending=[True, False])
        .collect()
    )


arr = Definition("arr", "ARR by account", COLUMNS, _arr, takes=("level",))
