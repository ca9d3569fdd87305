"""The server pulls what is due by itself, and one source that hangs holds up no other."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from data.store import open_stores
from data.work import pulls
from server.sources import Sources
from sources import pulling
from sources.description import folder, write
from sources.fetched import Fetched
from tests.new_store import new_store

WRITTEN = 'kind = "http"\nurl = "http://127.0.0.1"\ntable = "accounts"\nschedule = "* * * * *"\n'


@pytest.fixture
def store(tmp_path, monkeypatch):
    opened = new_store(tmp_path / "own.duckdb")
    monkeypatch.setattr(open_stores, "path_of", lambda _: opened.path)
    yield opened
    opened.close()


def test_one_that_hangs_holds_up_no_other_and_is_not_begun_twice(store, monkeypatch):
    write(store.path, "hangs", WRITTEN)
    write(store.path, "quick", WRITTEN)
    free, told = threading.Event(), []

    def fetch(source, since, folder, *, now, ended):
        if source.name == "hangs":
            free.wait(60)
            return Fetched(None)
        path = folder / "rows.jsonl"
        path.write_text('{"account_id": "A", "name": "Alder"}\n')
        return Fetched(path, 1, requests=1)

    monkeypatch.setattr(pulling, "reader", lambda source: fetch)
    watch, later = Sources(lambda: store, told.append), datetime.now(UTC) + timedelta(minutes=2)
    begun = watch.look(later)
    begun[1].join(60)
    assert [one.outcome for one in pulls.pulls(store, "quick")] == ["imported"] and told == ["Source quick: imported, 1 rows."]
    assert [thread.name for thread in watch.look(later + timedelta(seconds=30))] in ([], ["source quick"])
    free.set()
    begun[0].join(60)
    watch.stop()
    assert pulls.pulls(store, "hangs") == []


def test_nothing_is_looked_for_where_nothing_is_described(store):
    def never():
        raise AssertionError("the store is not opened")

    assert not folder(store.path).exists() and Sources(never, print).look(datetime.now(UTC)) == []
