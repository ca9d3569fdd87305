"""Scenarios are saved, changed, shared and removed by whose they are; each deed can be taken back."""

from dataclasses import replace
from datetime import date

import pytest

from data.store.edits import EditRefused
from data.store.store import Store
from data.store.view import View
from data.viewer import Grant, NotAllowed, Viewer
from data.work import scenarios
from data.work.scenarios import Wanted
from data.work.writing import ChangedSince

RIGHTS = (Grant("edit", "views"), Grant("view", "revenue"))
ANN, BEN = (Viewer(rights=RIGHTS, person=f"{name}@example.com") for name in ("ann", "ben"))
WANTED = Wanted("Price rise", '[{"price": 0.05}]', date(2024, 6, 30), "Board of July")


@pytest.fixture
def store(tmp_path):
    with_all = Store.open(tmp_path / "own.duckdb")
    yield with_all
    with_all.close()


def seen(store: Store, viewer: Viewer) -> list[scenarios.Scenario]:
    with View(store) as view:
        return scenarios.seen_by(viewer, view.table("scenarios"))


def test_a_scenario_is_seen_by_its_owner_until_it_is_shared(store):
    scenarios.save(store, ANN, WANTED)
    [own] = seen(store, ANN)
    assert (own.name, own.assumptions, own.as_of, own.note, own.owner) == (
        "Price rise",
        WANTED.assumptions,
        date(2024, 6, 30),
        "Board of July",
        "ann@example.com",
    )
    assert seen(store, BEN) == []
    scenarios.change(store, ANN, own, replace(WANTED, is_shared=True, in_board_pack=True))
    [shared] = seen(store, BEN)
    assert shared.is_shared and shared.in_board_pack and not scenarios.may_change(BEN, shared)
    for deed in (lambda: scenarios.change(store, BEN, shared, WANTED), lambda: scenarios.remove(store, BEN, shared)):
        with pytest.raises(NotAllowed, match=r"ann@example\.com's"):
            deed()


def test_what_was_removed_comes_back_by_undo(store):
    scenarios.save(store, ANN, WANTED)
    gone = scenarios.remove(store, ANN, seen(store, ANN)[0])
    assert seen(store, ANN) == []
    scenarios.save(store, ANN, WANTED)  # its name is free again
    store.undo(gone.batch, "ann@example.com")
    assert [one.name for one in seen(store, ANN)] == ["Price rise", "Price rise"]


def test_nobody_writes_over_what_they_have_not_seen(store):
    scenarios.save(store, ANN, WANTED)
    [first] = seen(store, ANN)
    scenarios.change(store, ANN, first, replace(WANTED, note="second"))
    with pytest.raises(ChangedSince):
        scenarios.change(store, ANN, first, replace(WANTED, note="third"))
    assert seen(store, ANN)[0].note == "second"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"name": "  "}, "say what the scenario is"),
        ({"name": "as  expected"}, "is what the forecast itself is called"),
        ({"name": "x" * 121}, "in 120 characters at most"),
        ({"name": "price  RISE"}, "there is a scenario named price RISE already"),
        ({"name": "other", "in_board_pack": True}, "share the scenario first"),
        ({"name": "other", "note": "x" * 1001}, "at most 1000 characters"),
    ],
)
def test_what_cannot_be_saved_is_said_and_nothing_is_written(store, wrong, said):
    scenarios.save(store, ANN, WANTED)
    before = store.version()
    with pytest.raises(EditRefused, match=said):
        scenarios.save(store, ANN, replace(WANTED, **wrong))
    assert store.version() == before


def test_who_may_keep_no_views_saves_none(store):
    with pytest.raises(NotAllowed):
        scenarios.save(store, replace(ANN, rights=(Grant("view", "revenue"),)), WANTED)


def test_where_nobody_signs_in_all_is_one_persons(store):
    scenarios.save(store, Viewer(), WANTED)
    [one] = seen(store, Viewer())
    assert one.owner == "local" and scenarios.may_change(Viewer(), one)
