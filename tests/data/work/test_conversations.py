"""Conversations that people write down: all that was said of one is kept, and its next step with it or not at all."""

from datetime import date

import polars as pl
import pytest

from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EDIT, EVERYONE, VIEW, Grant, Viewer
from data.work.conversations import Conversation, NextStep, log, set_next_step, took_part
from data.work.writing import NOTHING, ChangedSince

OWN = (("owner", ("dana@example.com",)),)
DANA = Viewer(
    rights=tuple(Grant(right, kind, OWN) for right in (EDIT, VIEW) for kind in ("accounts", "activities")), person="dana@example.com"
)
HELD = Conversation(
    "A", date(2024, 6, 10), "They want the board by July", "call", ("C-1", "C-2"), "positive", "usage_fell", "kim@example.com"
)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    accounts = {"account_id": ["A", "B"], "name": ["Alder", "Birch"], "owner": ["dana@example.com", "kim@example.com"]}
    commit_frame(opened, "accounts", pl.DataFrame(accounts), "crm", "analyst")
    contacts = {"contact_id": ["C-1", "C-2", "C-B"], "account_id": ["A", "A", "B"], "name": ["Ann", "Al", "Bob"]}
    commit_frame(opened, "contacts", pl.DataFrame(contacts), "crm", "analyst")
    yield opened
    opened.close()


def table(store, name):
    with View(store) as view:
        return view.table(name) if name != "accounts" else view.accounts()


def batch_of(store, account):
    return table(store, "accounts").filter(account_id=account)["batch"][0]


def test_all_that_was_said_of_a_conversation_is_kept(store):
    log(store, DANA, HELD)
    row = table(store, "activities").row(0, named=True)
    kept = ("kind", "status", "done_on", "body", "channel", "contacts", "sentiment", "about", "owner")
    assert [row[name] for name in kept] == [
        "conversation", "done", date(2024, 6, 10), "They want the board by July", "call", "C-1,C-2", "positive", "usage_fell",
        "dana@example.com",
    ]  # fmt: skip
    assert took_part(row) == ["C-1", "C-2"] and took_part({"contacts": None}) == []


def test_where_nobody_signs_in_it_is_the_owners(store):
    log(store, EVERYONE, HELD)
    assert table(store, "activities")["owner"].to_list() == ["kim@example.com"]


def test_a_next_step_goes_in_with_it_and_each_is_taken_back_alone(store):
    talked, stepped = log(store, DANA, HELD, NextStep("Show the board", date(2024, 6, 20)), NOTHING)
    step = table(store, "next_steps").select("account_id", "next_step", "next_step_due_on").row(0)
    assert step == ("A", "Show the board", date(2024, 6, 20))
    store.undo(stepped.batch)
    assert table(store, "next_steps").is_empty()
    assert table(store, "activities").height == 1
    store.undo(talked.batch)
    assert table(store, "activities").is_empty()


def test_who_has_not_seen_the_newest_step_writes_neither(store):
    seen = NOTHING
    set_next_step(store, EVERYONE, "A", NextStep("Call Ann"), seen)
    with pytest.raises(ChangedSince, match="browser changed this"):
        log(store, DANA, HELD, NextStep("Show the board"), seen)
    assert table(store, "activities").is_empty()
    assert table(store, "next_steps")["next_step"].to_list() == ["Call Ann"]


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (Conversation("A", date(2024, 6, 10), channel="pigeon"), "channel: takes one of call, meeting, visit, email, chat"),
        (Conversation("A", date(2024, 6, 10), contacts=("C,1",)), "an id with a comma cannot be kept"),
        (Conversation("A", date(9999, 12, 31), "Hello"), "9999-12-31 is no day of a conversation"),
        (Conversation("A", date(1, 1, 1), "Hello"), "is no day of a conversation"),
        (Conversation("A", date(2024, 6, 10), "x" * 20_001), "at most 20000 signs can be kept; there are 20001"),
        (Conversation("A", date(2024, 6, 10), contacts=("C-1", "C-B")), "no contact of this account"),
        (Conversation("A", date(2024, 6, 10), contacts=("nobody",)), "no contact of this account"),
        (Conversation("B", date(2024, 6, 10), "Hello"), "your own accounts alone"),
        (Conversation("A", date(2024, 6, 10), "Hello", sentiment="furious"), "takes one of positive, neutral, negative"),
    ],
)
def test_what_cannot_be_kept_is_refused(store, held, said):
    with pytest.raises(EditRefused, match=said):
        log(store, DANA, held)
    assert table(store, "activities").is_empty()


def test_a_refused_conversation_leaves_no_next_step_behind(store):
    with pytest.raises(EditRefused):
        log(store, DANA, Conversation("A", date(2024, 6, 10), "Hi", sentiment="furious"), NextStep("Show the board"), NOTHING)
    assert table(store, "next_steps").is_empty()
