"""What pages ask first is worked out once a store has come to rest, once as it stands; and the page then asks for what is there."""

import pytest

from data.importing.run import import_file
from data.store.readings import Readings
from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from server.ahead import FIRST, LONGEST, THEN, Ahead, WhileItComes, first_question
from server.operation import figures
from tests.books import company

AHEAD = (*FIRST, *THEN)


@pytest.fixture
def store(tmp_path):
    opened = company(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def test_only_a_store_that_stands_still_is_worked_out_and_only_once(store, tmp_path):
    ahead = Ahead(lambda: store)
    assert [ahead.look() for _ in range(4)] == [(), AHEAD, (), ()]
    (tmp_path / "more.csv").write_text("account_id,name\nD,Dogwood\n")
    assert import_file(store, tmp_path / "more.csv", table="accounts").batch
    assert [ahead.look() for _ in range(3)] == [(), AHEAD, ()]


def test_at_its_start_it_does_not_wait_for_the_store_to_come_to_rest(store):
    ahead = Ahead(lambda: store)
    assert [ahead.look(begun=True), ahead.look(), ahead.look()] == [AHEAD, (), ()]


def test_who_asks_then_finds_everything_worked_out(store, monkeypatch):
    ahead = Ahead(lambda: store)
    ahead.look(), ahead.look()
    before, kept = [], Readings._keep
    monkeypatch.setattr(Readings, "_keep", lambda self, key, found: (before.append(key), kept(self, key, found)))
    for name in AHEAD:
        run(name, store, EVERYONE, first_question(store))
    assert before == []


def looked_at(store: Store, coming: WhileItComes, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is worked out for an import."""
    asked: list[str] = []
    with monkeypatch.context() as patched:
        patched.setattr("server.ahead.run", lambda name, *_: asked.append(name))
        coming(store)
    return asked


def test_before_an_import_stands_it_works_for_those_alone_who_have_pages_open(store, monkeypatch):
    coming = WhileItComes()
    assert looked_at(store, coming, monkeypatch) == []
    figures.SOCKETS.inc()
    try:
        assert looked_at(store, coming, monkeypatch) == [*FIRST]
    finally:
        figures.SOCKETS.dec()
    assert looked_at(store, coming, monkeypatch) == []


def test_where_that_took_too_long_the_next_import_stands_without(store, monkeypatch):
    monkeypatch.setattr("server.ahead.pages_are_open", lambda: True)
    coming = WhileItComes()
    coming.took = LONGEST + 1
    assert [looked_at(store, coming, monkeypatch) for _ in range(2)] == [[], [*FIRST]]


def test_the_first_question_is_that_of_the_pages(store, monkeypatch):
    """Usage covers up to 2023-12-28: the twelve full months before end with November."""
    question = first_question(store)
    assert (str(question.as_of), str(question.start), str(question.end)) == ("2023-12-28", "2022-11-30", "2023-11-30")


def test_an_empty_store_asks_for_nothing(tmp_path):
    store = Store.open(tmp_path / "empty.duckdb")
    ahead = Ahead(lambda: store)
    assert [ahead.look(), ahead.look()] == [(), ()]
    store.close()
