"""What webhooks brought and no batch has yet, in one file a source beside the store: written down and on the disk before who sent it hears so.

An event is kept once, whatever happens: by its id where it has one, else by its bytes. It is let go of once its batch is in the log, which
says by itself how far it came (`upto`), so that neither a kill nor a restart loses one or brings one twice.
"""

import hashlib
import secrets
import sqlite3
import threading
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from data import private

FOLDER, ENDING = "webhooks", ".sqlite"
REMEMBERED = timedelta(days=35)  # how long the id of an event is known again; Stripe sends by itself for 3 days, by hand for 30
MOST_EVENTS, MOST_BYTES = 200_000, 1 << 30  # that wait of one source; beyond it who sends is told to come again
TABLES = """
create table if not exists about (queue text not null) strict;
create table if not exists kept (seq integer primary key autoincrement, kind text not null, id text not null, key text not null, made real not null,
    received real not null, body blob not null) strict;
create index if not exists kept_by_key on kept (kind, key, seq);
create table if not exists seen (mark blob primary key, received real not null) strict, without rowid;
create table if not exists newest (kind text not null, key text not null, made real not null, primary key (kind, key)) strict, without rowid;
create table if not exists counted (day text not null, outcome text not null, n integer not null, primary key (day, outcome)) strict;
"""
SECOND = timedelta(seconds=1)  # within which a moment may say more than a clock of whole seconds
NEWEST = "select kind, key, max(made) from kept where seq <= ? and key <> '' group by kind, key"
Outcome = Literal["kept", "repeated", "full"]


class KeptUnreadable(OSError):
    """The file of what was kept cannot be read or written; nothing is taken in until it can."""


@dataclass(frozen=True)
class Event:
    """One event as it came.

    kind: what sort of event it is. id: its own, empty where it has none. key: of what it says how that is now, empty where it says what
    happened. made: when that was said, which of several of one kind about one key tells the newest.
    """

    kind: str
    body: bytes
    id: str = ""
    key: str = ""
    made: datetime | None = None

    @property
    def mark(self) -> bytes:
        """What it is known again by."""
        return hashlib.sha256(b"id\0" + self.id.encode() if self.id else b"body\0" + self.body).digest()


@dataclass(frozen=True)
class Row:
    """One event that waits: its number, which rises, and when it came."""

    seq: int
    kind: str
    id: str
    key: str
    body: bytes
    made: datetime
    received: datetime


@dataclass(frozen=True)
class Waiting:
    """How much of a source waits. since: when the oldest of it came; None where nothing does."""

    events: int
    bytes: int
    since: datetime | None


