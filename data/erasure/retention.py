"""How long usage events are kept one by one: older ones are kept as rollups only, which is all that reports read.

What is lost with them: the line of a file that each came from, its time of day, its own quantity (the sum of a day stays) and its id. So a
later file cannot be compared with them, and events of the same feed from before that day are left out of it and counted.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import duckdb

from data.audit.entries import begun, record
from data.log.tables import local_time
from data.settings import current_settings
from data.store import integrity
from data.store.store import Store
from data.usage.by_event import tell_all_apart
from data.viewer import CONFIGURE, DELETE, VIEW, Actor, Viewer

KIND, SETTING = "imports", "keep_events_months"
LONGEST = 1200  # months
ALL = "all"
BYTES_A_ROW = 12  # of an event in the file, where the engine does not tell


class RetentionRefused(ValueError):
    """The events cannot be kept so; the message says why."""


@dataclass(frozen=True)
class Kept:
    """For how many months events are kept one by one (None: all of them), from which day on, and what is older than that: events, the batches
    that they are of, and about how many bytes of the file they take. said: whether the store has a setting of its own."""

    months: int | None
    kept_from: date | None
    events: int = 0
    batches: int = 0
    bytes: int = 0
    said: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"keep_events_months": self.months, "kept_from": self.kept_from and self.kept_from.isoformat(), "events": self.events,
                "batches": self.batches, "bytes": self.bytes}  # fmt: skip


def months_of(written: object) -> int | None:
    """A number of months as it was given; None for `all`. Raises RetentionRefused."""
    text = str(written).strip().lower()
    if text == ALL:
        return None
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LONGEST:
        raise RetentionRefused(f"keep_events_months: {text!r} is no number of months from 1 to {LONGEST}. Give one, or all.")
    return int(text)


def first_day(months: int, today: date) -> date:
    """The first day of which events are kept: that of the month that lies so many whole months before this one."""
    month = today.year * 12 + today.month - 1 - months
    if month < 12:
        raise RetentionRefused(f"keep_events_months: {months} months reach back before the first year there is. Give fewer, or all.")
    return date(month // 12, month % 12 + 1, 1)


def kept(store: Store, viewer: Viewer, today: date, months: object = None) -> Kept:
    """What is older than events are kept; nothing is changed. months: as if that were set. Raises NotAllowed, RetentionRefused."""
    viewer.for_whole_company(VIEW, KIND)
    with store.reading() as cursor:
        return _kept(cursor, today, months)


def set_months(store: Store, viewer: Viewer, months: object, who: str = "local") -> None:
    """Keep events for so many months from now on, or all of them; what is older stays until `reduce`. Raises as `kept`."""
    viewer.for_whole_company(CONFIGURE, KIND)
    wanted = months_of(months)
    with store.writing() as cursor:
        before = _months(cursor)[0]
        cursor.execute("delete from meta where key = ?", [SETTING])
        cursor.execute("insert into meta values (?, ?)", [SETTING, ALL if wanted is None else str(wanted)])
        detail = {"setting": SETTING, "before": before or ALL, "after": wanted or ALL}
        record(cursor, "configure", viewer.signs(who), kind=KIND, detail=detail, store=store.path)


def reduce(store: Store, viewer: Viewer, today: date, who: str = "local") -> Kept:
    """Keep what is older than is set as rollups only: all of it, or nothing. Raises RetentionRefused where events are all kept, NotAllowed,
    StoreError."""
    viewer.for_whole_company(DELETE, KIND)
    actor = viewer.signs(who)
    with store.alone():
        found = kept(store, viewer, today)
        if found.kept_from is None:
            raise RetentionRefused("All events are kept: say first for how many months they are.")
        if found.events:
            first = found.kept_from
            store.write_anew(lambda cursor: _reduce(cursor, first, actor, store))
        return found


def _kept(cursor: duckdb.DuckDBPyConnection, today: date, asked: object) -> Kept:
    months, said = _months(cursor) if asked is None else (months_of(asked), False)
    if months is None:
        return Kept(None, None, said=said)
    first = first_day(months, today)
    query = f"select count(*), count(distinct batch) from usage_events where {local_time(cursor)}::date < ?"
    events, batches = cursor.execute(query, [first]).fetchall()[0]
    return Kept(months, first, events, batches, events * _bytes_a_row(cursor), said)


def _months(cursor: duckdb.DuckDBPyConnection) -> tuple[int | None, bool]:
    """The months that are set, and whether the store says so itself; else what the settings say."""
    rows = cursor.execute("select value from meta where key = ?", [SETTING]).fetchall()
    return (months_of(rows[0][0]), True) if rows else (current_settings().keep_events_months, False)


def _bytes_a_row(cursor: duckdb.DuckDBPyConnection) -> int:
    blocks, rows = cursor.execute(
        "select count(distinct block_id) filter (where block_id >= 0), coalesce(sum(count) filter (where column_id = 0), 0) "
        "from pragma_storage_info('usage_events')"
    ).fetchall()[0]
    return max(BYTES_A_ROW, int(blocks * 262_144 / rows)) if rows and rows > 1_000_000 else BYTES_A_ROW


def _reduce(cursor: duckdb.DuckDBPyConnection, first: date, who: Actor, store: Store) -> None:
    run = cursor.execute
    tell_all_apart(cursor, first.isoformat())
    run(f"create or replace temp table old_events as select batch, line from usage_events where {local_time(cursor)}::date < ?", [first])
    _keep_reused(cursor)
    counted = run("select batch, count(*) from old_events group by 1 order by 1").fetchall()
    for table in ("usage_events", "event_ids", "event_marks", "held_events"):
        run(f"delete from {table} where (batch, line) in (select (batch, line) from old_events)")
    run("drop table old_events")
    for batch, n in counted:
        run("insert into reduced values (?, ?, ?)", [batch, first, n])
        integrity.forget_checksums(cursor, batch)
        integrity.write_checksums(cursor, batch, "usage_events")
    begun(cursor, store.path)
    now = datetime.now(UTC).replace(tzinfo=None)
    logged = run("insert into log select coalesce(max(seq), 0) + 1, 'retention', null, ?, ? from log returning seq", [now, str(who)])
    detail = {
        "log": logged.fetchall()[0][0],
        "kept_from": first,
        "events": sum(n for _, n in counted),
        "batches": [batch for batch, _ in counted],
    }
    record(cursor, "retention", who, kind=KIND, detail=detail, store=store.path)


def _keep_reused(cursor: duckdb.DuckDBPyConnection) -> None:
    """Keep the ids that stand for several events, which a report tells; each as id, account, day and holder."""
    cursor.execute(
        f"""insert into reduced_ids select e.batch, e.event_id, u.subject, {local_time(cursor)}::date as day, coalesce(h.holder, 0) as holder
        from event_ids e join old_events o on o.batch = e.batch and o.line = e.line
        join usage_events v on v.batch = e.batch and v.line = e.line join users u using (user_no)
        left join held_events h on h.batch = e.batch and h.line = e.line
        where e.event_id in (select event_id from (select event_id from event_ids union all select event_id from reduced_ids)
            group by 1 having count(*) > 1)"""
    )


def told_of(
    store: Store, viewer: Viewer, months: object, today: date, *, preview: bool = False, apply: bool = False, who: str = "api"
) -> dict[str, Any]:  # fmt: skip
    """What a script asks at once: set the months where they are given, let older events become rollups where `apply`, and say what is older;
    with `preview` nothing is set. Raises as `reduce`."""
    if preview:
        return kept(store, viewer, today, months).as_json()
    if months is not None:
        set_months(store, viewer, months, who)
    return (reduce(store, viewer, today, who) if apply else kept(store, viewer, today)).as_json()


def in_words(told: dict[str, Any], *, done: bool) -> str:
    """The same, for who reads it on the command line."""
    if told["keep_events_months"] is None:
        return "All usage events are kept one by one."
    said = f"Usage events are kept one by one for {told['keep_events_months']} months: from {told['kept_from']} on."
    older = f"{told['events']:,} older ones of {told['batches']:,} imports, about {told['bytes'] / 2**20:,.1f} MB,"
    return f"{said} {older} {'are rollups only now' if done else 'can become rollups: retention --apply'}."
