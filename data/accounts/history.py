"""What an account's column said over time, as the log of imports tells it."""

from datetime import date

import duckdb
import polars as pl

from data.log.keyed_rows import batch_list
from data.schema import ACCOUNTS

EVER = date.min  # since when the first known value holds: nothing says that it was another one before


def account_history(cursor: duckdb.DuckDBPyConnection, standing: list[int], column: str) -> pl.DataFrame:
    """Every value that a column of accounts, or an attribute, has had: account_id, since, value (text, null where cleared).

    A value holds from the last day that its file declares to cover, else from the day of its import (UTC); the first known one holds
    for all days before. On each day it is the newest among the standing batches of by then, and an edit made in the app wins.
    """
    rows = cursor.sql(_core(column, standing) if column in ACCOUNTS.names else _attribute(standing), params=[column]).pl()
    at_once = rows.sort("account_id", "day", "rank").with_columns(best=pl.col("rank").cum_max().over("account_id"))
    told = at_once.filter(pl.col("rank") == pl.col("best")).unique(["account_id", "day"], keep="last", maintain_order=True)
    before, first = pl.col("value").shift().over("account_id"), pl.col("account_id").is_first_distinct()
    changed = told.filter(first | pl.col("value").ne_missing(before))
    since = pl.when(pl.col("account_id").is_first_distinct()).then(pl.lit(EVER)).otherwise("day")
    return changed.select("account_id", since=since, value="value")


_DAY = "coalesce(b.covers_to, l.logged_at::date) as day"
_RANK = "(case when b.edit then 1000000000 else 0 end) + b.batch as rank"
_BATCHES = "join batches b using (batch) join (select batch, logged_at from log where action = 'import') l using (batch)"


def _core(column: str, standing: list[int]) -> str:
    return (
        f'select row_key as account_id, {_DAY}, {_RANK}, "{column}"::varchar as value from rows_accounts {_BATCHES} '
        f"where batch in {batch_list(standing)} and list_contains(b.columns, ?)"
    )


def _attribute(standing: list[int]) -> str:
    return f"select row_key as account_id, {_DAY}, {_RANK}, value from attributes {_BATCHES} where batch in {batch_list(standing)} and name = ?"
