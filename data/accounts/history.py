"""What an account's column said over time, as the log of imports tells it."""

from collections.abc import Sequence
from datetime import date

import duckdb
import polars as pl

from data.log.places import Place, inline
from data.schema import ACCOUNTS

EVER = date.min  # since when the first known value holds: nothing says that it was another one before


def account_history(cursor: duckdb.DuckDBPyConnection, heard: Sequence[Place], column: str) -> pl.DataFrame:
    """Every value that a column of accounts, or an attribute, has had: account_id, since, value (text, null where cleared).

    heard: the standing batches of accounts. A value holds from the day of its state; of a file of records from the last day that it
    declares to cover, else from the day of its import (UTC). The first known one holds for all days before. On each day it is that
    of the batch of by then that is heard last, and an edit made in the app wins.
    """
    rows = cursor.sql(_core(column, heard) if column in ACCOUNTS.names else _attribute(heard), params=[column]).pl()
    states = {place.batch: place.day for place in heard if place.day}
    if states:
        rows = rows.with_columns(day=pl.col("batch").replace_strict(states, default=pl.col("day"), return_dtype=pl.Date))
    at_once = rows.sort("account_id", "day", "rank").with_columns(best=pl.col("rank").cum_max().over("account_id"))
    told = at_once.filter(pl.col("rank") == pl.col("best")).unique(["account_id", "day"], keep="last", maintain_order=True)
    before, first = pl.col("value").shift().over("account_id"), pl.col("account_id").is_first_distinct()
    changed = told.filter(first | pl.col("value").ne_missing(before))
    since = pl.when(pl.col("account_id").is_first_distinct()).then(pl.lit(EVER)).otherwise("day")
    return changed.select("account_id", since=since, value="value")


_DAY = "coalesce(b.covers_to, l.logged_at::date) as day"
_BATCHES = "join batches b using (batch) join (select batch, logged_at from log where action = 'import') l using (batch)"


def _core(column: str, heard: Sequence[Place]) -> str:
    return (
        f'select row_key as account_id, batch, {_DAY}, placed.rank, "{column}"::varchar as value from rows_accounts {_BATCHES} '
        f"join {inline(heard)} using (batch) where list_contains(b.columns, ?)"
    )


def _attribute(heard: Sequence[Place]) -> str:
    return f"select row_key as account_id, batch, {_DAY}, placed.rank, value from attributes {_BATCHES} join {inline(heard)} using (batch) where name = ?"
