"""Your own people as a file: in whole, or not at all with line and column of what cannot be."""

import pytest

from data.access.people import people
from data.importing.run import import_file
from data.store.store import Store
from data.store.view import View


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "roles.toml"))
    monkeypatch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)
    opened = Store.open(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def brought(store: Store, text: str):
    path = store.path.parent / "team.csv"
    path.write_text(text)
    return import_file(store, path, table="people")


def known(store: Store):
    with View(store) as view:
        return people(view)


TEAM = "email,name,role,team,manager,is_active\nann@x.org,Ann,administrator,,,\nbob@x.org,Bob,manager,North,ann@x.org,yes\nCat@x.org,Cat,csm,North,bob@x.org,no\n"


def test_the_org_tree_comes_in_with_empty_meaning_active(store):
    assert brought(store, TEAM).batch.accepted == 3
    found = known(store)
    assert [one.is_active for one in found.by_email.values()] == [False, True, True] and found.person("CAT@x.org").manager == "bob@x.org"
    assert found.chain(found.by_email["cat@x.org"]) == ["bob@x.org", "ann@x.org"]


def test_columns_go_by_other_names_too(store):
    assert brought(store, "E-mail,Full name,Reports to,Active\nann@x.org,Ann,bob@x.org,no\n").batch
    ann = known(store).by_email["ann@x.org"]
    assert (ann.name, ann.manager, ann.is_active) == ("Ann", "bob@x.org", False)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("a@x.org,csm,b@x.org\nb@x.org,csm,c@x.org\nc@x.org,csm,a@x.org\n", [(2, "manager"), (3, "manager"), (4, "manager")]),
        ("a@x.org,csm,A@x.org\n", [(2, "manager")]),
        ("ann@x.org,administrator,cat@x.org\n", [(2, "manager")]),
        ('a@x.org,csm,\nb@x.org,"csm, boss",\n', [(3, "role")]),
        ("a@x.org,csm,\nA@x.org,csm,\n", [(3, "email")]),
        ("cat@x.org,csm,\n", [(2, "email")]),
        ("a@x.org,csm,\nnobody,csm,\n,csm,\n", [(3, "email"), (4, "email")]),
    ],
)
def test_nothing_comes_in_where_a_line_cannot_be(store, lines, expected):
    brought(store, TEAM)
    outcome = brought(store, f"email,role,manager\n{lines}")
    assert outcome.refused and outcome.batch is None and len(known(store).by_email) == 3
    assert [(one.line, one.column) for one in outcome.problems if one.line] == expected
    assert "whole or not at all" in outcome.problems[-1].reason


def test_a_loop_is_told_with_its_way(store):
    brought(store, TEAM)
    (first, *_) = brought(store, "email,manager\nann@x.org,Cat@x.org\n").problems
    assert "ann@x.org -> cat@x.org -> bob@x.org -> ann@x.org" in first.reason


def test_a_file_does_not_take_the_last_administrator_away(store, monkeypatch):
    brought(store, TEAM)
    text = "email,role\nann@x.org,viewer\n"
    assert "last administrator" in brought(store, text).problems[0].reason
    monkeypatch.setenv("HOLDFAST_ADMINISTRATORS", "boss@x.org")
    assert brought(store, text).batch


def test_a_manager_who_is_not_on_the_list_is_no_fault(store):
    assert brought(store, "email,manager\na@x.org,ceo@x.org\n").batch


def test_a_list_of_your_own_people_makes_no_data_newer(store):
    """Nothing of customers is in: no day to look at, and no file whose quality is told."""
    assert brought(store, TEAM).batch
    with View(store) as view:
        assert view.last_import_at() is None and view.import_records().is_empty() and view.filled_columns().is_empty()
