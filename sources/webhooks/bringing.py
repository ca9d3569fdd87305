"""From what was kept to batches of the log: a few thousand events at a time, each part of them once, and others go on where one waits.

How far each part came stands in the record of its pull, which is written with the batch, in one transaction: what is at or before that
number is in, and is let go of; what is behind it is not. A kill at any moment therefore loses and doubles nothing.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from data.kept_webhooks import Kept, Row
from data.store.store import Store
from data.work import pulls
from data.work.pulls import FAILED, IMPORTED, NOTHING_NEW, WAITING, Pulled
from sources import description, looks, schedule, waiting
from sources.fetched import TEXT, Cursor, Fetched
from sources.marking import Marking
from sources.pulling import is_running, never, pull
from sources.webhooks import beside
from sources.webhooks.events import Json, Part, by_columns, latest, read
from sources.webhooks.hook import Hook
from sources.webhooks.order import in_order

AT_A_TIME = 5_000  # events that become one batch
MANY = 2_000  # events that do not wait for more
AGAIN, LONGEST = timedelta(seconds=30), timedelta(minutes=15)  # until what failed, or waits, is tried again: twice as long each time


@dataclass(frozen=True)
class Lot:
    """Rows of one part that go in together: each file of them has the columns that its rows say something of. late: events that were left
    out, since a newer one about the same is in. unclear: those of one moment with
    others, of which nobody knows which is newer. marks: the event that each row is of, where every event counts."""

    files: list[list[Json]]
    upto: int
    late: int = 0
    unclear: int = 0
    marks: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be known of it."""
        late = f"Events that came late and were left out: {self.late:,}. Newer ones about the same are in."
        unclear = (
            f"Events of the same second as others about the same, which say nothing of their order: {self.unclear:,}. The one that came "
            "last counts. A source that asks the API of the vendor puts it right where that was the older one."
        )
        return tuple(text for n, text in ((self.late, late), (self.unclear, unclear)) if n)


def bring(
    store: Store, hook: Hook, kept: Kept, now: Callable[[], datetime], ended: Callable[[], bool] = never, *, reading: str | None = None
) -> list[Pulled]:
    """Import what a webhook brought, part by part, and let go of what is in. What came of each batch; empty where nothing waits.

    reading: what becomes of rows that were read otherwise (see `pull`), for what waits now. A part that waits for an answer, or failed,
    keeps its events; the others go on. Nothing where it is being imported at this moment, or its vendor's API is being asked.
    Raises KeptUnreadable.
    """
    hook = replace(hook, beside_api=bool(beside.apis(store.path, hook.source)))
    if _is_being_asked(store, hook) or not kept.bringing.acquire(blocking=False):
        return []
    try:
        return _all_brought(store, hook, kept, now, ended, reading)
    finally:
        kept.bringing.release()


def _all_brought(
    store: Store, hook: Hook, kept: Kept, now: Callable[[], datetime], ended: Callable[[], bool], reading: str | None
) -> list[Pulled]:
    found = [one for part in hook.parts for one in _brought(store, hook, kept, part, now, ended, reading)]
    upto = all_in(store, hook, kept)
    if upto and kept.waiting().events:
        kept.let_go(upto, now().astimezone(UTC))
    return found


def is_due(store: Store, hook: Hook, kept: Kept, now: datetime) -> bool:
    """Whether what was kept is to be imported now: it is much, or has waited long enough, and what failed may be tried again."""
    waits = kept.waiting()
    if hook.source.paused or waits.since is None or _is_being_asked(store, hook):
        return False
    if (
        waits.events < MANY and timedelta(0) <= now - waits.since < hook.source.every
    ):  # what came tomorrow, by a clock that was ahead, is due
        return False
    return any(_may_try(store, hook, part, now) for part in hook.parts if kept.take(reached(store, hook, kept, part), 1, part.kinds))


def _is_being_asked(store: Store, hook: Hook) -> bool:
    """Whether the vendor is asked for all that it has just now: what is made meanwhile is newer than what it answers, and comes after."""
    return any(is_running(store.path, one.name) for one in beside.apis(store.path, hook.source))


def _may_try(store: Store, hook: Hook, part: Part, now: datetime) -> bool:
    """Whether a part is to be tried: at once where its source was changed since it last waited or failed, else after a while."""
    last = looks.last(store, hook.source_of(part).name)
    if last is None or last.pulled.outcome not in (FAILED, WAITING):
        return True
    ended = last.pulled.ended_at
    if schedule.is_ahead(ended, now):
        return True
    if datetime.fromtimestamp(_changed(store.path, hook), UTC) > ended:
        return True
    return now - ended >= min(AGAIN * 2 ** min(last.failures, 10), LONGEST) if last.pulled.outcome == FAILED else now - ended >= LONGEST


