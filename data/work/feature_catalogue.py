"""Which event is the use of which feature, which features are core, and which events are noise: the catalogue as the team keeps it."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl

from data.log.staged import Staged
from data.store.edits import EditRefused, staged_frame
from data.store.kinds import kind_of
from data.store.store import BatchResult, Store
from data.viewer import EDIT, Viewer
from data.work.writing import FEED, NOTHING, write

TABLE = "feature_catalogue"
LONGEST = 100  # characters of a feature's name


@dataclass(frozen=True)
class Entry:
    """What is said of an event. feature: empty where the event is a feature by itself. seen: the batch of the entry as it was looked at."""

    event: str
    feature: str | None = None
    is_core: bool = False
    is_hidden: bool = False
    seen: int = NOTHING


def put(store: Store, viewer: Viewer, entries: Sequence[Entry], way: str = "browser") -> BatchResult:
    """Say of events what they are: all of the entries or none, taken back together. It holds for all the past, too.

    Raises what `write` raises, and EditRefused without entries, for an event that is named twice or by nothing, a feature's name that is
    too long, or an event that is both core and hidden.
    """
    return write(store, viewer, TABLE, _rows(entries), seen=[one.seen for one in entries], way=way)


@contextmanager
def staged(store: Store, viewer: Viewer, entries: Sequence[Entry]) -> Generator[Staged]:
    """The entries ready to be looked at as if they were written, for as long as this is open. Raises as `put`, but for what others wrote."""
    viewer.allowed(EDIT, kind_of(TABLE, is_edit=True))
    frame = pl.DataFrame(_rows(entries), schema_overrides={"feature": pl.String})
    with staged_frame(store, TABLE, frame, FEED, edit=True) as made:
        yield made


def _rows(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    _check(entries)
    return [{"event": one.event, "feature": _feature(one), "is_core": one.is_core, "is_hidden": one.is_hidden} for one in entries]


def _feature(entry: Entry) -> str | None:
    return (entry.feature or "").strip() or None


def _check(entries: Sequence[Entry]) -> None:
    names = [one.event for one in entries]
    if not names:
        raise EditRefused("event: nothing was changed.")
    for one in entries:
        if not one.event.strip():
            raise EditRefused("event: name it as the exports do.")
        if names.count(one.event) > 1:
            raise EditRefused(f"event: {one.event!r} is named twice. Say what it is once.")
        if len(_feature(one) or "") > LONGEST:
            raise EditRefused(f"feature: the name for {one.event!r} has more than {LONGEST} characters. Give a shorter one.")
        if one.is_core and one.is_hidden:
            raise EditRefused(f"is_hidden: {one.event!r} cannot be noise and the use of a core feature. Choose one of both.")
