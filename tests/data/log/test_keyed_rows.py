"""Rows of tables with a key: what is found where nothing stands, and where one batch does."""

from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

from data.log.keyed_rows import current, current_rows, no_rows
from data.log.moments import standing_at
from data.log.places import places
from data.schema import KEYED_TABLES, TABLES
from data.store.view import View
from tests.data.log.stagings import staged
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


def ticket(key: str, account: str, **more: object) -> dict:
    return {"row_key": key, "ticket_id": key, "account_id": account, **more}


FILES = {
    "one file": ([[ticket("1", "A"), ticket("2", "B", priority="high")]], {"1": ("A", None), "2": ("B", "high")}),
    "a key twice in one file": ([[ticket("1", "A"), ticket("1", "A")]], {"1": ("A", None)}),
    "a newer file": ([[ticket("1", "A", priority="low")], [ticket("1", "B")]], {"1": ("B", "low")}),
}


@pytest.mark.parametrize(("files", "right"), FILES.values(), ids=FILES)
def test_what_stands_is_the_newest_of_each_key_whatever_way_it_is_read(tmp_path, files, right):
    (tmp_path / "staging").mkdir()
    with closing(new_store(tmp_path / "own.duckdb")) as store:
        for rows in files:
            store.commit(staged(tmp_path / "staging", "tickets", rows))
        with store.reading() as cursor:
            heard = places(cursor, "tickets", standing_at(store.version()))
            found, told = current(cursor, "tickets", heard), cursor.sql(current_rows("tickets", heard)).pl()
    assert {key: (account, priority) for key, account, priority in found.select("row_key", "account_id", "priority").rows()} == right
    assert found.height == len(right) and found.schema == told.schema
    assert found.sort("row_key").equals(told.sort("row_key"))
