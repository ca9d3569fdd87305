"""Scenarios: what would be otherwise, saved under a name; for oneself, or for everybody who sees revenue, and for the board pack.

What assumptions may be is held in reports/forecast/assumptions.py, which alone calls these.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from data.access.people import same
from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import ADMINISTER, NotAllowed, Viewer
from data.work.writing import write
from language import mark, tr

LONGEST_NAME, LONGEST_NOTE = 120, 1000
AS_EXPECTED = mark("As expected")
"""What the forecast itself is called beside scenarios: no scenario may be called so."""
ALONE = "local"
"""Whose scenarios are where nobody signs in."""


@dataclass(frozen=True)
class Scenario:
    """A scenario as it was saved. assumptions: as text. as_of: the day looked at then. batch: what to show as seen when it is changed."""

    scenario_id: str
    name: str
    assumptions: str
    as_of: date
    note: str
    owner: str
    is_shared: bool
    in_board_pack: bool
    batch: int


@dataclass(frozen=True)
class Wanted:
    """What is to be saved of a scenario."""

    name: str
    assumptions: str
    as_of: date
    note: str = ""
    is_shared: bool = False
    in_board_pack: bool = False


def me(viewer: Viewer) -> str:
    """Whose a scenario is that the viewer saves."""
    return same(viewer.person) or ALONE


def seen_by(viewer: Viewer, saved: pl.DataFrame) -> list[Scenario]:
    """The scenarios that the viewer may see, by name: its own, and those that are shared. saved: the table of them."""
    standing = saved.filter(~pl.col("is_removed").fill_null(False))
    own = pl.col("owner") == me(viewer)
    rows = standing.filter(own | pl.col("is_shared").fill_null(False)).to_dicts()
    return sorted((_read(row) for row in rows), key=lambda one: (one.name.casefold(), one.scenario_id))


def may_change(viewer: Viewer, one: Scenario) -> bool:
    """One's own; any for who administers people."""
    return one.owner == me(viewer) or viewer.may(ADMINISTER, "people")


def save(store: Store, viewer: Viewer, wanted: Wanted, way: str = "browser") -> BatchResult:
    """Save a new scenario. Raises EditRefused for a name that is none or is taken, NotAllowed without the right to one's own views."""
    with store.alone():
        row = _row(store, viewer, wanted) | {"owner": me(viewer), "is_removed": False}
        return write(store, viewer, "scenarios", [row], way=way)


def change(store: Store, viewer: Viewer, of: Scenario, wanted: Wanted, way: str = "browser") -> BatchResult:
    """Say otherwise what a scenario is. Raises as `save`, and ChangedSince where it is not as it was seen."""
    _may(viewer, of)
    with store.alone():
        row = _row(store, viewer, wanted, of) | {"scenario_id": of.scenario_id}
        return write(store, viewer, "scenarios", [row], seen=[of.batch], way=way)


def remove(store: Store, viewer: Viewer, of: Scenario, way: str = "browser") -> BatchResult:
    """Take a scenario away; undoing the batch brings it back. Raises as `change`."""
    _may(viewer, of)
    return write(store, viewer, "scenarios", [{"scenario_id": of.scenario_id, "is_removed": True}], seen=[of.batch], way=way)


def _may(viewer: Viewer, of: Scenario) -> None:
    if not may_change(viewer, of):
        raise NotAllowed(tr("This scenario is {owner}'s: only they, or who administers people, change it.", owner=of.owner))


def _row(store: Store, viewer: Viewer, wanted: Wanted, of: Scenario | None = None) -> dict[str, Any]:
    if wanted.in_board_pack and not wanted.is_shared:
        raise EditRefused(tr("in_board_pack: share the scenario first, since everybody who has the board pack sees it."))
    if len(wanted.note.strip()) > LONGEST_NOTE:
        raise EditRefused(tr("note: at most {most} characters.", most=LONGEST_NOTE))
    return {
        "name": _name(store, viewer, wanted.name, of), "assumptions": wanted.assumptions, "as_of": wanted.as_of,
        "note": wanted.note.strip() or None, "is_shared": wanted.is_shared, "in_board_pack": wanted.in_board_pack,
    }  # fmt: skip


def _name(store: Store, viewer: Viewer, given: str, of: Scenario | None) -> str:
    """The name, which no other scenario has that its owner, or everybody, sees."""
    name = " ".join(given.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise EditRefused(tr("name: say what the scenario is, in {most} characters at most.", most=LONGEST_NAME))
    if name.casefold() in (str(AS_EXPECTED).casefold(), tr(AS_EXPECTED).casefold()):
        raise EditRefused(tr("name: {name} is what the forecast itself is called. Choose another one.", name=name))
    with View(store) as view:
        others = [one for one in seen_by(viewer, view.table("scenarios")) if of is None or one.scenario_id != of.scenario_id]
    if name.casefold() in (one.name.casefold() for one in others):
        raise EditRefused(tr("name: there is a scenario named {name} already.", name=name))
    return name


def _read(row: dict[str, Any]) -> Scenario:
    return Scenario(
        row["scenario_id"], row["name"], row["assumptions"], row["as_of"], row["note"] or "", row["owner"], bool(row["is_shared"]),
        bool(row["in_board_pack"]), row["batch"],
    )  # fmt: skip
