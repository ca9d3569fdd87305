"""A store of an earlier layout gets the columns that it lacks, and what was imported before reads as it did."""

from datetime import date

import duckdb

from data.log.places import places
from data.log.tables import layout
from data.store.store import Store
from data.store.view import View
from tests.data.log.stagings import staged

SINCE = {"batches": ("rows", "declares", "complete"), "rows_contracts": ("changed_on", "has_ended")}
LINE = {
    "contract_id": "s", "account_id": "A", "starts_on": date(2024, 9, 1), "amount": 100, "period": "1 month", "currency": "USD",
}  # fmt: skip


def columns(store: Store, table: str) -> set[str]:
    with store.reading() as cursor:
        return {name for (name,) in cursor.execute("select column_name from duckdb_columns() where table_name = ?", [table]).fetchall()}


def test_columns_that_came_later_are_added_and_older_files_stay_records(tmp_path):
    path = tmp_path / "own.duckdb"
    store = Store.open(path)
    (tmp_path / "parts").mkdir()
    day = (date(2025, 1, 31), date(2025, 1, 31))
    store.commit(staged(tmp_path / "parts", "contracts", [{"row_key": "s", **LINE}], covers=day, snapshot=True))
    store.close()
    with duckdb.connect(str(path)) as old:
        for table, names in SINCE.items():
            for name in names:
                old.execute(f"alter table {table} drop column {name}")
        old.execute("delete from meta where key = 'layout'")
    opened = Store.open(path)
    assert all({*names} <= columns(opened, table) for table, names in SINCE.items())
    with opened.reading() as cursor:
        (place,) = places(cursor, "contracts", [1])
    assert (place.day, place.ends_on) == (None, day[0])  # records, and complete as they were
    with View(opened) as view:
        assert view.contracts().select("starts_on", "ends_on", "known_since").rows() == [(date(2024, 9, 1), None, None)]
    assert opened.check() == []
    opened.close()
    size = path.stat().st_size
    Store.open(path).close()
    assert path.stat().st_size == size  # once they are there, opening changes nothing


def test_a_store_of_another_layout_is_brought_to_this_one_once(tmp_path):
    """As one that a later program, or one before layouts had a name, has left."""
    path = tmp_path / "own.duckdb"
    Store.open(path).close()
    for mark in ("update meta set value = 'another' where key = 'layout'", "delete from meta where key = 'layout'"):
        with duckdb.connect(str(path)) as other:
            other.execute("alter table rows_contracts drop column has_ended")
            other.execute(mark)
        opened = Store.open(path)
        assert "has_ended" in columns(opened, "rows_contracts")
        with opened.reading() as cursor:
            assert cursor.execute("select value from meta where key = 'layout'").fetchall() == [(layout(),)]
        opened.close()
