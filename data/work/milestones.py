"""Milestones of activation as the team keeps them: those of one segment, or of every segment that has none of its own, as one list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

import polars as pl

from data.schema import MILESTONES
from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import Viewer
from data.work.writing import NOTHING, ChangedSince, write

KINDS = MILESTONES.column("kind").choices
MOST = 12  # milestones of one list: a funnel of more is read by nobody


@dataclass(frozen=True)
class Step:
    """One milestone as a page has it. at_least: how many users, or what share of the seats (0 to 1); None for an event. milestone_id: of
    one that is kept already."""

    title: str
    kind: str
    event: str = ""
    at_least: float | None = None
    within_days: int | None = None
    milestone_id: str = ""


def standing(view: View) -> pl.DataFrame:
    """The milestones that the team keeps, in their order: the columns of the table and `batch`; empty where it keeps none."""
    rows = view.table("milestones").filter(~pl.col("is_retired").fill_null(False))
    return rows.sort("segment", "place", "batch", "milestone_id", nulls_last=False)


def check(steps: Sequence[Step]) -> None:
    """Raises EditRefused where a list of milestones cannot be used; the message names the milestone by its number."""
    if not steps:
        raise EditRefused("milestones: give at least one, or go back to how they came.")
    if len(steps) > MOST:
        raise EditRefused(f"milestones: at most {MOST} of one list.")
    for number, step in enumerate(steps, start=1):
        _check_one(number, step)
    titles = [step.title.strip().casefold() for step in steps]
    if len({*titles}) < len(titles):
        again = next(step.title.strip() for at, step in enumerate(steps) if titles[at] in titles[:at])
        raise EditRefused(f"title: two milestones are called {again!r}. Give each a name of its own.")


def _check_one(number: int, step: Step) -> None:
    if not step.title.strip():
        raise EditRefused(f"milestone {number}: give it a title.")
    if step.kind not in KINDS:
        raise EditRefused(f"milestone {number}: its kind is one of {', '.join(KINDS)}.")
    if step.kind == "users" and (step.at_least is None or step.at_least < 1 or step.at_least % 1):
        raise EditRefused(f"milestone {number}: say how many users, a whole number from 1 on.")
    if step.kind == "seat_share" and not 0 < (step.at_least or 0) <= 1:
        raise EditRefused(f"milestone {number}: a share of the seats lies above 0 % and up to 100 %.")
    if step.within_days is not None and step.within_days < 0:
        raise EditRefused(f"milestone {number}: the days after the start cannot be fewer than 0.")


def put(
    store: Store, viewer: Viewer, segment: str | None, steps: Sequence[Step], seen: Mapping[str, int], way: str = "browser"
) -> BatchResult:  # fmt: skip
    """Let a segment, or with None every one that has no milestones of its own, have these in this order, as one batch: new ones are set,
    others moved and changed, and those that are left out retired. seen: the batch of each that the list had as it was looked at.

    Raises EditRefused for a list that cannot be used or is what stands, ChangedSince where somebody else changed it meanwhile, and what
    `write` raises.
    """
    check(steps)
    return _write(store, viewer, (segment or "").strip() or None, steps, seen, way)


def as_before(store: Store, viewer: Viewer, segment: str | None, seen: Mapping[str, int], way: str = "browser") -> BatchResult:
    """A segment has no milestones of its own any more, and is measured by those of all others; with None all others go by those that came
    with the product. Raises as `put`."""
    return _write(store, viewer, segment, (), seen, way)


def _write(
    store: Store, viewer: Viewer, segment: str | None, steps: Sequence[Step], seen: Mapping[str, int], way: str
) -> BatchResult:  # fmt: skip
    with store.alone():
        with View(store) as view:
            there = standing(view).filter(pl.col("segment").eq_missing(pl.lit(segment, dtype=pl.String)))
        _check_whole(store, there, seen)
        kept = {row["milestone_id"]: row for row in there.to_dicts()}
        rows = [_row(segment, place, step, kept) for place, step in enumerate(steps, start=1)]
        if [_said(row) for row in rows] == [_said(row) for row in there.to_dicts()]:
            raise EditRefused("Nothing is changed: the milestones are these already.")
        left = {row["milestone_id"] for row in rows}
        rows += [_said(row) | {"is_retired": True} for own, row in kept.items() if own not in left]
        return write(store, viewer, "milestones", rows, seen=[seen.get(row["milestone_id"], NOTHING) for row in rows], way=way)


def _check_whole(store: Store, there: pl.DataFrame, seen: Mapping[str, int]) -> None:
    """Raises ChangedSince where the list is not the one that was seen: one that somebody else added would stay in it unseen."""
    stand = dict(there.select("milestone_id", "batch").rows())
    if stand != dict(seen):
        raise ChangedSince(*store.written(max(stand.values()))) if {*stand.items()} - {*seen.items()} else ChangedSince()


def _row(segment: str | None, place: int, step: Step, kept: Mapping[str, dict]) -> dict[str, object]:
    is_event = step.kind == "event"
    return {
        "milestone_id": step.milestone_id if step.milestone_id in kept else uuid4().hex,
        "segment": segment,
        "place": place,
        "title": step.title.strip(),
        "kind": step.kind,
        "event": (step.event.strip() or None) if is_event else None,
        "at_least": None if is_event else float(step.at_least or 0),
        "within_days": step.within_days,
        "is_retired": False,
    }


def _said(row: Mapping[str, object]) -> dict[str, object]:
    """The columns of a row that people say."""
    return {name: row[name] or False if name == "is_retired" else row[name] for name in MILESTONES.names}
