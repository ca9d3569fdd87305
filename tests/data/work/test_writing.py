"""Deeds of the day's work: one batch each, within the writer's accounts, and nobody overwrites what they have not seen."""

from datetime import date

import polars as pl
import pytest

from data.store import deeds
from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EDIT, EVERYONE, UNDO, VIEW, Grant, NotAllowed, Viewer
from data.work.writing import NOTHING, ChangedSince, check_seen, write

OWN = (("owner", ("dana@example.com",)),)
DAY = date(2024, 6, 10)
KINDS = ("accounts", "activities")
DANA = Viewer(
    rights=tuple(sorted((Grant(one, kind, OWN) for one in (VIEW, EDIT, UNDO) for kind in KINDS), key=repr)), person="dana@example.com"
)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    accounts = {"account_id": ["A", "B"], "name": ["Alder", "Birch"], "owner": ["dana@example.com", "kim@example.com"]}
    commit_frame(opened, "accounts", pl.DataFrame(accounts), "crm", "analyst")
    contacts = {"contact_id": ["C-A", "C-B"], "account_id": ["A", "B"], "name": ["Ann", "Bob"]}
    commit_frame(opened, "contacts", pl.DataFrame(contacts), "crm", "analyst")
    yield opened
    opened.close()


def goals(store, viewer=EVERYONE):
    with View(store, viewer) as view:
        return view.table("goals")


def test_a_deed_is_one_batch_that_is_undone(store):
    done = write(store, DANA, "goals", [{"account_id": "A", "title": "Close in three days", "state": "open", "set_on": DAY}])
    assert goals(store).select("account_id", "title", "state").rows() == [("A", "Close in three days", "open")]
    assert store.written(done.batch)[0] == "dana@example.com"
    deeds.may_mark(store, done.batch, DANA)
    store.undo(done.batch)
    assert goals(store).is_empty()


def test_who_has_not_seen_the_newest_is_told_and_overwrites_nothing(store):
    first = write(
        store, DANA, "goals", [{"goal_id": "G", "account_id": "A", "title": "One", "state": "open", "set_on": DAY}], seen=[NOTHING]
    )
    second = write(
        store, EVERYONE, "goals", [{"goal_id": "G", "account_id": "A", "title": "Two", "state": "open", "set_on": DAY}], seen=[first.batch]
    )
    with pytest.raises(ChangedSince, match="browser changed this at"):
        write(
            store,
            DANA,
            "goals",
            [{"goal_id": "G", "account_id": "A", "title": "Three", "state": "open", "set_on": DAY}],
            seen=[first.batch],
        )
    with pytest.raises(ChangedSince):
        write(store, DANA, "goals", [{"goal_id": "G", "account_id": "A", "title": "Four", "state": "open", "set_on": DAY}], seen=[NOTHING])
    assert goals(store)["title"].to_list() == ["Two"]
    store.undo(second.batch)
    with pytest.raises(ChangedSince, match="taken back meanwhile"):
        write(
            store,
            DANA,
            "goals",
            [{"goal_id": "G", "account_id": "A", "title": "Five", "state": "open", "set_on": DAY}],
            seen=[second.batch],
        )
    assert goals(store)["title"].to_list() == ["One"]


def test_who_changed_a_row_of_anothers_account_and_when_is_not_told(store):
    """Of a row that is there and of one that is not the same is said."""
    write(store, EVERYONE, "next_steps", [{"account_id": "B", "next_step": "Theirs"}])
    write(store, EVERYONE, "goals", [{"goal_id": "G-B", "account_id": "B", "title": "Theirs", "state": "open", "set_on": DAY}])
    for account in ("B", "no such account"):
        with pytest.raises(EditRefused, match="your own accounts alone"):
            write(store, DANA, "next_steps", [{"account_id": account, "next_step": "Mine"}], seen=[NOTHING])
        check_seen(store, DANA, "next_steps", [{"account_id": account}], [NOTHING])
    with pytest.raises(EditRefused, match="your own accounts alone"):
        write(
            store, DANA, "goals", [{"goal_id": "G-B", "account_id": "A", "title": "Mine", "state": "open", "set_on": DAY}], seen=[NOTHING]
        )


def test_accounts_of_others_are_neither_written_nor_moved(store):
    write(store, EVERYONE, "goals", [{"goal_id": "G-B", "account_id": "B", "title": "Theirs", "state": "open", "set_on": DAY}])
    with pytest.raises(EditRefused, match="your own accounts alone"):
        write(store, DANA, "goals", [{"account_id": "B", "title": "Mine", "state": "open", "set_on": DAY}])
    with pytest.raises(EditRefused, match="your own accounts alone"):
        write(store, DANA, "goals", [{"goal_id": "G-B", "account_id": "A", "title": "Mine", "state": "open", "set_on": DAY}])
    with pytest.raises(EditRefused, match="your own accounts alone"):
        write(store, DANA, "contacts", [{"contact_id": "C-B", "account_id": "A", "role": "user"}])
    assert goals(store).select("account_id", "title").rows() == [("B", "Theirs")]


def test_a_part_of_a_row_leaves_the_rest(store):
    write(store, DANA, "contacts", [{"contact_id": "C-A", "account_id": "A", "role": "decision maker", "left_on": date(2024, 6, 30)}])
    with View(store) as view:
        found = view.table("contacts").filter(contact_id="C-A").select("name", "role", "left_on").rows()
    assert found == [("Ann", "decision maker", date(2024, 6, 30))]


def test_an_edit_of_an_account_is_undone_by_who_has_the_account(store):
    own = write(store, DANA, "accounts", [{"account_id": "A", "owner": "dana@example.com"}])
    deeds.may_mark(store, own.batch, DANA)
    other = write(store, EVERYONE, "accounts", [{"account_id": "B", "owner": "kim@example.com"}])
    with pytest.raises(NotAllowed):
        deeds.may_mark(store, other.batch, DANA)


def test_who_may_not_write_such_rows_is_refused(store):
    reader = Viewer(rights=(Grant(VIEW, "accounts"),), person="lee@example.com")
    with pytest.raises(NotAllowed):
        write(store, reader, "goals", [{"account_id": "A", "title": "One", "state": "open", "set_on": DAY}])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"account_id": "A", "title": "One", "state": "maybe", "set_on": DAY}, "takes one of open, reached, missed, dropped"),
        ({"account_id": "A", "state": "open", "set_on": DAY}, "title"),
        ({"account_id": "A", "title": "One", "state": "open", "set_on": DAY, "colour": "red"}, "no such column"),
        ({"account_id": "A", "title": "One", "state": "open", "set_on": DAY, "due_on": "tomorrow"}, "does not fit"),
    ],
)
def test_a_wrong_value_is_named(store, row, said):
    with pytest.raises(EditRefused, match=said):
        write(store, EVERYONE, "goals", [row])
    assert goals(store).is_empty()
