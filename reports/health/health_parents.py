"""How is each company that is several accounts?"""

from datetime import date

import polars as pl

from language import mark, tr
from metrics.health_parents import rolled_up
from metrics.hierarchy import topmost
from metrics.scorecard import Scorecard
from metrics.unrated import CUSTOMERS, NO_RATE
from reports.books import Books
from reports.customers.unseen import unseen
from reports.definition import Answer, Definition
from reports.health.health import health_rows
from reports.health.scorecard import scorecard, trouble
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.units import empty

COLUMNS = {
    "account_id": "text", "name": "text", "customers": "count", "scored": "count", "score_by_arr": "score", "band_by_arr": "text",
    "known_by_arr": "ratio", "score_by_count": "score", "band_by_count": "text", "known_by_count": "ratio", "arr": "money",
    "lowest": "text", "lowest_name": "text", "lowest_score": "score", "in_lowest_band": "count",
}  # fmt: skip

NO_PARENTS = mark("No company here is several accounts: none of the customers in sight has a parent, or is one (parent_id of accounts).")


def _health_parents(books: Books, question: Question) -> Answer:
    """One row per topmost parent in scope with customers among it and the accounts below it, the lowest by ARR first: their scores weighed
    by ARR, and each account alike.

    A score that is little known counts in neither; known_by_arr and known_by_count say what share of the ARR, and of the accounts, the
    scores that count are of, and where that is too small the band is little_known. score_by_arr, known_by_arr and arr are null where ARR of
    one of them cannot be told, as without an exchange rate. lowest: the account whose score is the lowest; in_lowest_band: how many are in
    the lowest band. Accounts without a parent that are no parent stand in `health` alone.
    """
    card = scorecard(books.view)
    rows = health_rows(books, card)
    found = parent_rows(books, card, rows)
    alone = () if found.height else (tr(NO_PARENTS),)
    return Answer(found, notes=(*alone, *trouble(books.view), *unseen(books, rows)))


def parent_rows(books: Books, card: Scorecard, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of the report, from books that are open and the rows of health."""
    return empty(COLUMNS) if books.day is None else _rows(books, card, rows, books.day)


def _rows(books: Books, card: Scorecard, rows: pl.DataFrame, day: date) -> pl.DataFrame:
    accounts = books.view.accounts().lazy()
    tops = topmost(accounts).filter(pl.len().over("top") > 1)
    told = pl.when(pl.col("state") != NO_RATE).then("arr")
    money = arr_rows(books, on=day).lazy().select("account_id", arr=told)
    members = (
        rows.lazy().filter(pl.col("state").is_in(CUSTOMERS))
        .select("account_id", "name", "score", "band", "known_weight")
        .join(tops, on="account_id").join(money, on="account_id", how="left")
    )  # fmt: skip
    names = accounts.select(top="account_id", top_name="name")
    found = rolled_up(members, card).join(names, on="top", how="left")
    told_rows = found.with_columns(account_id="top", name=pl.coalesce("top_name", "top")).select(*COLUMNS)
    return told_rows.sort("score_by_arr", "account_id", nulls_last=True).collect()


health_parents = Definition("health-parents", mark("Health by parent"), COLUMNS, _health_parents)
