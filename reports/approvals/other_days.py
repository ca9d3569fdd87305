"""ARR that a deed changes on other days than the one looked at: of contracts that start later, and of those that had ended before."""

from datetime import date
from typing import Any

import polars as pl

from data.store.store import Store
from data.viewer import EVERYONE
from metrics.balances import balances
from reports.books import opened_books
from reports.report import Question

LINE = ("account_id", "starts_on", "ends_on", "mrr", "arr", "currency")
MOST_DAYS = 200  # of more, the first of each month of theirs stands for all of that month
CHANGES = {"day": pl.Date, "account_id": pl.String, "arr_change": pl.Int64}


def on_other_days(before: Store, after: Store, asked: Question) -> pl.DataFrame:
    """Accounts whose ARR differs between two stores, on each day on which a line that differs begins, or counts no more.

    Returns day, account_id, arr_change (cents, after minus before; never 0). Empty: no line differs.
    """
    (was, money), (now, money_then) = _lines(before, asked), _lines(after, asked)
    differing = pl.concat(
        [was.join(now, on=was.columns, how="anti", nulls_equal=True), now.join(was, on=was.columns, how="anti", nulls_equal=True)]
    )
    days = _days(differing)
    if not days:
        return pl.DataFrame(schema=CHANGES)
    told, told_then = (
        _balances(lines.join(differing, on="account_id", how="semi"), days, rates) for lines, rates in ((was, money), (now, money_then))
    )
    both = told.join(told_then, on=["day", "account_id"], how="full", coalesce=True, suffix="_then")
    change = pl.col("arr_then").fill_null(0) - pl.col("arr").fill_null(0)
    return both.select("day", "account_id", arr_change=change.cast(pl.Int64)).filter(pl.col("arr_change") != 0)


def _lines(store: Store, asked: Question) -> tuple[pl.DataFrame, dict[str, Any]]:
    """The lines that count, equal ones numbered; and in what they convert."""
    with opened_books(store, EVERYONE, asked) as books:
        rates = {"rates": books.rates.collect().lazy(), "currency": books.currency}
        return books.effective.select(*LINE, at=pl.int_range(pl.len()).over(LINE)).collect(), rates


def _balances(lines: pl.DataFrame, days: list[date], money: dict[str, Any]) -> pl.DataFrame:
    return balances(lines.lazy(), days=days, **money).select("day", "account_id", "arr").collect()


def _days(differing: pl.DataFrame) -> list[date]:
    """Those on which lines begin, or count no more: between two of them nothing changes."""
    found = pl.concat([differing["starts_on"], differing["ends_on"]]).drop_nulls().unique()
    return (found if found.len() <= MOST_DAYS else found.dt.month_start().unique()).sort().to_list()
