"""Entries of what is done elsewhere than in the store: what must be written down before it is done, and denials, which are counted."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from data.audit.entries import Writes, in_one_way, note
from data.audit.keys import KeyUnreadable
from data.store.writing import StoreError
from data.viewer import Actor, acting

NOT_WRITTEN = "This is not done, since the audit cannot be written: {why}"
COUNTED_FOR = 60.0  # seconds in which the same denial again is counted, and not written


class NotRecorded(StoreError):
    """The audit could not be written, so that what it would have told of was not done; the message says why."""


def certain(
    store: Writes, action: str, who: str | Actor, *, kind: str = "", object: str = "", detail: Mapping[str, Any] | None = None
) -> None:
    """Write an entry of what is done next. Raises NotRecorded where that cannot be: then it must not be done."""
    try:
        note(store, action, who, kind=kind, object=object, detail=detail)
    except (duckdb.Error, OSError, KeyUnreadable, StoreError) as error:
        raise NotRecorded(NOT_WRITTEN.format(why=str(error).splitlines()[0])) from error


@dataclass
class _Denial:
    """A denial that was written, since when, and how often the same came again."""

    store: Writes
    action: str
    who: Actor
    kind: str
    detail: dict[str, Any]
    since: float
    more: int = 0


_denials: dict[tuple, _Denial] = {}
_lock = threading.Lock()


def denied(store: Writes, who: str | Actor, *, kind: str = "", detail: Mapping[str, Any] | None = None, action: str = "denied") -> None:
    """Write that somebody was denied something. The same within a minute is counted, and the count written with the next denial after it.

    It changes nothing about the denial where the audit cannot be written.
    """
    one = _Denial(store, action, acting(who), kind, dict(detail or {}), time.monotonic())
    with _lock:
        key = (store.path, action, one.who, kind, in_one_way(one.detail))
        known = _denials.get(key)
        if known is not None and one.since - known.since < COUNTED_FOR:
            known.more += 1
            return
        over = _over(lambda other: one.since - other.since >= COUNTED_FOR)
        _denials[key] = one
    for other in (*over, one):
        _write(other)


def counted_out(path: Path | None = None) -> None:
    """Write what was counted and not written yet, as before a store is closed. path: of one store; left out: of all."""
    with _lock:
        over = _over(lambda one: path is None or one.store.path == path)
    for one in over:
        _write(one)


def _over(is_over: Any) -> list[_Denial]:
    """Take denials out of what is remembered; those that were counted are to be written."""
    gone = [key for key, one in _denials.items() if is_over(one)]
    return [one for one in map(_denials.pop, gone) if one.more]


def _write(one: _Denial) -> None:
    told = one.detail | ({"again": one.more} if one.more else {})
    try:
        note(one.store, one.action, one.who, kind=one.kind, detail=told)
    except (duckdb.Error, OSError, KeyUnreadable, StoreError):
        return
