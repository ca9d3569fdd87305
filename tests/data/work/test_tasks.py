"""Tasks: set once, changed, done by one of two, opened again, and undone; with nobody who cannot see the account."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from data.approvals.undoing import redo, undo
from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EDIT, EVERYONE, UNDO, VIEW, Grant, NotAllowed, Viewer
from data.work import tasks
from data.work.colleagues import colleagues
from data.work.writing import ChangedSince, write
from metrics.plays import steps_of

DAY, DUE = date(2024, 6, 30), date(2024, 7, 5)


def owner_of(*named: str) -> Viewer:
    rights = (Grant(one, "activities", (("owner", named),)) for one in (VIEW, EDIT, UNDO))
    return Viewer(rights=tuple(sorted(rights, key=repr)), person=named[0])


DANA, KIM = owner_of("dana@example.com"), owner_of("kim@example.com", "dana@example.com")


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    accounts = {"account_id": ["A", "B"], "name": ["Alder", "Birch"], "owner": ["dana@example.com", "kim@example.com"]}
    commit_frame(opened, "accounts", pl.DataFrame(accounts), "crm", "analyst")
    yield opened
    opened.close()


def people(store: Store, *rows: tuple[str, str, str, bool]) -> None:
    """People by e-mail, role, manager, and whether they are active."""
    told = pl.DataFrame(rows, schema=["email", "role", "manager", "is_active"], orient="row").with_columns(name=pl.col("email"))
    commit_frame(store, "people", told, "people", "analyst", edit=True)


def stands(store: Store) -> list[dict]:
    with View(store) as view:
        return view.table("activities").sort("batch").to_dicts()


def set_one(store: Store, viewer: Viewer = DANA, **more) -> int:
    asked = {"account_id": "A", "title": " Call Ann ", "owner": None, "due_on": DUE} | more
    return tasks.set_task(store, viewer, **asked, day=DAY).batch


def test_a_task_is_set_done_and_opened_again_each_as_a_batch(store):
    set_one(store)
    (one,) = stands(store)
    assert (one["kind"], one["body"], one["owner"], one["status"], one["due_on"]) == ("task", "Call Ann", "dana@example.com", "open", DUE)
    done = tasks.finish(store, KIM, one["activity_id"], DAY, one["batch"])
    (one,) = stands(store)
    assert (one["status"], one["done_on"], one["done_by"], one["body"]) == ("done", DAY, "kim@example.com", "Call Ann")
    tasks.reopen(store, DANA, one["activity_id"], DAY, done.batch)
    (one,) = stands(store)
    assert (one["status"], one["done_on"], one["done_by"]) == ("open", None, None)
    store.undo(one["batch"])
    assert stands(store)[0]["status"] == "done"


def test_who_did_it_stays_so_where_the_task_gets_another_owner(store):
    set_one(store)
    (one,) = stands(store)
    done = tasks.finish(store, DANA, one["activity_id"], DAY, one["batch"])
    tasks.change(store, KIM, one["activity_id"], done.batch, title="Call Ann", owner="kim@example.com", due_on=DUE, day=DAY)
    assert (stands(store)[0]["owner"], stands(store)[0]["done_by"]) == ("kim@example.com", "dana@example.com")


def test_a_task_that_was_taken_back_after_it_was_done_is_none(store):
    first = set_one(store)
    (one,) = stands(store)
    done = tasks.finish(store, DANA, one["activity_id"], DAY, first).batch
    store.undo(first)
    with pytest.raises(EditRefused, match="no such task"):
        tasks.reopen(store, DANA, one["activity_id"], DAY, done)
    store.redo(first)
    assert stands(store)[0]["status"] == "done"


def test_of_an_account_of_others_nothing_is_told(store):
    """Neither whether a colleague sees it, nor whether the same task is there."""
    people(store, ("kim@example.com", "csm", "", True), ("lee@example.com", "csm", "", True))
    set_one(store, owner_of("kim@example.com"), account_id="B", owner="kim@example.com")
    for account, owner in (("B", "kim@example.com"), ("B", "lee@example.com"), ("no such account", "kim@example.com")):
        with pytest.raises(EditRefused, match="your own accounts alone"):
            set_one(store, account_id=account, owner=owner)


@pytest.mark.parametrize("more", [{"due_on": date.max}, {"title": "\u200f \u200b\u2067"}, {"title": "\n\t"}])
def test_days_beyond_ten_years_and_words_that_nobody_sees_are_refused(store, more):
    with pytest.raises(EditRefused):
        set_one(store, **more)


def test_of_two_who_close_the_same_task_the_second_is_told(store):
    set_one(store)
    (one,) = stands(store)
    tasks.finish(store, DANA, one["activity_id"], DAY, one["batch"])
    with pytest.raises(ChangedSince, match=r"dana@example\.com changed this"):
        tasks.finish(store, KIM, one["activity_id"], DAY, one["batch"])
    with pytest.raises(ChangedSince):
        tasks.change(store, KIM, one["activity_id"], one["batch"], title="Write to Ann", owner=None, due_on=DUE, day=DAY)
    assert stands(store)[0]["done_by"] == "dana@example.com"


def test_the_same_task_is_never_there_twice(store):
    first = set_one(store)
    with pytest.raises(tasks.AlreadySet, match="there already") as told:
        set_one(store, title="call  ann")
    assert told.value.task_id == stands(store)[0]["activity_id"]
    with pytest.raises(tasks.AlreadySet):
        set_one(store, KIM, owner="dana@example.com")
    set_one(store, due_on=date(2024, 7, 6))
    store.undo(first)
    set_one(store)  # what was taken back may be set again
    assert len(stands(store)) == 2


def test_a_task_that_is_done_may_be_set_again(store):
    set_one(store)
    (one,) = stands(store)
    tasks.finish(store, DANA, one["activity_id"], DAY, one["batch"])
    set_one(store)
    assert [row["status"] for row in stands(store)] == ["done", "open"]


def test_a_task_is_changed_in_one_batch(store):
    set_one(store)
    (one,) = stands(store)
    tasks.change(store, DANA, one["activity_id"], one["batch"], title="Visit", owner="dana@example.com", due_on=date(2024, 7, 9), day=DAY)
    assert [(row["body"], row["due_on"]) for row in stands(store)] == [("Visit", date(2024, 7, 9))]


def test_the_day_of_a_task_that_is_overdue_may_stay(store):
    with_day = pl.DataFrame({"activity_id": ["T"], "account_id": ["A"], "kind": ["task"], "body": ["Old"], "due_on": [date(2024, 1, 1)]})
    batch = commit_frame(store, "activities", with_day, "crm", "analyst").batch
    tasks.change(store, DANA, "T", batch, title="Older", owner=None, due_on=date(2024, 1, 1), day=DAY)
    assert stands(store)[0]["body"] == "Older"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"title": "  "}, "it is empty"),
        ({"title": "x" * 2001}, "at most 2,000 signs: it has 2,001"),
        ({"due_on": None}, "Choose the day"),
        ({"due_on": date(2024, 6, 29)}, "2024-06-29 is over: the day looked at is 2024-06-30"),
        ({"account_id": "B"}, "your own accounts alone"),
        ({"account_id": "nowhere"}, "your own accounts alone"),
        ({"owner": "x" * 300}, "at most 254 signs"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(store, asked, said):
    with pytest.raises(EditRefused, match=said):
        set_one(store, **asked)
    assert stands(store) == []


def test_words_of_2000_signs_and_a_day_of_today_are_taken(store):
    set_one(store, title="语" * 2000, due_on=DAY)
    assert stands(store)[0]["body"] == "语" * 2000


def test_who_may_not_write_and_who_has_the_account_no_more_are_refused(store):
    set_one(store)
    (one,) = stands(store)
    with pytest.raises(NotAllowed):
        set_one(store, Viewer(rights=(Grant(VIEW, "activities"),), person="lee@example.com"))
    with pytest.raises(EditRefused, match="no such task among your accounts"):
        tasks.finish(store, owner_of("kim@example.com"), one["activity_id"], DAY, one["batch"])


def test_work_is_given_to_those_alone_who_see_the_account(store):
    assert set(colleagues(store, "A")) == {"dana@example.com", "kim@example.com"}  # nobody is on the list: the owners of accounts
    people(
        store, ("dana@example.com", "csm", "mo@example.com", True), ("kim@example.com", "csm", "mo@example.com", True),
        ("mo@example.com", "manager", "", True), ("lee@example.com", "executive", "", True), ("gone@example.com", "manager", "", False),
        ("dora@example.com", "viewer", "", True),
    )  # fmt: skip
    assert list(colleagues(store, "A")) == ["dana@example.com", "lee@example.com", "mo@example.com"]
    set_one(store, owner="mo@example.com")
    for name in ("kim@example.com", "gone@example.com", "dora@example.com", "nobody@example.com"):
        with pytest.raises(EditRefused, match="does not see this account"):
            set_one(store, owner=name)


def test_an_owner_who_stands_on_no_list_keeps_the_own_accounts(store):
    people(store, ("kim@example.com", "csm", "", True))
    set_one(store)
    assert stands(store)[0]["owner"] == "dana@example.com"
    assert EVERYONE.may(EDIT, "activities")


def test_a_step_of_a_play_is_done_changed_and_opened_again_as_a_task(store):
    run = {
        "run_id": "rescue A x", "account_id": "A", "play_id": "rescue", "name": "Rescue", "reason": "x", "owner": "dana@example.com",
        "started_on": DAY, "started_at": datetime(2024, 6, 30, tzinfo=UTC), "started_by": "dana@example.com", "state": "running",
        "steps": '[{"title": "Call", "owner": "dana@example.com", "due_days": 3, "due_on": "2024-07-03"}]',
    }  # fmt: skip
    write(store, DANA, "play_runs", [run])
    done = tasks.finish(store, KIM, "rescue A x#1", DAY, 0)
    with pytest.raises(ChangedSince):
        tasks.finish(store, DANA, "rescue A x#1", DAY, 0)
    again = tasks.reopen(store, DANA, "rescue A x#1", DAY, done.batch)
    tasks.change(store, DANA, "rescue A x#1", again.batch, title="Call", owner="dana@example.com", due_on=date(2024, 7, 9), day=DAY)
    with View(store) as view:
        steps = steps_of(view.table("play_runs").lazy(), view.table("play_steps").lazy()).collect()
    assert steps.select("status", "owner", "due_on", "done_on").rows() == [("open", "dana@example.com", date(2024, 7, 9), None)]


def test_no_open_task_becomes_the_double_of_another(store):
    """By being opened again, changed, or by an undo or redo on a page."""
    first = set_one(store)
    (one,) = stands(store)
    done = tasks.finish(store, DANA, one["activity_id"], DAY, first)
    again = set_one(store)
    other = set_one(store, title="Write to Ann")
    with pytest.raises(tasks.AlreadySet):
        tasks.reopen(store, DANA, one["activity_id"], DAY, done.batch)
    named = next(row["activity_id"] for row in stands(store) if row["batch"] == other)
    with pytest.raises(tasks.AlreadySet):
        tasks.change(store, DANA, named, other, title="call  ANN", owner="dana@example.com", due_on=DUE, day=DAY)
    with pytest.raises(EditRefused, match="would be there twice"):
        undo(store, done.batch, DANA, "browser")
    undo(store, again, DANA, "browser")
    undo(store, done.batch, DANA, "browser")
    assert [row["body"] for row in stands(store) if row["status"] == "open"] == ["Call Ann", "Write to Ann"]
    with pytest.raises(EditRefused, match="would be there twice"):
        redo(store, again, DANA, "browser")
