"""Starting a play for several accounts: each a batch of its own; from two windows at once, each account once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import polars as pl
import pytest

from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, VIEW, Grant, NotAllowed, Viewer
from data.work.starting import start_all

DAY = date(2024, 6, 10)
ROWS = [{"play_id": "adoption_rescue", "account_id": one, "reason": "usage_fell 2024-06"} for one in "ABC"]


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    commit_frame(opened, "accounts", pl.DataFrame({"account_id": ["A", "B", "C"]}), "crm", "analyst")
    yield opened
    opened.close()


def runs(store) -> list[str]:
    with View(store) as view:
        return sorted(view.table("play_runs")["account_id"])


def test_from_two_windows_at_once_each_account_once(store):
    with ThreadPoolExecutor(2) as both:
        one, other = both.map(lambda _: start_all(store, EVERYONE, ROWS, day=DAY), range(2))
    assert runs(store) == ["A", "B", "C"]
    assert len(one.batches) + len(other.batches) == 3 == one.already + other.already


def test_each_is_taken_back_for_itself(store):
    done = start_all(store, EVERYONE, ROWS, day=DAY)
    store.undo(done.batches[1])
    assert runs(store) == ["A", "C"]
    again = start_all(store, EVERYONE, ROWS, day=DAY)
    assert (len(again.batches), again.already) == (1, 2)


def test_who_may_not_write_starts_none(store):
    with pytest.raises(NotAllowed):
        start_all(store, Viewer(rights=(Grant(VIEW, "activities"),)), ROWS, day=DAY)
    assert runs(store) == []
