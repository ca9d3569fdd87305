"""The kinds of deeds that may need consent. Each adds itself: what it would change, who may do it at all, and how it is done."""

from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from data.approvals.requests import Effect, Request
from data.approvals.rules import add_kind
from data.store.store import Store
from data.viewer import Actor, Viewer

About = Mapping[str, Any]
"""What a deed is, in words of its kind: of an undo the action and the batch. Kept as JSON: no name, and no address of a customer."""


@contextmanager
def nothing(_store: Store, _about: About, _at: datetime) -> Generator[None]:
    """Of a deed that needs no preparation."""
    yield None


@dataclass(frozen=True)
class Kind:
    """A kind of deeds.

    of: the kind of object whose `approve` lets consent. may: raises where a viewer may not do the deed at all. do: does it within a
    transaction, as who asked, and gives what came of it; None where it can be done in no transaction: then who asked does it once it is
    consented to. prepared: what the deed needs beforehand, at a moment, such as a file that is read again; handed to `do` and to the
    measure. Raises EditRefused or StoreError where there is nothing left to do it with. keep: called before a request is written down, with
    what the deed needs, so that it is there later. ended: called once a request is no longer open.
    """

    name: str
    of: str
    may: Callable[[Store, About, Viewer], None]
    do: Callable[[Store, duckdb.DuckDBPyConnection, About, Any, Actor], str] | None = None
    prepared: Callable[[Store, About, datetime], AbstractContextManager[Any]] = nothing
    keep: Callable[[Store, About, Any], None] = lambda _store, _about, _ready: None
    ended: Callable[[Store, Request], None] = lambda _store, _request: None


Measure = Callable[[Store, About, Any, str | None], Effect]
"""What a deed would change: of a store, what the deed is, what was prepared, and the day to look at (ISO; None: the newest)."""
KINDS: dict[str, Kind] = {}
MEASURES: dict[str, Measure] = {}


def register(kind: Kind) -> Kind:
    """Let a kind of deeds need consent where the file says so."""
    KINDS[kind.name] = kind
    add_kind(kind.name, kind.of)
    return kind


def measured(name: str, measure: Measure) -> None:
    """Say how what a kind of deeds changes is worked out."""
    MEASURES[name] = measure