def _changed(store: Path, hook: Hook) -> float:
    """When the description of a source, or its mapping, last changed."""
    places = [description.folder(store) / f"{hook.name}.toml"]
    places += [store.parent / "mappings" / f"{hook.source.mapping}.toml"] if hook.source.mapping else []
    return max((one.stat().st_mtime for one in places if one.exists()), default=0.0)


def reached(store: Store, hook: Hook, kept: Kept, part: Part) -> int:
    """The number of the last event of a part that is in; 0 where none is, also of a queue that was lost."""
    last = pulls.read_up_to(store, hook.source_of(part).name)
    queue, _, seq = (Cursor.read(last.cursor_to).value if last and last.cursor_to else "").partition(":")
    return max(int(seq) if queue == kept.queue and seq.isdecimal() else 0, kept.passed.get(part.name, 0))


def all_in(store: Store, hook: Hook, kept: Kept) -> int:
    """The number up to which every event is in a batch of each part that it is of; 0 where nothing is."""
    left = (kept.take(reached(store, hook, kept, part), 1, part.kinds) for part in hook.parts)
    return min([kept.last(), *(found[0].seq - 1 for found in left if found)])


def _brought(
    store: Store, hook: Hook, kept: Kept, part: Part, now: Callable[[], datetime], ended: Callable[[], bool], reading: str | None
) -> Iterator[Pulled]:
    """What came of a part, batch by batch, until nothing is left of it or it cannot go on."""
    source = hook.source_of(part)
    if waiting.file(store.path, source.name):
        yield (held := pull(store, source, now, mapping=part.mapping, fetch=_nothing, ended=ended, reading=reading))
        if held.outcome in (WAITING, FAILED):
            return
    asked = beside.asked_at(store, hook.source, now()) if part.latest else None
    while not ended() and (lot := lot_of(kept, part, reached(store, hook, kept, part), asked)):
        for at, rows in enumerate(lot.files, 1):
            cursor = Cursor(TEXT, f"{kept.queue}:{lot.upto}") if at == len(lot.files) else None
            handed = _Rows(rows, cursor, lot.notes if cursor else (), lot.marks)
            yield (one := pull(store, source, now, mapping=part.mapping, fetch=handed, ended=ended))
            if one.outcome not in (IMPORTED, NOTHING_NEW):
                return
        if not lot.files:  # it needs no record: after a restart it is looked at once more
            kept.passed[part.name] = lot.upto


def lot_of(kept: Kept, part: Part, after: int, asked: datetime | None = None) -> Lot | None:
    """What comes next of a part; None where nothing is left of it. asked: when its vendor was asked for all that it has."""
    found = kept.take(after, AT_A_TIME, part.kinds)
    if not found:
        return None
    upto = found[-1].seq
    newest = _newest(kept, found, after) if part.latest else {}
    late = {row.seq for row in found if row.made < newest.get((row.kind, row.key), row.made) or (asked and row.made < asked - beside.SKEW)}
    unclear = sum(row.made == newest.get((row.kind, row.key)) for row in found) if part.after else 0
    if part.after:
        found, of_one_moment = in_order(found, part.after)
        unclear += of_one_moment
    told = [(row.key, row.made, _rows(part, row, is_late=row.seq in late)) for row in found]
    rows = latest(told, part.each) if part.latest else [one for *_, some in told for one in some]
    marks = () if part.latest else tuple(f"{row.id}#{at}" for row, (*_, some) in zip(found, told, strict=True) for at in range(len(some)))
    return Lot(by_columns(rows) if part.latest else [rows] if rows else [], upto, len(late), unclear, marks)


def _rows(part: Part, row: Row, *, is_late: bool) -> list[Json]:
    rows = part.late if is_late else part.rows
    event: Any = read(row.body)  # as its part takes it
    return rows(event, row) if rows else []


def _newest(kept: Kept, rows: list[Row], after: int) -> dict[tuple[str, str], datetime]:
    """When the newest event was made that is in a batch already, by kind and key: what is older says how something was, and not how it
    is."""
    known: dict[tuple[str, str], datetime] = {}
    for kind in {row.kind for row in rows}:
        keys = [row.key for row in rows if row.kind == kind and row.key]
        known |= {(kind, key): made for key, made in kept.newest(kind, keys, after).items()}
    return known


@dataclass(frozen=True)
class _Rows:
    """A reader that hands over rows which are here already."""

    rows: list[Json]
    cursor: Cursor | None
    notes: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()

    def __call__(self, source: Any, since: Cursor | None, folder: Path, *, now: datetime, ended: Callable[[], bool]) -> Fetched:
        path = folder / "events.jsonl"
        path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in self.rows))
        marking = Marking(path.with_suffix(".marks"), "event")
        if self.marks:
            marking.add(self.marks)
        return Fetched(path if self.rows else None, len(self.rows), self.cursor, notes=self.notes, marks=marking.done())


def _nothing(source: Any, since: Cursor | None, folder: Path, *, now: datetime, ended: Callable[[], bool]) -> Fetched:
    return Fetched(None)
