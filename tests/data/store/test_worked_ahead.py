"""What comes of an import is worked out before it stands: whoever asks then finds it, and it is what they would have found."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import pytest

from data.importing.run import import_file
from data.store import worked_ahead
from data.store.readings import Readings
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from reports.catalogue import run
from reports.files import tables
from reports.report import Question
from tests.books import company

DAY = Question(as_of=date(2023, 12, 28))
NAMES = ("today", "accounts", "arr")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(company(tmp_path / "own.duckdb")) as opened:
        yield opened
    worked_ahead.by(None)


def answers(store: Store) -> list[str]:
    viewers = (EVERYONE, Viewer("one@example.com"), Viewer("two@example.com"))
    found = [run(name, store, viewer, DAY) for name in NAMES for viewer in viewers]
    return [f"{tables.as_json(one)} {one.totals} {one.notes}" for one in found]


def work(store: Store) -> None:
    for name in NAMES:
        run(name, store, EVERYONE, DAY)


def imported(store: Store, tmp_path: Path, amount: str = "900.00") -> int:
    line = f"contract_id,account_id,product,starts_on,ends_on,amount,period,currency,seats\n9,A,Basic,2023-06-01,,{amount},1 month,USD,5\n"
    (tmp_path / "more.csv").write_text(line)
    done = import_file(store, tmp_path / "more.csv", table="contracts", options={"rows": "records"}).batch
    assert done
    return done.accepted


def test_who_asks_once_it_stands_finds_it_worked_out(store, tmp_path, monkeypatch):
    work(store)
    worked_ahead.by(work)
    assert imported(store, tmp_path) == 1
    with monkeypatch.context() as patched:
        read: list[object] = []
        keep = Readings._keep
        patched.setattr(Readings, "_keep", lambda self, key, found: (read.append(key), keep(self, key, found)))
        assert run("arr", store, EVERYONE, DAY).totals["arr"] == 12 * (10_010 + 90_000 + 77_777 + 5_500)
        run("today", store, EVERYONE, DAY)
        assert read == []
    warm = answers(store)
    store.readings = Readings()
    assert answers(store) == warm


@pytest.mark.parametrize("error", [RuntimeError("no"), duckdb.OutOfMemoryException("no")])
def test_where_it_cannot_be_worked_out_the_import_is_written_all_the_same(store, tmp_path, error):
    def fails(seen: Store) -> None:
        raise error

    before = store.version()
    worked_ahead.by(fails)
    assert imported(store, tmp_path) == 1
    assert store.version() == before + 1
    assert store.check() == []


def test_a_query_that_ends_the_transaction_does_not_end_the_import(store, tmp_path):
    def fails(seen: Store) -> None:
        with seen.reading() as cursor:
            cursor.execute("select error('gone')").fetchall()

    worked_ahead.by(fails)
    assert imported(store, tmp_path) == 1
    assert store.check() == []


def test_of_a_batch_that_was_given_up_nothing_is_kept(store, tmp_path, monkeypatch):
    worked_ahead.by(work)
    with monkeypatch.context() as patched:
        patched.setattr(Store, "_fresh_heads", lambda *_: (_ for _ in ()).throw(OSError("no")))
        with pytest.raises(OSError, match="no"):
            imported(store, tmp_path, "500.00")
    worked_ahead.by(None)
    assert imported(store, tmp_path) == 1
    assert run("arr", store, EVERYONE, DAY).totals["arr"] == 12 * (10_010 + 90_000 + 77_777 + 5_500)


def test_pages_see_what_stood_while_it_is_worked_out(store, tmp_path):
    seen: list[tuple[int, int]] = []
    before = store.version()
    worked_ahead.by(lambda coming: seen.append((store.version(), coming.version())))
    assert imported(store, tmp_path) == 1
    assert seen == [(before, before + 1)]
