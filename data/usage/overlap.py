"""Events that earlier batches hold already.

An event without an id is the same event as another of its feed when account, user, name, time and quantity are the same; it
counts as often as the one standing batch that has it most often. Each row therefore keeps which earlier batches hold it too
(its holder): it counts when its batch stands and none of those does. Undo then needs no rewriting, and every past moment of
the log can be read. Equal events have equal times, so that the work is done in slices of time, in bounded memory.
"""

from datetime import date, datetime
from itertools import pairwise

import duckdb

from data.log.keyed_rows import batch_list
from data.log.quantities import has_quantity, summed
from data.log.tables import local_time

SLICE_ROWS = 4_000_000
IDENTITY = ("user_no", "event_no", "occurred_at", "quantity", "event_id")
HELD_BY = "left join held_events h on h.batch = e.batch and h.line = e.line"


def mark_held(cursor: duckdb.DuckDBPyConnection, batch: int, earlier: list[int], first_at: datetime) -> None:
    """Write which events of a batch the earlier ones hold too, and the batch's counts per account, event, day and holder."""
    ids = cursor.execute(f"select count(*) from event_ids where batch in {batch_list([*earlier, batch])}").fetchall()[0][0] > 0
    cuts = [first_at, *_cuts(cursor, batch, earlier), datetime.max]
    for begin, end in pairwise(cuts):
        cursor.execute(f"create or replace temp table fresh as {_numbered(cursor, ids)}", [batch, begin, end])
        cursor.execute(f"create or replace temp table held as {_held(earlier, ids)}", [begin, end])
        _write_held(cursor, batch)
    for table in ("fresh", "held"):
        cursor.execute(f"drop table {table}")


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


def _numbered(cursor: duckdb.DuckDBPyConnection, ids: bool) -> str:
    """SQL for the batch's events of a slice: which repeat of its event each is, its account and its day."""
    join, event_id = _with_ids(ids)
    return (
        f"select *, row_number() over (partition by {', '.join(IDENTITY)} order by line) as nth from (select e.line, u.subject, e.user_no, "
        f"e.event_no, e.occurred_at, e.quantity, {event_id}, {local_time(cursor)}::date as day from usage_events e join users u using (user_no) "
        f"{join} where e.batch = ? and occurred_at >= ? and occurred_at < ?)"
    )


def _held(earlier: list[int], ids: bool) -> str:
    """SQL for the lines of the fresh slice that earlier batches hold too: the nth repeat is held where there are n."""
    join, event_id = _with_ids(ids)
    same = " and ".join(f"f.{name} is not distinct from p.{name}" for name in IDENTITY)
    return (
        f"select f.line, list(p.batch order by p.batch) as batches from fresh f join (select e.batch, user_no, event_no, occurred_at, quantity, "
        f"{event_id}, count(*) as n from usage_events e {join} where e.batch in {batch_list(earlier)} and occurred_at >= ? and occurred_at < ? "
        f"group by all) p on {same} where f.nth <= p.n group by f.line"
    )
