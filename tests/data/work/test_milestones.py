"""Milestones kept on a page: a whole list at a time, moved, retired, and refused where it cannot be used."""

import pytest

from data.store.edits import EditRefused
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, OPERATIONS, Grant, NotAllowed, Viewer
from data.work.milestones import Step, as_before, check, put, standing
from data.work.writing import ChangedSince
from metrics.activation import milestones

USE, PEOPLE = Step("First use", "event"), Step("Three people", "users", at_least=3)
HALF = Step("Half of the seats", "seat_share", at_least=0.5, within_days=30)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def there(store: Store) -> list[tuple]:
    with View(store) as view:
        return standing(view).select("segment", "place", "title", "at_least", "within_days").rows()


def seen(store: Store, segment: str | None) -> dict[str, int]:
    with View(store) as view:
        return {own: batch for of, own, batch in standing(view).select("segment", "milestone_id", "batch").rows() if of == segment}


def kept(store: Store, segment: str | None) -> list[Step]:
    with View(store) as view:
        rows = [row for row in standing(view).to_dicts() if row["segment"] == segment]
    names = ("title", "kind", "at_least", "within_days", "milestone_id")
    return [Step(event=row["event"] or "", **{name: row[name] for name in names}) for row in rows]


def test_a_list_is_set_moved_changed_and_retired_in_one_batch_each(store):
    first = put(store, EVERYONE, None, (USE, PEOPLE), {})
    assert there(store) == [(None, 1, "First use", None, None), (None, 2, "Three people", 3.0, None)]
    use, people = kept(store, None)
    moved = put(
        store, EVERYONE, None, (people, Step("First login", "event", "login", milestone_id=use.milestone_id), HALF), seen(store, None)
    )
    assert (moved.batch, moved.accepted) == (first.batch + 1, 3)
    assert there(store) == [
        (None, 1, "Three people", 3.0, None), (None, 2, "First login", None, None), (None, 3, "Half of the seats", 0.5, 30),
    ]  # fmt: skip
    put(store, EVERYONE, None, kept(store, None)[:1], seen(store, None))
    assert there(store) == [(None, 1, "Three people", 3.0, None)]
    store.undo(moved.batch + 1)
    assert [row[2] for row in there(store)] == ["Three people", "First login", "Half of the seats"]
    store.undo(moved.batch)
    assert [row[2] for row in there(store)] == ["First use", "Three people"]
    as_before(store, EVERYONE, None, seen(store, None))
    assert there(store) == []


def test_segments_stand_apart(store):
    put(store, EVERYONE, " Small ", (USE,), {})
    put(store, EVERYONE, None, (PEOPLE,), {})
    assert [row[:3] for row in there(store)] == [(None, 1, "Three people"), ("Small", 1, "First use")]
    as_before(store, EVERYONE, None, seen(store, None))
    assert [row[:3] for row in there(store)] == [("Small", 1, "First use")]


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((), "at least one"),
        ((USE, Step(" first USE ", "users", at_least=2)), "two milestones are called"),
        ((Step(" ", "event"),), "milestone 1: give it a title"),
        ((USE, Step("x", "wish")), "milestone 2: its kind"),
        ((Step("x", "users"),), "how many users"),
        ((Step("x", "users", at_least=2.5),), "how many users"),
        ((Step("x", "users", at_least=0),), "how many users"),
        ((Step("x", "seat_share", at_least=50),), "share of the seats"),
        ((Step("x", "seat_share"),), "share of the seats"),
        ((Step("x", "event", within_days=-1),), "cannot be fewer than 0"),
        (tuple(Step(f"m{at}", "event") for at in range(13)), "at most 12"),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_written(store, steps, said):
    with pytest.raises(EditRefused, match=said):
        put(store, EVERYONE, None, steps, {})
    assert there(store) == [] and store.imports().is_empty()


def test_what_is_kept_can_be_measured():
    """What a page takes, the metric takes; edges on both sides."""
    edges = [
        Step("a", "event", "login", within_days=0), Step("b", "users", at_least=1), Step("c", "seat_share", at_least=1), Step("d", "seat_share", at_least=0.01),
    ]  # fmt: skip
    check(edges)
    entries = [
        {"title": one.title, "kind": one.kind, "event": one.event, "within_days": one.within_days, "at_least": one.at_least or 1}
        for one in edges
    ]
    assert [one.title for one in milestones(entries)] == list("abcd")
    with pytest.raises(ValueError, match="within_days"):
        milestones([{"title": "x", "kind": "event", "within_days": -1}])


def test_the_same_again_is_no_change(store):
    put(store, EVERYONE, None, (USE, PEOPLE), {})
    with pytest.raises(EditRefused, match="Nothing is changed"):
        put(store, EVERYONE, None, kept(store, None), seen(store, None))


def test_what_somebody_else_changed_or_added_meanwhile_is_not_overwritten(store):
    put(store, EVERYONE, None, (USE,), {})
    looked = seen(store, None)
    put(store, EVERYONE, None, (*kept(store, None), PEOPLE), looked)
    for deed in (lambda: put(store, EVERYONE, None, (HALF,), looked), lambda: as_before(store, EVERYONE, None, looked)):
        with pytest.raises(ChangedSince):
            deed()
    with pytest.raises(ChangedSince):
        put(store, EVERYONE, None, (HALF,), {})  # to who saw none, one was set
    as_before(store, EVERYONE, None, seen(store, None))
    with pytest.raises(ChangedSince):
        put(store, EVERYONE, None, (HALF,), looked)  # to who saw some, they were taken back


def test_who_may_not_change_what_the_team_holds_itself_to_is_refused(store):
    only = Viewer(rights=tuple(Grant(one, "accounts") for one in OPERATIONS), person="dana@example.com", roles=("viewer",))
    with pytest.raises(NotAllowed):
        put(store, only, None, (USE,), {})
