"""Saved views: what somebody chose on a page, under a name; for themselves, their team or everybody, and as what a page opens with."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from data.access.people import same
from data.access.rights import known_people
from data.store.edits import EditRefused
from data.store.store import Store
from data.store.view import View
from data.viewer import ADMINISTER, NotAllowed, Viewer
from data.work.writing import write

LONGEST = 120  # signs of a name
MOST_CHOSEN = 4000  # signs of an address that every browser and proxy takes
EVERYBODY = "*"
ALONE = "local"
"""Whose views are where nobody signs in."""
Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SavedView:
    """One view. page: as in its address, empty for Today. choices: pairs as the address has them. shared_with: a team, EVERYBODY, or empty.
    batch: what to show as seen when it is changed. is_removed: it opens no more, until it is brought back."""

    view_id: str
    name: str
    page: str
    choices: Choices
    owner: str
    shared_with: str
    batch: int
    is_removed: bool = False


def me(viewer: Viewer) -> str:
    """Whose a view is that the viewer saves."""
    return same(viewer.person) or ALONE


def teams(store: Store, viewer: Viewer) -> list[str]:
    """The teams with which the viewer may share: its own; every one for who administers people."""
    found, _ = known_people(store)
    own = found.person(viewer.person)
    if viewer.rights is not None and viewer.may(ADMINISTER, "people"):
        return sorted({one.team for one in found.by_email.values() if one.team})
    return [own.team] if own and own.team else []


def views(store: Store, viewer: Viewer) -> list[SavedView]:
    """The views that the viewer may open, by name: its own, and those shared with its team or everybody. Who administers people has also
    those that are shared with other teams, and those whose owner is not on the list of people (any more)."""
    found, _ = known_people(store)
    own, team = me(viewer), (person.team if (person := found.person(viewer.person)) else "")
    administers = viewer.may(ADMINISTER, "people")
    seen = [
        one
        for one in _standing(store)
        if one.owner == own
        or one.shared_with in {EVERYBODY, team} - {""}
        or (administers and (one.shared_with or one.owner not in found.by_email))
    ]
    return sorted(seen, key=lambda one: (one.name.casefold(), one.view_id))


def view_of(store: Store, viewer: Viewer, view_id: str) -> SavedView | None:
    """One view; None where there is none of that id, or the viewer may not open it."""
    return next((one for one in views(store, viewer) if one.view_id == view_id), None)


def may_change(viewer: Viewer, view: SavedView) -> bool:
    """One's own; any for who administers people."""
    return view.owner == me(viewer) or viewer.may(ADMINISTER, "people")


def save(store: Store, viewer: Viewer, name: str, page: str, choices: Iterable[tuple[str, str]], shared_with: str = "") -> int:
    """Save a new view; the batch. Raises EditRefused for a name that is none or is taken, NotAllowed without the right to views."""
    row = {"page": page or TODAY, "choices": _written(choices), "owner": me(viewer), "is_removed": False}
    with store.alone():
        told = {"name": _name(store, name, page, me(viewer)), "shared_with": _shared(store, viewer, shared_with)}
        return write(store, viewer, "saved_views", [row | told]).batch


def change(
    store: Store, viewer: Viewer, view: SavedView, *, name: str | None = None, choices: Iterable[tuple[str, str]] | None = None,
    shared_with: str | None = None,
) -> int:  # fmt: skip
    """Change what is said of a view, and leave the rest; the batch. Raises as `save`, and ChangedSince where it is not as it was seen."""
    _may(store, viewer, view)
    row: dict[str, Any] = {} if choices is None else {"choices": _written(choices)}
    with store.alone():
        if name is not None:
            row["name"] = _name(store, name, view.page, view.owner, view.view_id)
        if shared_with is not None and shared_with != view.shared_with:
            row["shared_with"] = _shared(store, viewer, shared_with)
        return _put(store, viewer, view, row)


def remove(store: Store, viewer: Viewer, view: SavedView) -> int:
    """Take a view away; the batch. Raises as `change`."""
    _may(store, viewer, view)
    return _put(store, viewer, view, {"is_removed": True})


def removed(store: Store, viewer: Viewer) -> list[SavedView]:
    """The viewer's own views that were removed, by name."""
    return sorted((one for one in _all(store) if one.is_removed and one.owner == me(viewer)), key=lambda one: one.name.casefold())


