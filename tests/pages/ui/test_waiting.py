"""A page that waits for its turn or its answer is free at once when its reader asks for something else."""

import threading

import pytest

from pages.ui import waiting
from reports.two_at_a_time import Line
from tests.waiting import PATIENCE


class AsksForAnother(BaseException):
    """As Streamlit ends a run that is to begin anew."""


@pytest.fixture
def line(monkeypatch):
    monkeypatch.setattr(waiting, "LINE", Line(at_once=1))
    return waiting.LINE


def leaving() -> None:
    raise AsksForAnother


def test_what_is_found_is_answered_and_errors_are_raised(line):
    assert waiting.worked_out("a", lambda: 41 + 1) == 42
    with pytest.raises(ZeroDivisionError):
        waiting.worked_out("b", lambda: 1 / 0)


def test_who_leaves_is_free_though_the_work_cannot_be_interrupted(line, monkeypatch):
    monkeypatch.setattr(waiting, "get_run_yield_check", lambda: leaving)
    free = threading.Event()
    with pytest.raises(AsksForAnother):
        waiting.worked_out("c", lambda: free.wait(PATIENCE))
    assert line.is_full, "a step of polars ends first"
    with pytest.raises(AsksForAnother):
        waiting.worked_out("d", lambda: pytest.fail("its turn never came"))
    free.set()
    monkeypatch.setattr(waiting, "get_run_yield_check", lambda: None)
    assert waiting.worked_out("e", lambda: "next") == "next"
