"""Events that earlier batches hold already.

An event without an id is the same event as another of its feed when account, user, name, time and quantity are the same; it
counts as often as the one standing batch that has it most often. Each row therefore keeps which earlier batches hold it too
(its holder): it counts when its batch stands and none of those does. Undo then needs no rewriting, and every past moment of
the log can be read. Equal events have equal times, so that the work is done in slices of time, in bounded memory.

A pull of a source is no file that may hold anything once more: it goes on where the one before ended. Its events carry marks, such as the
moment at which each was written at the source: equal events under the same mark are the same ones, and under different marks different
ones. The batches of one series of marks are put together so, and count against other files and series as one file would.
"""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

import duckdb

from data.log.keyed_rows import batch_list
from data.log.quantities import has_quantity, summed
from data.log.tables import local_time

SLICE_ROWS = 4_000_000
IDENTITY = ("user_no", "event_no", "occurred_at", "quantity", "event_id")
SAME = " and ".join(f"f.{name} is not distinct from p.{name}" for name in IDENTITY)
MARKED = ("series", "mark")
HELD_BY = "left join held_events h on h.batch = e.batch and h.line = e.line"


@dataclass(frozen=True)
class Told:
    """What the marks of a batch's events tell. marked: how many have a mark that is new in their series; alike: how many of those say what
    others of the series say."""

    marked: int = 0
    alike: int = 0

    def and_also(self, other: "Told") -> "Told":
        return Told(self.marked + other.marked, self.alike + other.alike)


def mark_held(cursor: duckdb.DuckDBPyConnection, batch: int, earlier: list[int], first_at: datetime) -> Told:
    """Write which events of a batch the earlier ones hold too, and the batch's counts per account, event, day and holder.

    Gives what the marks of its events tell.
    """
    told = Told()
    ids, marks = (_has(cursor, name, [*earlier, batch]) for name in ("event_ids", "event_marks"))
    cuts = [first_at, *_cuts(cursor, batch, earlier), datetime.max]
    for begin, end in pairwise(cuts):
        cursor.execute(f"create or replace temp table fresh as {_numbered(cursor, ids, marks)}", [batch, begin, end])
        if marks:
            told = told.and_also(_held_by_marks(cursor, earlier, ids, begin, end))
        else:
            cursor.execute(f"create or replace temp table held as {_held(earlier, ids)}", [begin, end])
        _write_held(cursor, batch)
    for table in ("fresh", "held", *(("united", "placed") if marks else ())):
        cursor.execute(f"drop table {table}")
    return told


def _has(cursor: duckdb.DuckDBPyConnection, table: str, batches: list[int]) -> bool:
    return bool(cursor.execute(f"select 1 from {table} where batch in {batch_list(batches)} limit 1").fetchall())


def _write_held(cursor: duckdb.DuckDBPyConnection, batch: int) -> None:
    """Add the holders, the held events, the counts and the sums of quantities of one slice."""
    cursor.execute(
        "insert into holders select (select coalesce(max(holder), 0) from holders) + row_number() over (order by batches), batches "
        "from (select distinct batches from held) where batches not in (select batches from holders)"
    )
    cursor.execute("insert into held_events select ?, line, holder from held join holders using (batches)", [batch])
    cursor.execute(
        "insert into usage_counts select ?, subject, event_no, day, holder, n from (select subject, event_no, day, coalesce(holder, 0) as holder, "
        "count(*) as n from fresh left join held using (line) left join holders using (batches) group by all) order by day",
        [batch],
    )
    cursor.execute(
        "insert into usage_quantities select ?, subject, event_no, day, holder, n, total, below from (select subject, event_no, day, "
        f"coalesce(holder, 0) as holder, {summed('quantity')} from fresh left join held using (line) left join holders using (batches) "
        f"where {has_quantity('quantity')} group by all) order by day",
        [batch],
    )


def _cuts(cursor: duckdb.DuckDBPyConnection, batch: int, earlier: list[int]) -> list[datetime]:
    """Midnights that part the events of a batch, and the earlier ones of its days, into slices of bounded size."""
    of_days = "select occurred_at::date as day, count(*) from usage_events where batch = ? group by 1 order by 1"
    days = cursor.execute(of_days, [batch]).fetchall()
    counted = f"select day, sum(n)::bigint from usage_counts where batch in {batch_list(earlier)} and day between ? and ? group by 1"
    known = dict(cursor.execute(counted, [days[0][0], days[-1][0]]).fetchall())
    cuts, rows = [], 0
    for day, fresh in days:
        if rows and rows + fresh + known.get(day, 0) > SLICE_ROWS:
            cuts, rows = [*cuts, _midnight(day)], 0
        rows += fresh + known.get(day, 0)
    return cuts


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time())