def bring_back(store: Store, viewer: Viewer, view: SavedView) -> int:
    """Take the removal of a view back; the batch. Raises as `change`."""
    _may(store, viewer, view)
    with store.alone():
        _name(store, view.name, view.page, view.owner, view.view_id)
        return _put(store, viewer, view, {"is_removed": False})


def opens_with(store: Store, viewer: Viewer, page: str) -> str | None:
    """The id of the view with which a page opens for the viewer; None where it opens plainly."""
    return store.readings.once((store.version(), "view_defaults"), lambda: _defaults(store)).get((me(viewer), page or TODAY))


def open_with(store: Store, viewer: Viewer, page: str, view_id: str | None) -> None:
    """Let a page open with a view, for the viewer alone; None: plainly."""
    if view_id is not None and view_of(store, viewer, view_id) is None:
        raise EditRefused("This view was removed, or is not shared with you any more.")
    write(store, viewer, "view_defaults", [{"person": me(viewer), "page": page or TODAY, "view_id": view_id}])


TODAY = "today"  # the page whose address is empty
_COLUMNS = ("view_id", "name", "page", "choices", "owner", "shared_with", "is_removed", "batch")


def _all(store: Store) -> list[SavedView]:
    """All, also those that were removed; read once for each moment of the log."""
    return store.readings.once((store.version(), "saved_views"), lambda: _read(store))


def _standing(store: Store) -> list[SavedView]:
    return [one for one in _all(store) if not one.is_removed]


def _read(store: Store) -> list[SavedView]:
    with View(store) as view:
        rows = view.table("saved_views").select(_COLUMNS).rows()
    return [
        SavedView(id, name, "" if page == TODAY else page, tuple(parse_qsl(choices or "")), owner, shared or "", batch, bool(is_removed))
        for id, name, page, choices, owner, shared, is_removed, batch in rows
    ]


def _defaults(store: Store) -> dict[tuple[str, str], str | None]:
    with View(store) as view:
        return {(person, page): said for person, page, said in view.table("view_defaults").select("person", "page", "view_id").rows()}


def _written(choices: Iterable[tuple[str, str]]) -> str | None:
    written = urlencode(list(choices))
    if len(written) > MOST_CHOSEN:
        raise EditRefused(f"More is chosen than an address can carry ({MOST_CHOSEN:,} signs). Choose fewer values, and save it again.")
    return written or None


def _name(store: Store, name: str, page: str, owner: str, besides: str = "") -> str:
    """The name as it is kept. Raises EditRefused. besides: the view that may have it already."""
    kept = " ".join(name.split())
    if not kept:
        raise EditRefused("Give the view a name.")
    if len(kept) > LONGEST:
        raise EditRefused(f"The name has {len(kept):,} signs: at most {LONGEST} can be kept.")
    taken = [one for one in _standing(store) if (one.owner, one.page, one.name.casefold()) == (owner, page, kept.casefold())]
    if any(one.view_id != besides for one in taken):
        raise EditRefused(f"There is a view “{kept}” of this page already. Give another name, or change that one.")
    return kept


def _shared(store: Store, viewer: Viewer, shared_with: str) -> str | None:
    if shared_with and shared_with != EVERYBODY and shared_with not in teams(store, viewer):
        raise EditRefused("A view is shared with your own team, with everybody, or with nobody.")
    return shared_with or None


def _may(store: Store, viewer: Viewer, view: SavedView) -> None:
    """Raises NotAllowed for another's view: whose it is says the store, also of one that was removed, not what is handed in."""
    with View(store) as whole:
        owners = whole.table("saved_views").filter(view_id=view.view_id)["owner"].to_list()
    if any(not may_change(viewer, replace(view, owner=owner)) for owner in owners):
        raise NotAllowed("This view is another's: save what you see under a name of your own.")


def _put(store: Store, viewer: Viewer, view: SavedView, row: dict[str, Any]) -> int:
    return write(store, viewer, "saved_views", [_whole(view) | {"view_id": view.view_id} | row], seen=[view.batch]).batch


def _whole(view: SavedView) -> dict[str, Any]:
    """What a row must say in any case."""
    return {"name": view.name, "page": view.page or TODAY, "owner": view.owner}
