"""Saved views: whose they are, who may open and change them, and what is said of a name that cannot be."""

from dataclasses import replace
from datetime import date
from io import StringIO

import polars as pl
import pytest

from data.access.changing import remove_person
from data.access.rights import viewer_of
from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.viewer import EVERYONE, NotAllowed
from data.work import saved_views
from data.work.saved_views import EVERYBODY, LONGEST, bring_back, change, open_with, opens_with, remove, removed, save, view_of, views
from data.work.writing import ChangedSince

TEAM = """email,name,role,team,is_active
ona@example.com,Ona,csm,North,yes
ben@example.com,Ben,csm,North,yes
kim@example.com,Kim,csm,South,yes
vic@example.com,Vic,viewer,South,yes
ada@example.com,Ada,administrator,,yes
"""
LARGE = (("segment", "Large"), ("segment", "Mid & more"), ("period", "this_quarter"))


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    commit_frame(opened, "people", pl.read_csv(StringIO(TEAM)).with_columns(is_active=pl.lit(True)), "people", "test")
    yield opened
    opened.close()


def who(store, name):
    return viewer_of(store, f"{name}@example.com", (), date(2026, 3, 4))


def names(store, viewer):
    return [one.name for one in views(store, viewer)]


def test_what_was_chosen_comes_back_as_it_was(store):
    ona = who(store, "ona")
    save(store, ona, "  Large \n ones ", "renewals", LARGE)
    (found,) = views(store, ona)
    assert (found.name, found.page, found.choices, found.owner, found.shared_with) == (
        "Large ones", "renewals", LARGE, "ona@example.com", "",
    )  # fmt: skip


def test_who_sees_a_view_that_is_private_of_a_team_or_everybodys(store):
    ona = who(store, "ona")
    for name, shared in (("mine", ""), ("north", "North"), ("all", EVERYBODY)):
        save(store, ona, name, "renewals", LARGE, shared)
    assert {name: names(store, who(store, name)) for name in ("ona", "ben", "kim", "vic", "ada")} == {
        "ona": ["all", "mine", "north"], "ben": ["all", "north"], "kim": ["all"], "vic": ["all"], "ada": ["all", "north"],
    }  # fmt: skip
    private = next(one for one in views(store, ona) if one.name == "mine")
    assert view_of(store, who(store, "ben"), private.view_id) is None and view_of(store, ona, "none") is None


def test_a_view_of_who_left_is_left_to_who_administers(store):
    save(store, who(store, "kim"), "of Kim", "renewals", LARGE)
    ada = who(store, "ada")
    assert names(store, ada) == []
    remove_person(store, ada, "kim@example.com")
    (left,) = views(store, ada)
    remove(store, ada, left)
    assert names(store, ada) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [("", "a name"), (" \n\t", "a name"), ("x" * (LONGEST + 1), f"at most {LONGEST}"), ("LARGE  one", "already")],
)
def test_a_name_that_cannot_be_is_told(store, name, said):
    ona = who(store, "ona")
    save(store, ona, "Large one", "renewals", LARGE)
    with pytest.raises(EditRefused, match=said):
        save(store, ona, name, "renewals", LARGE)
    assert names(store, ona) == ["Large one"]


def test_the_longest_name_and_the_same_name_elsewhere_can_be(store):
    ona, ben = who(store, "ona"), who(store, "ben")
    save(store, ona, "n" * LONGEST, "renewals", LARGE)
    save(store, ona, "n" * LONGEST, "accounts", LARGE)
    save(store, ben, "n" * LONGEST, "renewals", LARGE)
    assert len(names(store, ona)) == 2 and len(names(store, ben)) == 1


def test_more_than_an_address_carries_is_refused(store):
    with pytest.raises(EditRefused, match="than an address can carry"):
        save(store, EVERYONE, "all", "renewals", [("segment", f"segment {n:06}") for n in range(300)])


