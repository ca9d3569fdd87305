"""Giving an account from one to another: to somebody of the list, and the giver is left without it."""

import polars as pl
import pytest

from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EDIT, EVERYONE, VIEW, Grant, Viewer
from data.work.ownership import give, may_own
from data.work.writing import ChangedSince

OWN = (("owner", ("dana@example.com",)),)
DANA = Viewer(rights=tuple(Grant(right, "accounts", OWN) for right in (EDIT, VIEW)), person="dana@example.com")


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    accounts = {"account_id": ["A", "B"], "owner": ["dana@example.com", "Kim Ng"]}
    commit_frame(opened, "accounts", pl.DataFrame(accounts), "crm", "analyst")
    yield opened
    opened.close()


def listed(store):
    people = {"email": ["dana@example.com", "kim@example.com", "out@example.com"], "name": ["Dana", "Kim", "Out"],
              "owner": [None, "Kim Ng", None], "role": ["csm"] * 3, "is_active": [True, True, False]}  # fmt: skip
    commit_frame(store, "people", pl.DataFrame(people), "team", "analyst")


def batch(store):
    return account(store)["batch"]


def account(store, viewer=EVERYONE):
    with View(store, viewer if viewer.rights is None else viewer.allowed(VIEW, "accounts")) as view:
        return next(view.accounts().filter(account_id="A").iter_rows(named=True), None)


def test_who_gives_an_account_away_has_it_no_more(store):
    listed(store)
    give(store, DANA, "A", "Kim Ng", batch(store))
    assert account(store)["owner"] == "Kim Ng" and account(store, DANA) is None
    with pytest.raises(EditRefused, match="your own accounts alone"):
        give(store, DANA, "A", "dana@example.com", batch(store))


def test_those_of_the_list_who_may_sign_in_are_offered_as_accounts_name_them(store):
    assert may_own(store) == {"Kim Ng": "Kim Ng", "dana@example.com": "dana@example.com"}
    listed(store)
    assert may_own(store) == {"dana@example.com": "Dana", "Kim Ng": "Kim"}


@pytest.mark.parametrize("owner", ["out@example.com", "nobody@example.com"])
def test_nobody_else_is_given_an_account(store, owner):
    listed(store)
    with pytest.raises(EditRefused, match="is not on the list of people"):
        give(store, DANA, "A", owner, batch(store))
    with pytest.raises(EditRefused, match="choose who is to look after"):
        give(store, DANA, "A", " ", batch(store))


def test_two_who_give_the_same_account_the_second_is_told(store):
    seen = batch(store)
    give(store, EVERYONE, "A", "Kim Ng", seen)
    with pytest.raises(ChangedSince):
        give(store, EVERYONE, "A", "dana@example.com", seen)
