"""Goals of customers: set, changed, reached with what proves it, and open again; each deed is undone alone."""

from datetime import date

import polars as pl
import pytest

from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from data.work.goals import Goal, Row, add, change, close, open_again
from data.work.writing import ChangedSince
from reports.catalogue import run
from reports.report import Question

DAY = date(2024, 6, 10)
FAST = Goal("Close in three days", "Days to close", "3", date(2024, 6, 9), "dana@example.com")


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    commit_frame(opened, "accounts", pl.DataFrame({"account_id": ["A"], "name": ["Alder"]}), "crm", "analyst")
    yield opened
    opened.close()


def row(store):
    with View(store) as view:
        return view.table("goals").row(0, named=True)


def of(store):
    now = row(store)
    return Row(now["goal_id"], "A", now["title"], now["state"], now["batch"])


def test_a_goal_that_is_late_is_told_and_one_that_was_reached_is_not(store):
    add(store, EVERYONE, "A", FAST, DAY)
    assert run("goals", store, EVERYONE, Question(as_of=DAY)).totals["overdue"] == 1
    assert run("goals", store, EVERYONE, Question(as_of=date(2024, 6, 9))).totals["overdue"] == 0, "on its day it is not late"
    closed = close(store, EVERYONE, of(store), "reached", "Three days in May", DAY)
    told = run("goals", store, EVERYONE, Question(as_of=DAY))
    assert told.totals == {"open": 0, "reached": 1, "missed": 0, "dropped": 0, "overdue": 0}
    assert told.rows.select("title", "measure", "evidence", "closed_on", "set_on").rows() == [
        ("Close in three days", "Days to close", "Three days in May", DAY, DAY)
    ]
    store.undo(closed.batch)
    assert row(store)["state"] == "open" and row(store)["evidence"] is None


def test_changing_leaves_the_state_and_opening_again_the_evidence(store):
    add(store, EVERYONE, "A", FAST, DAY)
    close(store, EVERYONE, of(store), "missed", "Took five days", DAY)
    change(store, EVERYONE, of(store), Goal("Close in two days"))
    assert (row(store)["title"], row(store)["state"], row(store)["target"]) == ("Close in two days", "missed", None)
    open_again(store, EVERYONE, of(store))
    assert (row(store)["state"], row(store)["evidence"], row(store)["closed_on"]) == ("open", "Took five days", None)


def test_two_who_close_the_same_goal_the_second_is_told(store):
    add(store, EVERYONE, "A", FAST, DAY)
    seen = of(store)
    close(store, EVERYONE, seen, "reached", "Yes", DAY)
    with pytest.raises(ChangedSince):
        close(store, EVERYONE, seen, "dropped", "", DAY)
    assert row(store)["state"] == "reached"


def test_what_proves_nothing_is_refused(store):
    with pytest.raises(EditRefused, match="say what the customer wants"):
        add(store, EVERYONE, "A", Goal("  "), DAY)
    add(store, EVERYONE, "A", FAST, DAY)
    with pytest.raises(EditRefused, match="say what shows that it was reached"):
        close(store, EVERYONE, of(store), "reached", " ", DAY)
    with pytest.raises(EditRefused, match="takes one of reached, missed, dropped"):
        close(store, EVERYONE, of(store), "open", "", DAY)


def test_a_goal_that_was_taken_back_is_none_whatever_was_said_of_it_later(store):
    set_it = add(store, EVERYONE, "A", FAST, DAY)
    close(store, EVERYONE, of(store), "reached", "Three days in May", DAY)
    store.undo(set_it.batch)
    with View(store) as view:
        assert view.table("goals").is_empty()
    store.redo(set_it.batch)
    assert row(store)["state"] == "reached"
