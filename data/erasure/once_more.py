"""Erasures that a restored backup does not have: whom the store that it replaced knew as erased is taken out of it, too."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb

from data.erasure.erasing import Closes, erase, preview
from data.erasure.keys import ACCOUNT as ACCOUNT_ID
from data.erasure.keys import CONTACT as CONTACT_ID
from data.erasure.keys import USER as USER_ID
from data.erasure.keys import Erased, known
from data.erasure.subjects import ACCOUNT, ACCOUNT_KEY, CONTACT, PERSON, Entry, Subject, everybody
from data.store.store import Store
from data.viewer import EVERYONE

CARRIED = 0  # the number under which what another store knew is kept


def erased_again(store: Store, replaced: Path, closes: Closes, who: str = "local") -> int:
    """Take out of a restored store whom the one that it replaced knew as erased, and know them from now on; how many erasures that took.

    replaced: where the store that was there is kept. What was consented to then needs no consent anew. Raises KeyLost, StoreError; what was done by then stays done.
    """
    with closing(duckdb.connect(str(replaced), read_only=True)) as before:
        rows = before.execute("select kind, hash, length, key from erased_keys").fetchall()
        erased = known(before.cursor(), store.path)
    _carry(store, rows)
    done: set[str] = set()
    while entry := _first(store, erased, done):
        done.add(entry.key)
        erase(store, EVERYONE, _answered(store, entry, erased, closes), closes, who=who, once_more=True)
    return len(done)


def _carry(store: Store, rows: list[tuple]) -> None:
    """Keep what the other store knew of those who were erased."""
    if not rows:
        return
    with store.writing() as cursor:
        there = set(cursor.execute("select kind, hash, length, key from erased_keys").fetchall())
        fresh = [(CARRIED, *row) for row in rows if row not in there]
        if fresh:
            cursor.executemany("insert into erased_keys values (?, ?, ?, ?, ?)", fresh)


def _first(store: Store, erased: Erased, done: set[str]) -> Entry | None:
    with store.reading() as cursor:
        found: Iterator[Entry] = (one for one in everybody(cursor) if one.key not in done and is_of(one, erased))
        return next(found, None)


def is_of(entry: Entry, erased: Erased) -> bool:
    """Whether an entry is of somebody who was erased."""
    if entry.kind == ACCOUNT_KEY:
        return erased.has(ACCOUNT_ID, entry.id)
    own = erased.has(CONTACT_ID, entry.id) if entry.kind == CONTACT else erased.has(USER_ID, f"{entry.account}/{entry.id}")
    return own or any(map(erased.has_address, (entry.email, entry.id)))


def _answered(store: Store, entry: Entry, erased: Erased, closes: Closes) -> Subject:
    """The subject of an entry; of whoever is likely, those are meant who were erased then."""
    subject = Subject(ACCOUNT if entry.kind == ACCOUNT_KEY else PERSON, entry.key)
    while asked := preview(store, EVERYONE, subject, closes).asked:
        same = tuple(one.entry.key for one in asked if is_of(one.entry, erased))
        others = tuple(one.entry.key for one in asked if not is_of(one.entry, erased))
        subject = Subject(subject.kind, subject.named, (*subject.same, *same), (*subject.others, *others))
    return subject
