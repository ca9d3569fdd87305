"""Contacts that are added and changed on a page."""

from datetime import date

import polars as pl
import pytest

from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EDIT, EVERYONE, VIEW, Grant, Viewer
from data.work.stakeholders import Person, add, change
from data.work.writing import ChangedSince

OWN = (("owner", ("dana@example.com",)),)
DANA = Viewer(rights=tuple(Grant(right, "accounts", OWN) for right in (EDIT, VIEW)), person="dana@example.com")


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    accounts = {"account_id": ["A", "B"], "owner": ["dana@example.com", "kim@example.com"]}
    commit_frame(opened, "accounts", pl.DataFrame(accounts), "crm", "analyst")
    people = {"contact_id": ["C-1"], "account_id": ["A"], "name": ["Ann"], "email": ["Ann@alder.example"], "role": ["user"]}
    commit_frame(opened, "contacts", pl.DataFrame(people), "crm", "analyst")
    yield opened
    opened.close()


def contacts(store):
    with View(store) as view:
        return view.table("contacts")


def test_a_person_is_added_and_changed(store):
    add(store, DANA, "A", Person("Bob", "bob@alder.example", "decision maker", True))
    bob = contacts(store).filter(name="Bob").row(0, named=True)
    assert (bob["role"], bob["is_champion"], bob["email"]) == ("decision maker", True, "bob@alder.example")
    change(store, DANA, bob["contact_id"], "A", Person("Bob", "bob@alder.example", None, False, date(2024, 6, 1)), bob["batch"])
    bob = contacts(store).filter(name="Bob").row(0, named=True)
    assert (bob["role"], bob["is_champion"], bob["left_on"]) == (None, False, date(2024, 6, 1))


def test_who_was_overtaken_is_told(store):
    seen = contacts(store)["batch"][0]
    change(store, EVERYONE, "C-1", "A", Person("Ann", role="manager"), seen)
    with pytest.raises(ChangedSince):
        change(store, DANA, "C-1", "A", Person("Ann", role="technical"), seen)
    assert contacts(store)["role"].to_list() == ["manager"]


@pytest.mark.parametrize(
    ("account", "person", "said"),
    [
        ("A", Person(" "), "give the person's name"),
        ("A", Person("Bob", "bob at alder"), "is no e-mail address"),
        ("A", Person("Bob", "ann@ALDER.example"), "already. Change that one"),
        ("A", Person("Bob", role="king"), "takes one of user, manager"),
        ("B", Person("Bob"), "your own accounts alone"),
    ],
)
def test_what_cannot_be_a_contact_is_refused(store, account, person, said):
    with pytest.raises(EditRefused, match=said):
        add(store, DANA, account, person)
    assert contacts(store).height == 1
