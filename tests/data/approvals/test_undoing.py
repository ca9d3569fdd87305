"""Undo and redo of people: nobody is left without somebody who may change them."""

import polars as pl
import pytest

from data.access.people import people
from data.approvals.undoing import mark
from data.store.edits import EditRefused, commit_frame
from data.store.store import REDO, UNDO, Store
from data.store.view import View
from data.viewer import EVERYONE
from workplaces.in_store import InStore


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Ann administers, by the first batch alone."""
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "roles.toml"))
    monkeypatch.delenv("HOLDFAST_ADMINISTRATORS", raising=False)
    opened = Store.open(tmp_path / "own.duckdb")
    commit_frame(opened, "people", pl.DataFrame({"email": ["ann@x.org", "bob@x.org"], "role": ["administrator", "csm"]}), "hr", "test")
    yield opened
    opened.close()


def roles(store: Store) -> dict[str, tuple[str, ...]]:
    with View(store) as view:
        return {email: one.roles for email, one in people(view).by_email.items()}


def test_the_last_administrator_is_not_undone(store, monkeypatch):
    before = store.version()
    with pytest.raises(EditRefused, match="last administrator"):
        mark(store, UNDO, 1, EVERYONE, "test")
    assert roles(store) == {"ann@x.org": ("administrator",), "bob@x.org": ("csm",)}
    assert store.imports()["standing"].to_list() == [True]
    assert store.version() == before, "nothing of it stands in the log"
    monkeypatch.setenv("HOLDFAST_ADMINISTRATORS", "boss@x.org")
    mark(store, UNDO, 1, EVERYONE, "test")
    assert roles(store) == {}


def test_a_redo_that_takes_the_last_administrator_away_is_refused(store):
    commit_frame(store, "people", pl.DataFrame({"email": ["ann@x.org"], "role": ["csm"]}), "hr", "test")
    mark(store, UNDO, 2, EVERYONE, "test")
    assert roles(store)["ann@x.org"] == ("administrator",)
    with pytest.raises(EditRefused, match="last administrator"):
        mark(store, REDO, 2, EVERYONE, "test")
    assert roles(store)["ann@x.org"] == ("administrator",)


def test_other_changes_of_people_are_undone_and_redone(store):
    commit_frame(store, "people", pl.DataFrame({"email": ["bob@x.org"], "role": ["manager"]}), "hr", "test")
    mark(store, UNDO, 2, EVERYONE, "test")
    assert roles(store)["bob@x.org"] == ("csm",)
    mark(store, REDO, 2, EVERYONE, "test")
    assert roles(store)["bob@x.org"] == ("manager",)


def test_a_batch_of_something_else_is_undone_as_ever(store):
    done = commit_frame(
        store,
        "costs",
        pl.DataFrame({"month": ["2026-01-01"], "kind": ["marketing"], "amount": [1]}).with_columns(pl.col("month").str.to_date()),
        "x",
        "test",
    )
    mark(store, UNDO, done.batch, EVERYONE, "test")
    assert store.imports()["standing"].to_list() == [False, True]


def test_the_command_line_asks_the_same_door(store):
    with pytest.raises(EditRefused, match="last administrator"):
        InStore(store).mark(UNDO, 1)
    assert store.imports()["standing"].to_list() == [True]