def _with_ids(ids: bool) -> tuple[str, str]:
    return ("left join event_ids i on i.batch = e.batch and i.line = e.line", "i.event_id") if ids else ("", "null::varchar as event_id")


def _with_marks(marks: bool) -> tuple[str, str]:
    return (
        ("left join event_marks m on m.batch = e.batch and m.line = e.line", "m.series, m.mark")
        if marks
        else ("", "null as series, null as mark")
    )


def _numbered(cursor: duckdb.DuckDBPyConnection, ids: bool, marks: bool) -> str:
    """SQL for the batch's events of a slice: which repeat of its event (under its mark) each is, its account and its day."""
    (join, event_id), (marked, mark) = _with_ids(ids), _with_marks(marks)
    return (
        f"select *, row_number() over (partition by {', '.join((*IDENTITY, *MARKED))} order by line) as nth from (select e.line, u.subject, "
        f"e.user_no, e.event_no, e.occurred_at, e.quantity, {event_id}, {mark}, {local_time(cursor)}::date as day from usage_events e "
        f"join users u using (user_no) {join} {marked} where e.batch = ? and occurred_at >= ? and occurred_at < ?)"
    )


def _held(earlier: list[int], ids: bool) -> str:
    """SQL for the lines of the fresh slice that earlier batches hold too: the nth repeat is held where there are n."""
    join, event_id = _with_ids(ids)
    return (
        f"select f.line, list(p.batch order by p.batch) as batches from fresh f join (select e.batch, user_no, event_no, occurred_at, quantity, "
        f"{event_id}, count(*) as n from usage_events e {join} where e.batch in {batch_list(earlier)} and occurred_at >= ? and occurred_at < ? "
        f"group by all) p on {SAME} where f.nth <= p.n group by f.line"
    )


def _held_by_marks(cursor: duckdb.DuckDBPyConnection, earlier: list[int], ids: bool, begin: datetime, end: datetime) -> Told:
    """Make the table of lines of the fresh slice that earlier batches hold too, where events have marks.

    united: the events of each series of the earlier batches, each once, with those that have it and which of its equals it is there, in
    the order in which they came; a batch without marks is a series of its own. placed: which of its equals each fresh event is in its own
    series; of another series the event of the same number holds it. Gives what the marks tell.
    """
    cursor.execute(f"create or replace temp table united as {_united(earlier, ids)}", [begin, end])
    cursor.execute(f"create or replace temp table placed as {_placed()}")
    cursor.execute(
        f"""create or replace temp table held as select line, list(distinct batch order by batch) as batches from (
            select line, unnest(batches) as batch from placed where batches is not null
            union all select f.line, unnest(p.batches) from placed f join united p on {SAME} and f.place = p.place
                and f.series is distinct from p.series) group by line"""
    )
    query = (
        "select count(*), count(*) filter (where before > 0 and mark is not null) from placed where batches is null and series is not null"
    )
    return Told(*cursor.execute(query).fetchall()[0])


def _united(earlier: list[int], ids: bool) -> str:
    """SQL: IDENTITY, series (below 0 for one batch by itself), mark, nth under the mark, batches that have it, place among its equals."""
    (join, event_id), (marked, mark) = _with_ids(ids), _with_marks(True)
    equals = ", ".join(IDENTITY)
    return f"""select *, row_number() over (partition by {equals}, series order by batches[1], mark, nth) as place from (
        select {equals}, series, mark, nth, list(batch order by batch) as batches from (
            select *, unnest(range(1, n + 1)) as nth from (
                select batch, {equals}, coalesce(series::hugeint, -batch) as series, mark, count(*) as n from (
                    select e.batch, user_no, event_no, occurred_at, quantity, {event_id}, {mark} from usage_events e {join} {marked}
                    where e.batch in {batch_list(earlier)} and occurred_at >= ? and occurred_at < ?) p
                where exists (from fresh f where {SAME}) group by all)) group by all)"""


def _placed() -> str:
    """SQL: the fresh events with the batches of their own series that have them, how many equals that has, and their place among those."""
    return f"""select * replace (coalesce(place, before + row_number() over (partition by {", ".join(IDENTITY)}, series, place is null order by line)) as place)
        from (select f.*, own.batches, own.place, coalesce(total.n, 0) as before from fresh f
            left join united own on {SAME.replace("p.", "own.")} and own.series = f.series and own.mark is not distinct from f.mark and own.nth = f.nth
            left join (select {", ".join(IDENTITY)}, series, count(*) as n from united group by all) total
                on {SAME.replace("p.", "total.")} and total.series = f.series)"""