def test_of_two_windows_the_second_is_told_and_nothing_is_lost(store):
    ona = who(store, "ona")
    save(store, ona, "one", "renewals", LARGE)
    (seen,) = views(store, ona)
    change(store, ona, seen, choices=[("segment", "Small")])
    for late in (lambda: change(store, ona, seen, name="two"), lambda: remove(store, ona, seen)):
        with pytest.raises(ChangedSince):
            late()
    (now,) = views(store, ona)
    assert (now.name, now.choices) == ("one", (("segment", "Small"),))


def test_only_the_owner_and_who_administers_change_a_view(store):
    save(store, who(store, "ona"), "one", "renewals", LARGE, EVERYBODY)
    (one,) = views(store, who(store, "ben"))
    for deed in (lambda: change(store, who(store, "ben"), one, name="two"), lambda: remove(store, who(store, "ben"), one)):
        with pytest.raises(NotAllowed, match="another's"):
            deed()
    change(store, who(store, "ada"), one, name="two")
    (now,) = views(store, who(store, "ona"))
    assert (now.name, now.owner, now.shared_with) == ("two", "ona@example.com", EVERYBODY)


def test_shared_with_the_own_team_alone(store):
    assert saved_views.teams(store, who(store, "ona")) == ["North"] and saved_views.teams(store, who(store, "ada")) == ["North", "South"]
    with pytest.raises(EditRefused, match="own team"):
        save(store, who(store, "ona"), "one", "renewals", LARGE, "South")
    save(store, who(store, "ona"), "one", "renewals", LARGE, "North")
    (one,) = views(store, who(store, "ben"))
    change(store, who(store, "ona"), one, shared_with="")
    assert views(store, who(store, "ben")) == []


def test_what_was_removed_comes_back_unless_its_name_was_taken_meanwhile(store):
    ona = who(store, "ona")
    save(store, ona, "one", "renewals", LARGE)
    (one,) = views(store, ona)
    remove(store, ona, one)
    (gone,) = removed(store, ona)
    assert views(store, ona) == [] and removed(store, who(store, "ben")) == []
    with pytest.raises(ChangedSince):
        bring_back(store, ona, one)
    bring_back(store, ona, gone)
    (back,) = views(store, ona)
    assert back.choices == LARGE and removed(store, ona) == []
    remove(store, ona, back)
    save(store, ona, "one", "renewals", ())
    with pytest.raises(EditRefused, match="already"):
        bring_back(store, ona, removed(store, ona)[0])


def test_a_page_opens_with_a_view_for_one_person_until_that_is_taken_back(store):
    ona, ben = who(store, "ona"), who(store, "ben")
    save(store, ona, "one", "", LARGE, "North")
    (one,) = views(store, ben)
    open_with(store, ben, "", one.view_id)
    assert (opens_with(store, ben, ""), opens_with(store, ona, ""), opens_with(store, ben, "renewals")) == (one.view_id, None, None)
    open_with(store, ben, "", None)
    assert opens_with(store, ben, "") is None
    change(store, ona, one, shared_with="")
    with pytest.raises(EditRefused, match="not shared with you"):
        open_with(store, ben, "", one.view_id)


def test_where_nobody_signs_in_views_are_of_the_one_person(store):
    save(store, EVERYONE, "one", "renewals", LARGE)
    assert [one.owner for one in views(store, EVERYONE)] == ["local"]


def test_without_the_right_to_views_nothing_is_saved(store):
    with pytest.raises(NotAllowed):
        save(store, who(store, "nobody"), "one", "renewals", LARGE)


def test_whose_a_view_is_says_the_store_and_not_who_asks(store):
    save(store, who(store, "ona"), "north", "renewals", LARGE, "North")
    (seen,) = views(store, who(store, "ben"))
    for deed in (lambda ben, one: change(store, ben, one, name="mine"), lambda ben, one: remove(store, ben, one)):
        with pytest.raises(NotAllowed, match="another's"):
            deed(who(store, "ben"), replace(seen, owner="ben@example.com"))
    assert [(one.name, one.owner) for one in views(store, who(store, "ona"))] == [("north", "ona@example.com")]