class Kept:
    """What one source brought. For all threads of this process.

    queue: the name of this file. bringing: held by who imports of it. passed: up to which number those who import were through with what brings no row, by what they call it.
    """

    def __init__(self, path: Path) -> None:
        self.path, self._lock = path, threading.RLock()
        self.passed: dict[str, int] = {}
        self.bringing = threading.Lock()
        private.folder(path.parent)
        try:
            self._con = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
            for line in ("pragma journal_mode = wal", "pragma synchronous = full", "pragma secure_delete = on"):
                self._con.execute(line)
            self._con.executescript(TABLES)
            self.queue = self._named()
        except sqlite3.Error as error:
            raise KeptUnreadable(f"{path} cannot be read or written: {error}") from error
        private.close(path)
        self._events, self._bytes = self._do("select count(*), coalesce(sum(length(body)), 0) from kept")[0]
        self._latest = self._do("select coalesce(max(made), 0) from (select made from kept union all select made from newest)")[0][0]

    def _named(self) -> str:
        """The name of this file's own, by which its numbers are told from those of one that was lost."""
        self._con.execute("insert into about select ? where not exists (select 1 from about)", [secrets.token_hex(6)])
        return self._con.execute("select queue from about").fetchone()[0]

    def close(self) -> None:
        with self._lock:
            self._con.close()

    def keep(self, event: Event, now: datetime) -> Outcome:
        """Keep an event, on the disk when this is over; what became of it. Raises KeptUnreadable."""
        full = self._events >= MOST_EVENTS or self._bytes + len(event.body) > MOST_BYTES
        with self._lock, self._writing():
            outcome: Outcome = "full" if full else "kept" if self._added(event, now) else "repeated"
            self.count(outcome, now)
        if outcome == "kept":
            self._events, self._bytes = self._events + 1, self._bytes + len(event.body)
        return outcome

    def _added(self, event: Event, now: datetime) -> bool:
        """Whether an event is new, and now waits."""
        at = now.timestamp()
        with suppress(sqlite3.IntegrityError):
            self._con.execute("insert into seen values (?, ?)", [event.mark, at])
            made = (
                min(event.made, now + SECOND).timestamp() if event.made else self._not_before(event, at)
            )  # what is ahead hides nothing that comes later
            self._latest = max(self._latest, made)
            row = [event.kind, event.id, event.key, made, at, event.body]
            self._con.execute("insert into kept (kind, id, key, made, received, body) values (?, ?, ?, ?, ?, ?)", row)
            return True
        return False

    def _not_before(self, event: Event, at: float) -> float:
        """The moment of an event that tells none: the one at which it came, but none before that of an earlier one about the same."""
        if not event.key or at >= self._latest:
            return at
        return max([at, *(made.timestamp() for made in self.newest(event.kind, [event.key], self.last()).values())])

    def count(self, outcome: str, now: datetime) -> None:
        """Count what became of a delivery, by the day in UTC."""
        more = "insert into counted values (?, ?, 1) on conflict do update set n = n + 1"
        self._do(more, now.astimezone(UTC).date().isoformat(), outcome)

    def counts(self, since: datetime) -> dict[str, int]:
        """What became of the deliveries since the day of a moment: how many of each outcome."""
        day = since.astimezone(UTC).date().isoformat()
        return dict(self._do("select outcome, sum(n) from counted where day >= ? group by outcome order by outcome", day))

    def waiting(self) -> Waiting:
        """How much waits."""
        since = self._do("select min(received) from kept")[0][0]
        return Waiting(self._events, self._bytes, None if since is None else datetime.fromtimestamp(since, UTC))

    def take(self, after: int, most: int, kinds: Sequence[str] = ()) -> list[Row]:
        """The events that came after the one of a number, in the order in which they came, at most so many; they wait until `let_go`.
        kinds: of these kinds alone; empty for all."""
        of = f"and kind in ({', '.join('?' * len(kinds))})" if kinds else ""
        found = self._do(
            f"select seq, kind, id, key, body, made, received from kept where seq > ? {of} order by seq limit ?", after, *kinds, most
        )
        return [Row(*rest, _moment(made), _moment(received)) for *rest, made, received in found]

    def last(self) -> int:
        """The number of the newest event that waits; 0 where none does."""
        return self._do("select coalesce(max(seq), 0) from kept")[0][0]

    def let_go(self, upto: int, now: datetime) -> int:
        """Let go of all events up to a number, whose batches are in the log; how many those were."""
        with self._lock, self._writing():
            self._con.execute(f"insert into newest {NEWEST} on conflict do update set made = max(made, excluded.made)", [upto])
            gone = self._con.execute("delete from kept where seq <= ?", [upto]).rowcount
            self._con.execute("delete from seen where received < ?", [(now - REMEMBERED).timestamp()])
            self._con.execute("delete from counted where day < ?", [(now - REMEMBERED).date().isoformat()])
        self._do("pragma wal_checkpoint(truncate)")  # what was let go of is in no file any more
        self._events, self._bytes = self._do("select count(*), coalesce(sum(length(body)), 0) from kept")[0]
        return gone

    def newest(self, kind: str, keys: Iterable[str], upto: int) -> dict[str, datetime]:
        """When the newest event about each key was made, of those up to a number; a key that has none is left out."""
        before = f"select kind, key, made from newest union all {NEWEST}"
        one = f"select max(made) from ({before}) where kind = ? and key = ?"
        found = {key: self._do(one, upto, kind, key)[0][0] for key in {*keys}}
        return {key: _moment(made) for key, made in found.items() if made is not None}

    @contextmanager
    def _writing(self) -> Generator[None]:
        """A transaction, on the disk at its end. Raises KeptUnreadable."""
        try:
            self._con.execute("begin immediate")
            with self._con:
                yield
        except sqlite3.Error as error:
            raise KeptUnreadable(f"{self.path} cannot be read or written: {error}") from error

    def _do(self, query: str, *values: object) -> list[tuple]:
        with self._lock:
            try:
                return self._con.execute(query, values).fetchall()
            except sqlite3.Error as error:
                raise KeptUnreadable(f"{self.path} cannot be read or written: {error}") from error


_open: dict[Path, Kept] = {}
_opening = threading.Lock()


def of(store: Path, source: str) -> Kept:
    """The queue of a source, opened when it is first needed and then held by this process. Raises KeptUnreadable."""
    path = path_of(store, source)
    with _opening:
        if path not in _open or not path.exists():
            _open[path] = Kept(path)
        return _open[path]


def close_all() -> None:
    """Close every queue that this process holds."""
    with _opening:
        for kept in _open.values():
            kept.close()
        _open.clear()


def path_of(store: Path, source: str) -> Path:
    """Where what a source brought is kept."""
    return store.parent / FOLDER / f"{source}{ENDING}"


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
