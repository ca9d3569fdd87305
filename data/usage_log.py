"""Usage events: how a batch writes them, which of them earlier batches hold already, and the rollups kept per batch.

An event without an id is the same event as another of its feed when account, user, name, time and quantity are the same; it
counts as often as the one standing batch that has it most often. Each row therefore keeps which earlier batches hold it too
(its holder): it counts when its batch stands and none of those does. Undo then needs no rewriting, and every past moment of
the log can be read.
"""

from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from data.keyed_log import Written, batch_list
from data.layout import quoted_paths, timezone_of
from data.staged import Staged

IDENTITY = ("subject", "user_no", "event_no", "occurred_at", "quantity", "event_id")


def write_events(cursor: duckdb.DuckDBPyConnection, batch: int, staged: Staged, standing: list[int]) -> Written:
    """Add the events of a staged file to the log, and their rollups."""
    if not staged.parts:
        return Written(0)
    _stage(cursor, staged)
    _number_ids(cursor, staged)
    first_at, last_at = cursor.execute("select min(occurred_at), max(occurred_at) from staged_events").fetchall()[0]
    earlier = cursor.execute(
        "select list(batch) from batches where feed = ? and table_name = 'usage_events' and first_at <= ? and last_at >= ?",
        [staged.feed, last_at, first_at],
    ).fetchall()[0][0]
    if earlier:
        _write_overlapping(cursor, batch, earlier, first_at, last_at)
    else:
        cursor.execute(f"insert into usage_events {_coded(batch)}")
    _roll_up(cursor, batch)
    cursor.execute("drop view staged_events")
    for table in ("people", "names", "staged_people", "staged_names"):
        cursor.execute(f"drop table {table}")
    return _written(cursor, batch, standing, first_at, last_at)


