"""The record of sign-ins, beside the own store: which began here, which are over, and whose an e-mail is.

A sign-in that is not in the record counts for nothing, however well its cookie is signed: where the record is lost, everybody signs in
anew, and a cookie that was copied before does not come back to life.
"""

import json
import os
import sqlite3
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from data import private
from data.access.claims import Refused, SignedIn, idle
from data.settings import Settings, current_settings

TOUCHED_EVERY = timedelta(minutes=1)  # a click is written down at most once in that time
KEPT = timedelta(days=60)  # longer than any sign-in lasts, and than a browser keeps its cookie
TABLES = """
create table if not exists sessions (key text primary key, issuer text not null, subject text not null, email text not null,
    began real not null, last_active real not null, ended real, why text, told text) strict;
create table if not exists people (email text primary key, issuer text not null, subject text not null, since real not null) strict;
create table if not exists last_signins (email text primary key, name text not null, groups text not null, began real not null) strict;
create table if not exists tokens (id text primary key, hash text not null unique, start text not null, email text not null,
    issuer text not null, subject text not null, name text not null, given text not null, made real not null, ends text not null,
    used real, revoked real, revoked_by text) strict;
"""
RELEASE = "Where it changed hands, an administrator releases it."
BEFORE = datetime.fromtimestamp(0, UTC)
NOT_KNOWN = Refused("unknown", "This sign-in is not in the record of this server, or no longer. Sign in again.")
SIGNED_OUT = Refused("ended", "You signed out. Sign in again to go on.")


class RecordUnreadable(ValueError):
    """The record of sign-ins cannot be read or written; nobody is let in until it can."""


@dataclass(frozen=True)
class Bound:
    """Whose an e-mail is: the person at the provider who first came with it, and when."""

    email: str
    issuer: str
    subject: str
    since: datetime


