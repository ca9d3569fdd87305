"""No more than two reports are worked out at once, in the order in which they were asked for; who leaves the line costs nothing."""

import threading
import time

import pytest

from data.store.stopping import GivenUp, go_on
from language import language, speaking
from reports import two_at_a_time
from reports.two_at_a_time import Line, TooManyWait
from tests.waiting import PATIENCE


class Work:
    """Work that goes on until it is let go, and tells how much of it went on at once."""

    def __init__(self) -> None:
        self.now, self.most, self.order = 0, 0, []
        self.lock, self.free = threading.Lock(), threading.Event()

    def named(self, name: object):
        def work() -> object:
            with self.lock:
                self.now += 1
                self.most = max(self.most, self.now)
                self.order.append(name)
            assert self.free.wait(PATIENCE)
            with self.lock:
                self.now -= 1
            return name

        return work


def test_two_at_once_and_who_asks_first_is_served_first():
    line, work = Line(), Work()
    places = [line.ask(work.named(at)) for at in range(7)]
    assert places[0].began.wait(PATIENCE) and places[1].began.wait(PATIENCE) and line.is_full
    assert not places[2].began.wait(0.05)
    work.free.set()
    assert [one.found() for one in places] == list(range(7))
    assert work.most == 2 and sorted(work.order[:2]) == [0, 1] and sorted(work.order) == list(range(7))
    assert not line.is_full or places[-1].ended.is_set()


def test_who_leaves_before_it_is_their_turn_costs_nothing():
    line, work = Line(at_once=1), Work()
    first, left, last = line.ask(work.named("first")), line.ask(lambda: pytest.fail("nobody waits")), line.ask(work.named("last"))
    line.leave(left)
    work.free.set()
    assert (first.found(), last.found()) == ("first", "last")
    with pytest.raises(GivenUp):
        left.found()


def test_who_leaves_while_it_is_worked_out_makes_room_for_the_next():
    line, began = Line(at_once=1), threading.Event()

    def many_steps() -> None:
        began.set()
        while True:
            go_on()

    left, last = line.ask(many_steps), line.ask(lambda: "last")
    assert began.wait(PATIENCE)
    line.leave(left)
    assert last.found() == "last"


def test_an_error_reaches_who_asked_and_the_line_goes_on():
    line = Line(at_once=1)
    with pytest.raises(ZeroDivisionError):
        line.answer(lambda: 1 / 0)
    assert line.answer(lambda: 2) == 2


def test_a_line_that_is_long_enough_takes_no_more():
    line, work = Line(at_once=1), Work()
    first = line.ask(work.named("first"))
    assert first.began.wait(PATIENCE)
    second = line.ask(work.named("second"), most=1)
    with pytest.raises(TooManyWait):
        line.ask(work.named("third"), most=1)
    work.free.set()
    assert (first.found(), second.found()) == ("first", "second")


def test_work_that_asks_for_more_work_does_not_wait_for_itself():
    line = Line(at_once=1)
    assert line.answer(lambda: line.answer(lambda: "within")) == "within"


def test_work_speaks_the_language_of_who_asked():
    line = Line(at_once=1)
    with speaking("zh_Hans"):
        assert line.answer(language) == "zh_Hans"
    assert line.answer(language) == "en"


def test_those_who_ask_the_same_share_it_and_the_last_who_leaves_ends_it(monkeypatch):
    monkeypatch.setattr(two_at_a_time, "COMES_BACK", 0.1)
    line, work = Line(at_once=1), Work()
    one = line.ask(work.named("shared"), key="the same")
    two = line.ask(lambda: pytest.fail("it is worked out already"), key="the same")
    assert two is one and line.is_asked("the same") and not line.is_asked("another")
    line.leave(one)
    time.sleep(0.3)
    work.free.set()
    assert two.found() == "shared", "somebody waited still"
    line.leave(two)
    assert line.answer(lambda: "anew") == line.ask(lambda: "anew", key="the same").found() == "anew"


def test_who_asks_again_at_once_finds_what_was_begun(monkeypatch):
    monkeypatch.setattr(two_at_a_time, "COMES_BACK", PATIENCE)
    line, work = Line(at_once=1), Work()
    line.leave(line.ask(work.named("once"), key="the same"))
    again = line.ask(lambda: pytest.fail("it was begun already"), key="the same")
    work.free.set()
    assert again.found() == "once" and work.order == ["once"]


def test_what_nobody_asks_for_again_is_given_up(monkeypatch):
    monkeypatch.setattr(two_at_a_time, "COMES_BACK", 0.05)
    line = Line(at_once=1)

    def many_steps() -> None:
        while True:
            go_on()

    left = line.ask(many_steps, key="left")
    line.leave(left)
    assert left.ended.wait(PATIENCE)
    with pytest.raises(GivenUp):
        left.found()