def _stage(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """A view over the staged files with every column that an event has, the ones the file lacks empty."""
    more = {"quantity": "double", "event_id": "varchar"}
    columns = [name if name in staged.columns else f"null::{kind} as {name}" for name, kind in more.items()]
    cursor.execute(
        f"create or replace temp view staged_events as select line, person, name, occurred_at, {', '.join(columns)} "
        f"from read_parquet([{quoted_paths(staged.parts)}])"
    )


def _number_ids(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Give every new account, contract, user and event name its number in the store, and keep which staged number is which."""
    cursor.execute(f"create or replace temp table people as from read_parquet([{quoted_paths([staged.people])}])")
    cursor.execute(f"create or replace temp table names as from read_parquet([{quoted_paths([staged.names])}])")
    same = "s.account_id is not distinct from p.account_id and s.contract_id is not distinct from p.contract_id"
    cursor.execute(
        "insert into subjects select (select coalesce(max(subject), 0) from subjects) + row_number() over (order by account_id, contract_id), "
        f"account_id, contract_id from (select distinct account_id, contract_id from people) p where not exists (from subjects s where {same})"
    )
    cursor.execute(
        "insert into users select (select coalesce(max(user_no), 0) from users) + row_number() over (order by subject, user_id), subject, user_id "
        f"from (select distinct s.subject, p.user_id from people p join subjects s on {same} where p.user_id is not null) n "
        "where not exists (from users u where u.subject = n.subject and u.user_id = n.user_id)"
    )
    cursor.execute(
        "insert into event_names select (select coalesce(max(event_no), 0) from event_names) + row_number() over (order by event), event "
        "from names where event not in (select event from event_names)"
    )
    cursor.execute(
        "create or replace temp table staged_people as select p.number as person, s.subject, coalesce(u.user_no, 0) as user_no "
        f"from people p join subjects s on {same} left join users u on u.subject = s.subject and u.user_id = p.user_id"
    )
    cursor.execute(
        "create or replace temp table staged_names as select n.number as name, e.event_no from names n join event_names e using (event)"
    )


def _coded(batch: int) -> str:
    """SQL for the staged events with the store's numbers, in the order of usage_events."""
    return f"""select {int(batch)}::integer as batch, line, subject, user_no, event_no, occurred_at, quantity, event_id, 0 as holder
        from staged_events join staged_people using (person) join staged_names using (name)"""


def _write_overlapping(cursor: duckdb.DuckDBPyConnection, batch: int, earlier: list[int], first_at: object, last_at: object) -> None:
    """Write the staged events, each with the earlier batches that hold it too: the nth repeat is held where n are."""
    identity = ", ".join(IDENTITY)
    cursor.execute(f"create or replace temp table fresh as {_coded(batch)}")
    cursor.execute(
        f"create or replace temp table prior as select {identity}, list(batch order by batch) as batches, list(c order by batch) as counts from "
        f"(select batch, {identity}, count(*) as c from usage_events where batch in {batch_list(earlier)} and occurred_at between ? and ? "
        f"group by all) group by all",
        [first_at, last_at],
    )
    same = " and ".join(f"f.{name} is not distinct from p.{name}" for name in IDENTITY)
    cursor.execute(
        f"create or replace temp table tagged as select f.* exclude (holder), "
        f"list_filter(p.batches, lambda b, i: p.counts[i] >= f.nth) as held from "
        f"(select *, row_number() over (partition by {identity} order by line) as nth from fresh) f left join prior p on {same}"
    )
    cursor.execute(
        "insert into holders select (select coalesce(max(holder), 0) from holders) + row_number() over (order by held), held from "
        "(select distinct held from tagged where len(held) > 0) where held not in (select batches from holders)"
    )
    cursor.execute(
        "insert into usage_events select t.batch, t.line, t.subject, t.user_no, t.event_no, t.occurred_at, t.quantity, t.event_id, "
        "coalesce(h.holder, 0) from tagged t left join holders h on h.batches = t.held"
    )
    for table in ("fresh", "prior", "tagged"):
        cursor.execute(f"drop table {table}")


def _roll_up(cursor: duckdb.DuckDBPyConnection, batch: int) -> None:
    """Active days per user and month as bits, and counts per event and day, of one batch."""
    zone = timezone_of(cursor).replace("'", "")
    local = "occurred_at" if zone == "UTC" else f"(occurred_at at time zone 'UTC') at time zone '{zone}'"
    cursor.execute(
        f"insert into usage_bits select batch, subject, user_no, date_trunc('month', at_local)::date, bit_or((1 << (day(at_local) - 1))::integer) "
        f"from (select batch, subject, user_no, {local} as at_local from usage_events where batch = ?) group by 1, 2, 3, 4",
        [batch],
    )
    cursor.execute(
        f"insert into usage_counts select batch, subject, event_no, ({local})::date as d, holder, count(*) from usage_events "
        f"where batch = ? group by 1, 2, 3, 4, 5 order by d",
        [batch],
    )


def _written(cursor: duckdb.DuckDBPyConnection, batch: int, standing: list[int], first_at: object, last_at: object) -> Written:
    stored = cursor.execute("select coalesce(sum(n), 0)::bigint from usage_counts where batch = ?", [batch]).fetchall()[0][0]
    known = cursor.execute(
        f"select coalesce(sum(n), 0)::bigint from usage_counts join holders using (holder) where batch = ? "
        f"and list_has_any(batches, [{', '.join(map(str, standing))}]::integer[])",
        [batch],
    ).fetchall()[0][0]
    waiting = cursor.execute(
        "select coalesce(sum(n), 0)::bigint from usage_counts join subjects using (subject) where batch = ? "
        "and (account_id is null or account_id not in (select row_key from rows_accounts)) "
        "and (contract_id is null or contract_id not in (select contract_id from rows_contracts where contract_id is not null))",
        [batch],
    ).fetchall()[0][0]
    days = cursor.execute("select distinct day from usage_counts where batch = ? order by day", [batch]).fetchall()
    return Written(stored, known, waiting, (days[0][0], days[-1][0]), first_at, last_at, _usual_gap([day for (day,) in days]))


def _usual_gap(days: list) -> float:
    """Median number of days between one day with events and the next; 1 where there is but one day."""
    gaps = sorted((after - before) / timedelta(days=1) for before, after in pairwise(days))
    return gaps[len(gaps) // 2] if gaps else 1.0


def counting(standing: list[int]) -> str:
    """SQL condition: the row's batch stands, and no standing batch holds the same event."""
    numbers = ", ".join(map(str, standing))
    return (
        f"batch in {batch_list(standing)} and (holder = 0 or holder not in "
        f"(select holder from holders where list_has_any(batches, [{numbers}]::integer[])))"
    )


def dump(cursor: duckdb.DuckDBPyConnection, standing: list[int], path: Path) -> Path:
    """Write the events that count, in slices, as one Parquet file."""
    relation = cursor.sql(
        f"select s.account_id, s.contract_id, u.user_id, n.event, e.occurred_at, e.quantity, e.event_id, e.batch, e.line "
        f"from usage_events e join subjects s using (subject) join event_names n using (event_no) left join users u using (user_no) "
        f"where {counting(standing)}"
    )
    reader = relation.to_arrow_reader(1_000_000)
    with pq.ParquetWriter(path, reader.schema) as writer:
        for slice_ in reader:
            writer.write_batch(slice_)
    return path
