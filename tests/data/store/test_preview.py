"""A store as it would be answers as one does in which the deed was done, whatever was asked of the store or of a preview before."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from data.store.preview import as_if_marked
from data.store.readings import Readings
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from reports.catalogue import run
from reports.files import tables
from reports.report import Question
from tests.books import company

DAY = Question(as_of=date(2023, 12, 28))
CONTRACTS, USAGE = 2, 3  # batches of the company, as its files came in


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(company(tmp_path / "own.duckdb")) as opened:
        yield opened


def answers(store: Store) -> list[str]:
    found = [run(name, store, viewer, DAY) for name in ("arr", "accounts", "usage") for viewer in (EVERYONE, Viewer("two@example.com"))]
    return [f"{tables.as_json(one)['rows']} {one.totals} {one.notes}" for one in found]


def done(store: Store, batch: int) -> list[str]:
    """What is answered once a batch is undone, of a store of which nothing is held; it stands again afterwards."""
    store.undo(batch)
    store.readings = Readings()
    said = answers(store)
    store.redo(batch)
    store.readings = Readings()
    return said


def test_each_preview_of_the_same_version_tells_its_own_deed(store):
    right = {batch: done(store, batch) for batch in (CONTRACTS, USAGE)}
    as_it_is = answers(store)
    assert len({str(one) for one in (*right.values(), as_it_is)}) == 3
    for batch in (CONTRACTS, USAGE, CONTRACTS):
        with as_if_marked(store, "undo", batch) as then:
            assert answers(then) == right[batch]
        assert answers(store) == as_it_is


def test_what_a_deed_does_not_change_is_taken_from_the_store(store, monkeypatch):
    answers(store)
    read: list[object] = []
    keep = Readings._keep
    monkeypatch.setattr(Readings, "_keep", lambda self, key, found: (read.append(key), keep(self, key, found)))
    with as_if_marked(store, "undo", USAGE) as then:
        assert run("arr", then, EVERYONE, DAY).totals["arr"] == 12 * (10_010 + 77_777 + 5_500)
    assert [key for key in read if "accounts" in key or "contracts" in key] == []
    read.clear()
    with as_if_marked(store, "undo", CONTRACTS) as then:
        assert run("arr", then, EVERYONE, DAY).totals["arr"] == 0
    assert any("contracts" in key for key in read)
