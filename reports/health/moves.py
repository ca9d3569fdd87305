"""For whom the health score is another one under other choices: whose score and band move, and what they pay."""

import polars as pl

from metrics.health import DIGITS
from metrics.scorecard import Scorecard
from metrics.unrated import NO_RATE
from reports.books import Books
from reports.health.health import health_rows
from reports.revenue.arr import arr_rows
from reports.units import empty

COLUMNS = {
    "account_id": "text", "name": "text", "segment": "text", "owner": "text", "score_before": "score", "score_after": "score",
    "moved": "score", "band_before": "text", "band_after": "text", "arr": "money",
}  # fmt: skip


def moves(books: Books, before: Scorecard, after: Scorecard) -> pl.DataFrame:
    """Every account in scope on the day of the books, under two scores: those that move the furthest first.

    score_before, score_after: 0 to 100, null where there is none; moved: the one less the other, null where one of them is. band_before,
    band_after: as they are told. arr: on the day, without grace, in cents; null where it cannot be told. Empty in an empty store.
    """
    if books.day is None:
        return empty(COLUMNS)
    was, then = (health_rows(books, card).select("account_id", "score", "band") for card in (before, after))
    about = books.view.accounts().select("account_id", "name", "segment", "owner")
    told = pl.when(pl.col("state") != NO_RATE).then("arr_without_grace")
    money = arr_rows(books).select("account_id", arr=told)
    joined = about.join(was, on="account_id", how="left").join(then, on="account_id", how="left", suffix="_after")
    rows = joined.rename({"score": "score_before", "band": "band_before"}).join(money, on="account_id", how="left")
    moved = (pl.col("score_after") - pl.col("score_before")).round(DIGITS)
    return (
        rows.with_columns(moved=moved).sort(pl.col("moved").abs(), "account_id", descending=[True, False], nulls_last=True).select(*COLUMNS)
    )
