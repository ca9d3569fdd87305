"""Work that nobody waits for ends: a question that is being answered is interrupted, and no other is begun."""

import threading
import time

import pytest

from data.store.readings import Readings
from data.store.stopping import GivenUp, Stoppable, is_under_way
from data.store.store import Store
from tests.waiting import PATIENCE

ENDLESS = "select count(*) from range(100000000) a, range(100000000) b where a.range + b.range = -1"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = Store.open(tmp_path_factory.mktemp("stopping") / "it.duckdb")
    yield opened
    opened.close()


def test_a_question_is_interrupted_and_the_store_answers_others(store):
    work, raised = Stoppable(), []

    def asks() -> None:
        try:
            with work.under_way(), store.reading() as cursor:
                asked.set()
                cursor.execute(ENDLESS)
        except GivenUp as error:
            raised.append(error)

    asked, thread = threading.Event(), threading.Thread(target=asks, daemon=True)
    thread.start()
    assert asked.wait(PATIENCE)
    time.sleep(0.2)
    work.stop()
    thread.join(PATIENCE)
    assert len(raised) == 1 and not thread.is_alive()
    with store.reading() as cursor:
        assert cursor.execute("select 41 + 1").fetchall() == [(42,)]


def test_what_was_stopped_begins_nothing_more(store):
    work, readings = Stoppable(), Readings()
    with pytest.raises(GivenUp), work.under_way():
        assert is_under_way() and readings.once(("a",), lambda: 1) == 1
        work.stop()
        readings.once(("b",), lambda: pytest.fail("nobody waits for it"))
    with pytest.raises(GivenUp), work.under_way(), store.reading():
        pytest.fail("no cursor is handed out")
    assert not is_under_way() and readings.once(("b",), lambda: 2) == 2


def test_its_own_errors_stay_what_they_are():
    with pytest.raises(ZeroDivisionError), Stoppable().under_way():
        1 / 0  # noqa: B018
