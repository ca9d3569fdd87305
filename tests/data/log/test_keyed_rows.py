"""Rows of tables with a key: what is found where nothing stands."""

from contextlib import closing
from pathlib import Path

import polars as pl

from data.log.keyed_rows import current_rows, no_rows
from data.schema import KEYED_TABLES, TABLES
from data.store.view import View
from tests.new_store import new_store


def test_no_rows_are_those_that_the_store_finds_where_nothing_stands(tmp_path: Path):
    with closing(new_store(tmp_path / "own.duckdb")) as store:
        with store.reading() as cursor:
            found = {table: cursor.sql(current_rows(table, [])).pl() for table in KEYED_TABLES}
        with View(store) as view:
            told = {table: view.table(table) for table in KEYED_TABLES if table != "contracts"}
    for table, frame in found.items():
        moments = [column.name for column in TABLES[table].columns if column.kind == "instant"]
        assert no_rows(table).equals(frame.with_columns(pl.col(moments).dt.replace_time_zone("UTC")) if moments else frame)
        assert no_rows(table).schema == {**frame.schema, **dict.fromkeys(moments, pl.Datetime("us", "UTC"))}, table
        assert table not in told or told[table].schema == no_rows(table).schema, table
