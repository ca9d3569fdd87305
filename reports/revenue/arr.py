"""What does every account pay on a day, and what is it?"""

from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from language import mark
from metrics.balances import balances
from metrics.hierarchy import customers
from metrics.seats import seats_on
from metrics.unrated import all_states
from metrics.windows import observed
from reports.books import OF_MONEY, Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.units import empty

COLUMNS = {
    "account_id": "text", "name": "text", "arr": "money", "mrr": "money", "arr_without_grace": "money", "carr": "money", "seats": "count",
    "state": "text", "since": "day", "next_end": "day",
}  # fmt: skip
SUMMED = ("arr", "mrr", "arr_without_grace", "carr")
PAYING = ("paying", "in_grace")
WITHOUT_SEATS = ("churned", "prospect")


def _arr(books: Books, question: Question) -> Answer:
    """One row per account in scope (or per topmost parent, with all below it), largest first. Seats: of customers and trials; their total
    that of accounts that pay. Of the day looked at, or of the last day of a period (`to`) as it is seen from there; with `from`, the
    ARR on which the period opens is a total."""
    day = books.closing_day(question)
    rows = arr_rows(books, question.level, day)
    opened_on, opening = _opening(books, question, day)
    return Answer(rows, _totals(books, rows) | opening, books.notes, {"from": opened_on, "to": day})


def _totals(books: Books, rows: pl.DataFrame) -> dict[str, Any]:
    """Sums of SUMMED, the seats of accounts that pay, and how many there are of each kind."""
    kept = rows.filter(pl.col("state").is_in(PAYING))
    paying = kept.filter(pl.col("mrr") > 0)
    return {name: rows[name].sum() or 0 for name in SUMMED} | {
        "seats": kept["seats"].sum() or 0,
        "accounts_paying": paying.height,
        "accounts_free": (rows["state"] == "free").sum() + kept.height - paying.height,  # free, also where that has lapsed
        "accounts_in_grace": (paying["state"] == "in_grace").sum(),
        "accounts_with_parent": books.view.accounts()["parent_id"].drop_nulls().len(),
    }


def _opening(books: Books, question: Question, day: date | None) -> tuple[date | None, dict[str, int]]:
    """The day on which the period opens, and the ARR of that day; nothing where no opening is asked for."""
    if question.start is None or day is None:
        return None, {}
    start, _ = books.period(replace(question, end=day))
    opening = balances(books.effective, days=[question.start], **books.money).select(pl.col("arr").sum()).collect().item()
    return start, {"opening_arr": opening}


def arr_rows(books: Books, level: str = "account", on: date | None = None) -> pl.DataFrame:
    """The rows of the report, from books that are open at that level: of a day, or else of the day looked at."""
    day = on or books.day
    return empty(COLUMNS) if day is None else books.once("arr", lambda of: _rows(of, level, day), level, day, of=OF_MONEY)


def _rows(books: Books, level: str, day: date) -> pl.DataFrame:
    accounts = customers(books.view.accounts().lazy(), level)
    states = all_states(books.lines, books.effective, books.apart, day=day, rules=books.rules)
    seen, adding = observed(accounts, day), books.products.adding
    lines, counting = books.in_any_currency
    sold = seats_on(seen, lines=lines, effective=counting, accounts=accounts, adding=adding)
    rows = accounts.select("account_id", "name").join(states, on="account_id", how="left")
    for frame in (*_worth(books, day), sold.drop("day")):
        rows = rows.join(frame, on="account_id", how="left")
    filled = rows.with_columns(pl.col("arr", "mrr", "arr_without_grace", "carr").fill_null(0), pl.col("state").fill_null("prospect"))
    seated = filled.with_columns(seats=pl.when(~pl.col("state").is_in(WITHOUT_SEATS)).then("seats"))
    return seated.select(*COLUMNS).sort("arr", "account_id", descending=[True, False]).collect()


def _worth(books: Books, day: date) -> list[pl.LazyFrame]:
    """MRR and ARR on the day, ARR without grace, and CARR, each by account_id."""
    now = balances(books.effective, days=[day], **books.money).select("account_id", "mrr", "arr")
    bare = balances(books.strict, days=[day], **books.money).select("account_id", arr_without_grace="arr")
    booked = books.committed(day)
    return [now, bare, balances(booked, days=[day], **books.money).select("account_id", carr="arr")]


arr = Definition("arr", mark("ARR by account"), COLUMNS, _arr, {"opening_arr": "money"}, takes=("level", "from", "to", "booked"))
