"""Before a store of an earlier version is upgraded it is kept as it was, and that copy is the way back."""

from collections import namedtuple

import duckdb
import pytest

from data.store import copies
from data.store.backups import restore
from data.store.copies import kept_before_upgrade
from data.store.store import DiskFull, Store
from tests.data.log.stagings import staged


@pytest.fixture
def path(tmp_path):
    """A store with two accounts, as an earlier version left it."""
    path = tmp_path / "own.duckdb"
    store = Store.open(path)
    (tmp_path / "parts").mkdir()
    store.commit(staged(tmp_path / "parts", "accounts", [{"row_key": key, "account_id": key, "name": key} for key in "AB"]))
    store.close()
    _made_older(path)
    return path


def _made_older(path):
    with duckdb.connect(str(path)) as old:
        old.execute("alter table rows_contracts drop column has_ended")
        old.execute("update meta set value = 'earlier' where key = 'layout'")


def columns(path) -> set[str]:
    with duckdb.connect(str(path)) as connection:
        return {
            name
            for (name,) in connection.execute("select column_name from duckdb_columns() where table_name = 'rows_contracts'").fetchall()
        }


def test_the_store_is_kept_as_it_was_and_upgraded(path):
    was = columns(path)
    opened = Store.open(path)
    assert (opened.check(), opened.imports()["accepted"].to_list()) == ([], [2])
    opened.close()
    assert columns(path) == was | {"has_ended"}
    assert columns(kept_before_upgrade(path)) == was
    assert kept_before_upgrade(path).stat().st_mode & 0o077 == 0


def test_the_copy_is_the_way_back(path):
    Store.open(path).close()
    with duckdb.connect(str(path)) as newer:  # what the newer version has brought, and this one does not know
        newer.execute("create table wishes (line bigint)")
    checked, kept = restore(path, kept_before_upgrade(path))
    assert (checked.batches, checked.rows, checked.faults) == (1, 2, [])
    assert kept and kept.name == "own.replaced-1.duckdb" and "line" in columns_of(kept, "wishes")
    opened = Store.open(path)
    assert opened.check() == []
    opened.close()


def columns_of(path, table: str) -> set[str]:
    with duckdb.connect(str(path)) as connection:
        return {name for (name,) in connection.execute("select column_name from duckdb_columns() where table_name = ?", [table]).fetchall()}


def test_where_there_is_no_room_for_it_nothing_is_upgraded(path, monkeypatch):
    size, was = path.stat().st_size, columns(path)
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(copies.shutil, "disk_usage", lambda _: usage(10 * size, 8 * size + 1, 2 * size - 1))
    with pytest.raises(DiskFull, match="Make room, then start again"):
        Store.open(path)
    assert columns(path) == was and not kept_before_upgrade(path).exists()


def test_an_upgrade_after_another_keeps_the_last_one_before_it(path):
    Store.open(path).close()
    first = kept_before_upgrade(path).stat().st_ino
    _made_older(path)
    Store.open(path).close()
    assert kept_before_upgrade(path).stat().st_ino != first
    assert [one.name for one in path.parent.glob("*.new")] == []
