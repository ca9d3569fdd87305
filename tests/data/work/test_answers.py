"""Answers to what Today shows: each says why and until when, gives a task where it is handed over, and can be taken back."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest

from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, NotAllowed
from data.work import answers
from data.work.answers import Item
from data.work.writing import ChangedSince
from tests.data.work.test_tasks import DANA, DAY, owner_of, people, stands

ITEM = Item("A", "usage_fell", "Monthly actives 42 → 18 in 30 days", "people", -12.6, 0)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    accounts = {"account_id": ["A", "B"], "name": ["Alder", "Birch"], "owner": ["dana@example.com", "kim@example.com"]}
    commit_frame(opened, "accounts", pl.DataFrame(accounts), "crm", "analyst")
    yield opened
    opened.close()


def said(store: Store) -> list[dict]:
    with View(store) as view:
        return view.table("item_answers").sort("batch").to_dicts()


def test_each_answer_says_what_why_until_when_and_by_whom(store):
    first = answers.put_off(store, DANA, ITEM, DAY + timedelta(days=10), " School holidays ", day=DAY)
    (one,) = said(store)
    assert {name: one[name] for name in ("answer", "until", "reason", "given_by", "given_on", "why", "basis", "worse_from")} == {
        "answer": "snoozed", "until": DAY + timedelta(days=10), "reason": "School holidays", "given_by": "dana@example.com", "given_on": DAY,
        "why": ITEM.why, "basis": "people", "worse_from": -12.6,
    }  # fmt: skip
    second = answers.mark_wrong(store, DANA, replace(ITEM, seen=first.batch), "Another system counts now", day=DAY, holds=30)
    assert [(row["answer"], row["until"], row["batch"]) for row in said(store)] == [("wrong", DAY + timedelta(days=30), second.batch)]
    answers.take_back(store, DANA, replace(ITEM, seen=second.batch), day=DAY)
    assert [(row["answer"], row["until"]) for row in said(store)] == [("open_again", None)]


def test_handing_over_gives_a_task_and_both_are_undone(store):
    people(store, ("dana@example.com", "csm", "mo@example.com", True), ("mo@example.com", "manager", "", True))
    task, answer = answers.hand_over(store, DANA, ITEM, "mo@example.com", date(2024, 7, 5), "Call their director", day=DAY)
    (one,), (given,) = said(store), stands(store)
    assert (one["answer"], one["handed_to"], one["until"], one["task_id"]) == (
        "handed_over", "mo@example.com", date(2024, 7, 6), given["activity_id"],
    )  # fmt: skip
    assert (given["owner"], given["body"], given["due_on"], given["about"]) == (
        "mo@example.com", "Call their director", date(2024, 7, 5), "usage_fell",
    )  # fmt: skip
    store.undo(answer.batch)
    store.undo(task.batch)
    assert said(store) == stands(store) == []


def test_of_two_who_answer_the_second_is_told_and_no_task_is_left_behind(store):
    answers.put_off(store, DANA, ITEM, DAY + timedelta(days=10), "Holidays", day=DAY)
    with pytest.raises(ChangedSince):
        answers.mark_wrong(store, EVERYONE, ITEM, "It is right so", day=DAY, holds=30)
    with pytest.raises(ChangedSince):
        answers.hand_over(store, EVERYONE, ITEM, "kim@example.com", date(2024, 7, 5), "Call them", day=DAY)
    assert [row["answer"] for row in said(store)] == ["snoozed"] and stands(store) == []


@pytest.mark.parametrize(
    ("until", "reason", "told"),
    [
        (DAY - timedelta(days=1), "Why", "a day after 2024-06-30"),
        (DAY, "Why", "a day after 2024-06-30"),
        (None, "Why", "a day after 2024-06-30"),
        (DAY + timedelta(days=181), "Why", "until 2024-12-27"),
        (DAY + timedelta(days=1), " \n ", "Say why: it is empty"),
        (DAY + timedelta(days=1), "x" * 2001, "at most 2,000 signs: it has 2,001"),
    ],
)
def test_a_day_or_reason_that_cannot_be_is_refused(store, until, reason, told):
    with pytest.raises(EditRefused, match=told):
        answers.put_off(store, DANA, ITEM, until, reason, day=DAY)
    assert said(store) == []


def test_a_reason_of_2000_signs_and_the_last_day_are_taken(store):
    answers.put_off(store, DANA, ITEM, DAY + timedelta(days=180), "x" * 2000, day=DAY)
    assert len(said(store)[0]["reason"]) == 2000


@pytest.mark.parametrize(
    ("to", "reason", "told"),
    [
        ("", "Call", "Choose to whom"),
        ("dana@example.com", "Call", "It is yours already"),
        ("kim@example.com", "", "what they are to do: it is empty"),
        ("kim@example.com", "Call", "does not see this account"),
    ],
)
def test_what_cannot_be_handed_over_is_refused_and_leaves_nothing(store, to, reason, told):
    people(store, ("dana@example.com", "csm", "", True), ("kim@example.com", "csm", "", True))
    with pytest.raises(EditRefused, match=told):
        answers.hand_over(store, DANA, ITEM, to, date(2024, 7, 5), reason, day=DAY)
    assert said(store) == stands(store) == []


def test_nothing_is_said_to_what_is_not_ones_own(store):
    with pytest.raises(EditRefused, match="your own accounts alone"):
        answers.put_off(store, DANA, replace(ITEM, account_id="B"), DAY + timedelta(days=1), "Why", day=DAY)
    with pytest.raises(NotAllowed):
        answers.mark_wrong(store, replace(owner_of("lee@example.com"), rights=()), ITEM, "Why", day=DAY, holds=30)


def test_after_a_merge_the_answers_of_both_are_seen_and_a_new_one_can_be_given(store):
    older = answers.put_off(store, EVERYONE, replace(ITEM, account_id="B"), DAY + timedelta(days=9), "Theirs", day=DAY)
    newer = answers.put_off(store, EVERYONE, ITEM, DAY + timedelta(days=5), "Ours", day=DAY)
    commit_frame(store, "account_aliases", pl.DataFrame({"alias": ["B"], "account_id": ["A"]}), "account matching", "analyst")
    assert [(row["account_id"], row["reason"]) for row in said(store)] == [("A", "Theirs"), ("A", "Ours")]
    with pytest.raises(ChangedSince):
        answers.take_back(store, EVERYONE, replace(ITEM, seen=older.batch), day=DAY)
    answers.take_back(store, EVERYONE, replace(ITEM, seen=newer.batch), day=DAY)
    assert said(store)[-1]["answer"] == "open_again"
