"""Entries of the audit about signing in, tokens and roles: in the company's own store once it is there, else in the sample company's."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from data.audit.deeds import certain, denied
from data.store import open_stores
from data.store.store import Store, StoreError
from data.viewer import Actor, acting


def store() -> Store | None:
    """Where these entries go; None while there is no company at all. Raises StoreHeld where another process has it open."""
    name = open_stores.default_name()
    return open_stores.store(name) if open_stores.path_of(name).exists() else None


def done(action: str, who: str | Actor, *, kind: str = "people", object: str = "", detail: Mapping[str, Any] | None = None) -> None:
    """Write that this is done, before it is. Raises NotRecorded, or StoreHeld."""
    if found := store():
        certain(found, action, who, kind=kind, object=object, detail=detail)


def failed(who: str | Actor, why: str, way: str = "page") -> None:
    """Write that a sign-in came to nothing; the same again within a minute is counted. why: a code, in no words of a person."""
    with suppress(StoreError):  # the store is held elsewhere, and nobody is let in anyway
        if found := store():
            denied(found, replace(acting(who), way=way), kind="people", detail={"why": why}, action="sign_in_failed")


def refused(who: str | Actor, detail: Mapping[str, Any], kind: str = "") -> None:
    """Write that somebody was denied something that is of no one company."""
    with suppress(StoreError):
        if found := store():
            denied(found, who, kind=kind, detail=detail)
