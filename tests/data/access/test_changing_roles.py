"""Roles changed in the app: for whom what changes, and what is put in force."""

from datetime import UTC, datetime

import polars as pl
import pytest

from data.access import roles
from data.access.changing_roles import (
    Effect,
    changed_by,
    effects,
    given,
    in_force,
    put_back,
    put_in_force,
    shipped,
    with_role,
    without_role,
)
from data.access.people import People, Person
from data.access.rights import viewer_of
from data.access.roles import Role, RolesWrong, from_toml, to_toml
from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.viewer import EVERYONE, NotAllowed

AT = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
OLD = """[roles.a]
scope = "own"
view = ["accounts", "revenue"]
[roles.b]
scope = "company"
view = ["accounts"]
administer = ["people"]
[groups]
Staff = ["a"]
"""
NEW = OLD.replace('scope = "own"\nview = ["accounts", "revenue"]', 'scope = "team"\nview = ["accounts", "model"]')


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "roles.toml"))
    monkeypatch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)
    (tmp_path / "roles.toml").write_text(OLD)
    opened = Store.open(tmp_path / "own.duckdb")
    commit_frame(opened, "people", pl.DataFrame({"email": ["ann@x.org", "bob@x.org"], "role": ["b", "a"]}), "hr", "test")
    yield opened
    opened.close()


def test_who_gains_and_loses_what():
    """Of role a: view revenue goes, view model comes, and accounts are those of the team. Ben has b too, who saw all accounts and still does."""
    people = People(
        {
            "al@x.org": Person("al@x.org", roles=("a",)),
            "ben@x.org": Person("ben@x.org", roles=("a", "b")),
            "gone@x.org": Person("gone@x.org", roles=("a",), is_active=False),
        }
    )
    gains, loses = (("view", "model"),), (("view", "revenue"),)
    wider = ((("view", "accounts"), ("own",), ("team",)),)
    assert effects(people, from_toml(OLD), from_toml(NEW)) == [
        Effect("al@x.org", False, gains, loses, wider), Effect("ben@x.org", False, gains, loses, ()), Effect("Staff", True, gains, loses, wider),
    ]  # fmt: skip
    assert effects(people, from_toml(OLD), from_toml(OLD)) == []


def test_a_group_that_gets_and_loses_a_role():
    after = from_toml(OLD.replace('Staff = ["a"]', 'Board = ["b"]'))
    told = {one.who: (one.gains, one.loses) for one in effects(People({}), from_toml(OLD), after)}
    assert told == {
        "Staff": ((), (("view", "accounts"), ("view", "revenue"))),
        "Board": ((("view", "accounts"), ("administer", "people")), ()),
    }


def test_of_several_roles_the_widest_scope_counts_and_named_ones_stay():
    known = from_toml(OLD + '[roles.c]\nscope = { region = ["EMEA"] }\nview = ["accounts"]\n'.replace("[groups]", ""))
    assert given(known, ("a", "b"))[("view", "accounts")] == ("company",)
    assert set(given(known, ("a", "c"))[("view", "accounts")]) == {"own", (("region", ("EMEA",)),)}
    assert given(known, ("nonsense",)) == {}


def test_roles_are_put_in_force_with_who_and_when_and_put_back(store):
    put_in_force(store, viewer_of(store, "ann@x.org", (), AT.date()), NEW, AT, OLD)
    assert roles.current() == from_toml(NEW) and changed_by() == "2026-11-27 09:30 UTC by ann@x.org"
    put_back(store, EVERYONE, AT, in_force())
    assert roles.current() == from_toml(OLD) and changed_by() == "2026-11-27 09:30 UTC by browser"
    put_back(store, EVERYONE, AT, in_force())
    assert roles.current() == from_toml(NEW)


def test_roles_that_were_changed_meanwhile_are_not_overwritten(store):
    put_in_force(store, EVERYONE, NEW, AT, OLD)
    with pytest.raises(EditRefused, match="changed meanwhile"):
        put_in_force(store, EVERYONE, OLD, AT, OLD)
    assert roles.current() == from_toml(NEW)


def test_a_wrong_file_changes_nothing(store):
    with pytest.raises(RolesWrong, match="no such operation"):
        put_in_force(store, EVERYONE, OLD.replace("view", "fly"), AT, OLD)
    assert in_force() == OLD


def test_the_last_who_administers_stays(store, monkeypatch):
    without = OLD.replace('administer = ["people"]', 'edit = ["people"]')
    with pytest.raises(EditRefused, match="last administrator"):
        put_in_force(store, EVERYONE, without, AT, OLD)
    put_in_force(
        store,
        EVERYONE,
        without.replace('Staff = ["a"]', 'Staff = ["c"]').replace(
            "[groups]", '[roles.c]\nscope = "company"\nadminister = ["people"]\n[groups]'
        ),
        AT,
        OLD,
    )
    monkeypatch.setenv("HOLDFAST_ADMINISTRATORS", "boss@x.org")
    put_in_force(store, EVERYONE, without, AT, in_force())


def test_a_broken_file_in_place_is_mended_by_those_whom_the_setting_names_alone(store, tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ADMINISTRATORS", "boss@x.org")
    (tmp_path / "roles.toml").write_text("[roles.a\n")
    with pytest.raises(NotAllowed):
        put_in_force(store, viewer_of(store, "ann@x.org", (), AT.date()), OLD, AT, in_force())
    put_in_force(store, viewer_of(store, "boss@x.org", (), AT.date()), OLD, AT, in_force())
    assert roles.current() == from_toml(OLD)


def test_roles_are_changed_by_administrators_alone(store):
    with pytest.raises(NotAllowed):
        put_in_force(store, viewer_of(store, "bob@x.org", (), AT.date()), NEW, AT, OLD)
    assert in_force() == OLD


def test_a_role_is_added_changed_in_its_place_and_left_out():
    known = from_toml(OLD)
    more = with_role(known, Role("c", "C", {("view", "accounts"): "own"}))
    assert [*more.roles] == ["a", "b", "c"] and from_toml(to_toml(more)) == more
    changed = with_role(known, Role("a", "Another", {}), instead_of="a")
    assert [*changed.roles] == ["a", "b"] and changed.roles["a"].title == "Another"
    with pytest.raises(EditRefused, match="already"):
        with_role(known, Role("b", "B", {}))
    with pytest.raises(EditRefused, match="no name of a role"):
        with_role(known, Role("a, b", "AB", {}))
    assert [*without_role(more, "c", People({})).roles] == ["a", "b"]
    with pytest.raises(EditRefused, match="Staff still have the role 'a'"):
        without_role(known, "a", People({}))
    with pytest.raises(EditRefused, match="Al still have the role 'c'"):
        without_role(more, "c", People({"al@x.org": Person("al@x.org", "Al", ("c",))}))


def test_the_roles_that_come_with_the_product(store):
    assert next(iter(shipped().roles)) == "viewer"
