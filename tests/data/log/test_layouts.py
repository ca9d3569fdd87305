"""A store of a newer program is told from one of an older one, by what it has."""

import duckdb
import pytest

from data.log import tables
from data.log.layouts import is_older, newer_parts
from data.store.store import Store
from data.store.writing import StoreNewer
from tests.data.log.stagings import staged


@pytest.fixture
def path(tmp_path):
    store = Store.open(tmp_path / "own.duckdb")
    (tmp_path / "parts").mkdir()
    store.commit(staged(tmp_path / "parts", "accounts", [{"row_key": "A", "account_id": "A", "name": "Alder"}]))
    store.close()
    return tmp_path / "own.duckdb"


LATER = {
    "rows_accounts.mood": "alter table rows_accounts add column mood varchar",
    "wishes.line": "create table wishes (line bigint)",
    "format": "update meta set value = '2' where key = 'format'",
}


@pytest.mark.parametrize("part", LATER)
def test_a_newer_store_is_refused_in_words_and_left_as_it_is(path, part):
    with duckdb.connect(str(path)) as later:
        later.execute(LATER[part])
        later.execute("update meta set value = 'a later one' where key = 'layout'")
    before = path.read_bytes()
    with pytest.raises(StoreNewer, match=rf"a newer version of Holdfast \(it has {part}\).*`restore` a backup"):
        Store.open(path)
    assert path.read_bytes() == before
    with duckdb.connect(str(path)) as same:
        assert same.execute("select value from meta where key = 'layout'").fetchall() == [("a later one",)]


def test_a_store_of_this_layout_is_neither(path):
    with duckdb.connect(str(path)) as connection:
        assert (newer_parts(connection), is_older(connection)) == ([], False)


def test_a_store_that_lacks_something_is_older_once_it_holds_imports(path, tmp_path):
    Store.open(tmp_path / "empty.duckdb").close()
    for store, older in ((path, True), (tmp_path / "empty.duckdb", False)):
        with duckdb.connect(str(store)) as connection:
            connection.execute("alter table rows_contracts drop column has_ended")
            assert (newer_parts(connection), is_older(connection)) == ([], older)


def test_the_first_layout_of_all_is_older(path):
    with duckdb.connect(str(path)) as connection:
        connection.execute("alter table usage_events add column holder integer")
        connection.execute("drop table event_ids")
        assert (newer_parts(connection), is_older(connection)) == ([], True)


def test_a_store_says_its_format_and_one_that_says_none_has_the_first(path):
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("select value from meta where key = 'format'").fetchall() == [(str(tables.FORMAT),)]
        connection.execute("delete from meta where key = 'format'")
        assert newer_parts(connection) == []