class Sessions:
    """The record in one file; for all threads of this process, and for other processes beside it."""

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, threading.RLock()
        self._clicked: dict[str, datetime] = {}
        private.place_for(path)
        try:
            self._con = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            self._con.executescript(TABLES)
            sound = self._con.execute("pragma quick_check").fetchone()[0] == "ok"
        except (sqlite3.Error, OSError) as error:
            raise RecordUnreadable(_unreadable(path, error)) from error
        if not sound:
            raise RecordUnreadable(_unreadable(path, "it is damaged"))
        private.close(path)
        self._file = _identity(path)

    @property
    def is_in_place(self) -> bool:
        """Whether the file is still the one that was opened."""
        return self._file == _identity(self.path)

    def begin(self, person: SignedIn, now: datetime) -> Refused | None:
        """Write a sign-in down, and whose the e-mail is where it is new; why not, where the e-mail is somebody else's."""
        with self._lock, self._con:
            self.do("begin immediate")
            self.do("delete from sessions where ? > began", (now - KEPT).timestamp())
            self._clicked = {key: at for key, at in self._clicked.items() if at > now - KEPT}
            self.do("insert or ignore into people values (?, ?, ?, ?)", person.email, person.issuer, person.subject, now.timestamp())
            if taken := self._taken(person):
                return taken
            at = now.timestamp()
            row = (person.key, person.issuer, person.subject, person.email, at, at)
            self.do("insert or ignore into sessions values (?, ?, ?, ?, ?, ?, null, null, null)", *row)
            self.do("insert or replace into last_signins values (?, ?, ?, ?)", person.email, person.name, json.dumps(person.groups), at)
        return None

    def check(self, person: SignedIn, settings: Settings, now: datetime, *, clicked: bool) -> Refused | None:
        """Why this sign-in is not good (any more); None where it is. clicked: the person did something just now."""
        with self._lock:
            rows = self.do("select last_active, ended, why, told from sessions where key = ?", person.key)
            if taken := self._taken(person):
                return taken
            if not rows:
                return NOT_KNOWN
            last, ended, why, told = rows[0]
            if ended is not None:
                return Refused(why, told)
            active = max(datetime.fromtimestamp(last, UTC), self._clicked.get(person.key, BEFORE))
            if late := idle(active, settings, now):
                self.end(person.key, late, now)
                return late
            if clicked:
                self._click(person.key, last, now)
        return None

    def _click(self, key: str, written: float, now: datetime) -> None:
        """Remember a click, and write it down where the last that was written is long ago: a restart loses no more than that."""
        self._clicked[key] = now
        if now.timestamp() - written >= TOUCHED_EVERY.total_seconds():
            self.do("update sessions set last_active = ? where key = ? and ended is null", now.timestamp(), key)

    def end(self, key: str, why: Refused = SIGNED_OUT, now: datetime | None = None) -> None:
        """End a sign-in for good; one that has ended stays as it ended."""
        at = (now or datetime.now(UTC)).timestamp()
        self.do("update sessions set ended = ?, why = ?, told = ? where key = ? and ended is null", at, why.code, why.text, key)

    def end_all(self, email: str, why: Refused = SIGNED_OUT, now: datetime | None = None) -> int:
        """End every sign-in of an e-mail; how many there were."""
        with self._lock:
            keys = self.do("select key from sessions where email = ? and ended is null", email)
            for (key,) in keys:
                self.end(key, why, now)
        return len(keys)

    def bound(self) -> list[Bound]:
        """Whose each e-mail is, in the order of e-mails."""
        rows = self.do("select email, issuer, subject, since from people order by email")
        return [Bound(email, issuer, subject, datetime.fromtimestamp(since, UTC)) for email, issuer, subject, since in rows]

    def last_signins(self) -> dict[str, tuple[datetime, tuple[str, ...]]]:
        """When each e-mail last signed in, and the groups that the provider told then."""
        rows = self.do("select email, began, groups from last_signins")
        return {email: (datetime.fromtimestamp(began, UTC), tuple(json.loads(groups))) for email, began, groups in rows}

    def release(self, email: str) -> bool:
        """Let an e-mail be that of whoever comes with it next, and end its sign-ins; false where it is nobody's."""
        with self._lock:
            self.end_all(email)
            self.do("delete from last_signins where email = ?", email)
            return bool(self.do("delete from people where email = ? returning email", email))

    def close(self) -> None:
        with self._lock:
            self._con.close()

    def _taken(self, person: SignedIn) -> Refused | None:
        found = self.do("select issuer, subject from people where email = ?", person.email)
        if not found or found[0] == (person.issuer, person.subject):
            return None
        return Refused("taken", f"The e-mail {person.email} is another person's at the provider, or at another provider." + " " + RELEASE)

    def do(self, query: str, *values: object) -> list[tuple]:
        """Rows that a statement of this folder gives. Raises RecordUnreadable."""
        try:
            with self._lock:
                return self._con.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise RecordUnreadable(_unreadable(self.path, error)) from error


_lock = threading.Lock()
_open: dict[Path, Sessions] = {}


def path_beside(store: Path) -> Path:
    """Where the record of a store lives."""
    return store.with_suffix(".signins.sqlite")


def sessions() -> Sessions:
    """The record beside the own store, opened when it is first asked for, and anew where another file lies in its place.

    Raises RecordUnreadable.
    """
    path = path_beside(current_settings().store.expanduser().resolve())
    with _lock:
        found = _open.get(path)
        if found is None or not found.is_in_place:
            _open[path] = found = Sessions(path)
        return found


def close() -> None:
    """Close every record."""
    with _lock:
        for one in _open.values():
            one.close()
        _open.clear()


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _unreadable(path: Path, error: object) -> str:
    return f"The record of sign-ins cannot be read or written ({error}), so nobody is let in. " + (
        f"Whoever runs this server: give the disk room; or move {path.name} beside the store away, and everybody signs in again."
    )
