"""Undo and redo behind a button."""

import pytest

from data.store.store import UNDO, StoreError
from data.store.writing import LinesCutAnew
from data.viewer import EVERYONE
from pages.ui import marking


@pytest.mark.parametrize(
    ("error", "told"), [(LinesCutAnew("x and y would become one line"), ["x and y would become one line"]), (StoreError("so already"), [])]
)
def test_what_refuses_is_told_and_a_second_click_is_nothing(error, told, monkeypatch):
    def refuses(*_):
        raise error

    said = []
    monkeypatch.setattr(marking, "mark", refuses)
    monkeypatch.setattr(marking.st, "toast", lambda text, **_: said.append(text))
    marking.marked(None, UNDO, 1, EVERYONE, "test")
    assert said == told
