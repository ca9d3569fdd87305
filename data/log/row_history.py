"""What each standing batch has said of some rows of a table with a key: the history that the newest values leave out."""

from collections.abc import Sequence

import duckdb
import polars as pl

from data.log.places import Place, inline, rows_of


def row_history(cursor: duckdb.DuckDBPyConnection, table: str, heard: Sequence[Place], column: str, keys: Sequence[str]) -> pl.DataFrame:
    """One row for each batch and row that it tells of: row_key, batch, line, day, rank, feed, edit, value (of the column), says.

    table, column: names of the contract, never input. keys: the rows that are asked for. day: the last day that a file declares to cover,
    else that of its import (UTC). rank: the order in which batches are heard. says: whether the batch has the column at all; where it has not, value is null and says nothing.
    """
    return cursor.sql(
        f"""select r.row_key, batch, r.line, coalesce(b.covers_to, l.logged_at::date) as day, placed.rank, b.feed,
            coalesce(b.edit, false) as edit, r."{column}" as value, list_contains(b.columns, ?) as says
        from {rows_of(table, heard)} r join batches b using (batch) join (select batch, logged_at from log where action = 'import') l using (batch)
        join {inline(heard)} using (batch) where list_contains(?, r.row_key) order by placed.rank, r.line""",
        params=[column, list(keys)],
    ).pl()
