"""Usage events: how a batch writes them, and the rollups kept per batch. Which earlier batches hold an event too: overlap.py.

An event row keeps numbers in place of ids. A user's number stands for an account (or contract) and a user of it, also for the
events of an account that name no user. Events with ids of their own have these beside, in event_ids.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import polars as pl

from data.log.keyed_rows import KNOWN_NAMES, Written, batch_list
from data.log.progress import Progress, part_of, silent
from data.log.quantities import has_quantity, summed
from data.log.staged import Staged
from data.log.tables import local_time, quoted_paths
from data.usage.active_days import bit_of
from data.usage.by_event import tell_hidden_apart
from data.usage.overlap import HELD_BY, Told, mark_held


def write_events(
    cursor: duckdb.DuckDBPyConnection, batch: int, staged: Staged, standing: list[int], progress: Progress = silent
) -> Written:
    """Add the events of a staged file to the log, and their rollups."""
    _insert_links(cursor, batch, staged)
    if not staged.parts:
        return Written(0, lines=staged.read - staged.rejected - staged.duplicate - staged.erased)
    progress(0.0, "Naming users and events")
    _number_ids(cursor, staged)
    _insert(cursor, batch, staged, part_of(progress, 0.1, 0.6))
    too_old = _leave_out_old(cursor, batch, staged.feed)
    if too_old is not None and not cursor.execute("select 1 from usage_events where batch = ? limit 1", [batch]).fetchall():
        return Written(0, too_old=too_old)
    progress(0.6, "Looking for events that are known already")
    span = cursor.execute("select min(occurred_at), max(occurred_at) from usage_events where batch = ?", [batch]).fetchall()[0]
    told = _count_once(cursor, batch, staged.feed, *span)
    progress(0.85, "Adding up days and months")
    _roll_up(cursor, batch)
    tell_hidden_apart(cursor, batch)
    for table in ("people", "names", "staged_people", "staged_names"):
        cursor.execute(f"drop table {table}")
    return replace(written(cursor, batch, standing, *span), too_old=too_old or 0, marked=told.marked, alike=told.alike)


def _leave_out_old(cursor: duckdb.DuckDBPyConnection, batch: int, feed: str) -> int | None:
    """Leave out the events from before the day since which the feed's events are kept one by one: they cannot be compared with those that
    are rollups only. How many; None where all of the feed are kept."""
    query = "select max(kept_from) from reduced join batches using (batch) where feed = ?"
    first = cursor.execute(query, [feed]).fetchall()[0][0]
    if first is None:
        return None
    old = f"select line from usage_events where batch = ? and {local_time(cursor)}::date < ?"
    n = cursor.execute(f"select count(*) from ({old})", [batch, first]).fetchall()[0][0]
    for table in ("event_ids", "event_marks", "usage_events"):
        cursor.execute(f"delete from {table} where batch = ? and line in ({old})", [batch, batch, first])
    return n


def _insert_links(cursor: duckdb.DuckDBPyConnection, batch: int, staged: Staged) -> None:
    """Keep which ids a file says are one person's."""
    if staged.links is not None:
        links = f"read_parquet([{quoted_paths([staged.links])}])"
        cursor.execute(f"insert into user_links by name select ?::integer as batch, * from {links}", [batch])


def _count_once(cursor: duckdb.DuckDBPyConnection, batch: int, feed: str, first_at: datetime, last_at: datetime) -> Told:
    """Counts per day of a batch, without the events that earlier batches of its feed hold; what their marks tell."""
    query = """select coalesce(list(batch order by batch), []) from batches
        where feed = ? and table_name = 'usage_events' and first_at <= ? and last_at >= ?"""
    earlier = cursor.execute(query, [feed, last_at, first_at]).fetchall()[0][0]
    if earlier:
        return mark_held(cursor, batch, earlier, first_at)
    _count(cursor, batch)
    return Told()


SAME_SUBJECT = "s.account_id is not distinct from p.account_id and s.contract_id is not distinct from p.contract_id"


def _number_ids(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> None:
    """Give every new account, contract, user and event name its number in the store, and keep which staged number is which."""
    for table, path in (("people", staged.people), ("names", staged.names)):
        if path is None:
            raise ValueError(f"Staged events have no file of their {table}.")
        cursor.execute(f"create or replace temp table {table} as from read_parquet([{quoted_paths([path])}])")
    number_new(cursor)
    cursor.execute(
        "create or replace temp table staged_people as select p.number as person, u.user_no from people p join subjects s "
        f"on {SAME_SUBJECT} join users u on u.subject = s.subject and u.user_id is not distinct from p.user_id"
    )
    cursor.execute(
        "create or replace temp table staged_names as select n.number as name, e.event_no from names n join event_names e using (event)"
    )


def number_new(cursor: duckdb.DuckDBPyConnection) -> None:
    """Give a number to each account or contract, user and event name of the tables people and names that the store does not know yet."""
    cursor.execute(
        "insert into subjects select (select coalesce(max(subject), 0) from subjects) + row_number() over (order by account_id, contract_id), "
        f"account_id, contract_id from (select distinct account_id, contract_id from people) p where not exists (from subjects s where {SAME_SUBJECT})"
    )
    cursor.execute(
        "insert into users select (select coalesce(max(user_no), 0) from users) + row_number() over (order by subject, user_id), subject, user_id "
        f"from (select distinct s.subject, p.user_id from people p join subjects s on {SAME_SUBJECT}) n "
        "where not exists (from users u where u.subject = n.subject and u.user_id is not distinct from n.user_id)"
    )
    cursor.execute(
        "insert into event_names select (select coalesce(max(event_no), 0) from event_names) + row_number() over (order by event), event "
        "from names where event not in (select event from event_names)"
    )


def _insert(cursor: duckdb.DuckDBPyConnection, batch: int, staged: Staged, progress: Progress) -> None:
    quantity, rows = "quantity" if "quantity" in staged.columns else "null", staged.read - staged.rejected
    for number, part in enumerate(staged.parts):
        progress(number / len(staged.parts), f"Writing {rows:,} rows")
        cursor.execute(
            f"insert into usage_events select ?::integer, line, user_no, event_no, occurred_at, {quantity} "
            f"from read_parquet([{quoted_paths([part])}]) join staged_people using (person) join staged_names using (name)",
            [batch],
        )
    parts = f"read_parquet([{quoted_paths(staged.parts)}])"
    if "event_id" in staged.columns:
        cursor.execute(f"insert into event_ids select ?::integer, line, event_id from {parts} where event_id is not null", [batch])
    if staged.marks:
        named = "where event_id is null" if "event_id" in staged.columns else ""
        cursor.execute(
            f"insert into event_marks select ?::integer, line, md5_number_lower(?), md5_number_lower(m.mark) from {parts} p "
            f"join read_parquet([{quoted_paths([staged.marks.path])}]) m using (line) {named}",
            [batch, staged.marks.by],
        )


def _count(cursor: duckdb.DuckDBPyConnection, batch: int) -> None:
    """Counts, and sums of quantities, per account (or contract), event and day of a batch that no earlier one overlaps."""
    cursor.execute(
        f"insert into usage_counts select ?, subject, event_no, day, 0, n from (select subject, event_no, {local_time(cursor)}::date as day, "
        f"count(*) as n from usage_events join users using (user_no) where batch = ? group by all) order by day",
        [batch, batch],
    )
    cursor.execute(
        f"insert into usage_quantities select ?, subject, event_no, day, 0, n, total, below from (select subject, event_no, "
        f"{local_time(cursor)}::date as day, {summed('quantity')} from usage_events join users using (user_no) "
        f"where batch = ? and {has_quantity('quantity')} group by all) order by day",
        [batch, batch],
    )


def _roll_up(cursor: duckdb.DuckDBPyConnection, batch: int) -> None:
    """Active days per user and month as bits, and per account the first and last day of each month, of one batch."""
    cursor.execute(
        f"insert into usage_bits select ?, subject, user_no, month, bits from (select user_no, date_trunc('month', at_local)::date as month, "
        f"bit_or({bit_of('at_local')}) as bits from (select user_no, {local_time(cursor)} as at_local from usage_events "
        f"where batch = ?) group by all) join users using (user_no) order by month",
        [batch, batch],
    )
    write_spans(cursor, batch)


def write_spans(cursor: duckdb.DuckDBPyConnection, batch: int) -> None:
    """The first and the last day of each month, per account, by the counts of a batch."""
    cursor.execute(
        "insert into usage_spans select batch, subject, date_trunc('month', day)::date as month, min(day), max(day) from usage_counts "
        "where batch = ? group by all order by month",
        [batch],
    )


def written(
    cursor: duckdb.DuckDBPyConnection, batch: int, standing: list[int], first_at: datetime | None = None, last_at: datetime | None = None
) -> Written:
    """What a batch's rollups say of it."""
    stored = cursor.execute("select coalesce(sum(n), 0)::bigint from usage_counts where batch = ?", [batch]).fetchall()[0][0]
    known = cursor.execute(
        f"select coalesce(sum(n), 0)::bigint from usage_counts join holders using (holder) where batch = ? "
        f"and list_has_any(batches, [{', '.join(map(str, standing))}]::integer[])",
        [batch],
    ).fetchall()[0][0]
    waiting = cursor.execute(
        "select coalesce(sum(n), 0)::bigint from usage_counts join subjects using (subject) where batch = ? "
        f"and (account_id is null or account_id not in ({KNOWN_NAMES})) "
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
    held = f"select holder from holders where list_has_any(batches, [{numbers}]::integer[])"
    return f"batch in {batch_list(standing)} and (holder = 0 or holder not in ({held}))"


def dump(cursor: duckdb.DuckDBPyConnection, standing: list[int], meaning: pl.DataFrame, path: Path) -> Path:
    """Write the events that count, in slices, as one Parquet file. meaning: alias, meant (see account_aliases.py)."""
    import pyarrow.parquet as pq  # loaded by who wants a dump, not by every command

    cursor.register("meaning", meaning.to_arrow())
    relation = cursor.sql(
        f"select coalesce(m.meant, s.account_id) as account_id, s.contract_id, u.user_id, n.event, e.occurred_at, e.quantity, i.event_id, e.batch, e.line "
        f"from (select e.*, coalesce(holder, 0) as holder from usage_events e {HELD_BY}) e join users u using (user_no) "
        f"join subjects s using (subject) join event_names n using (event_no) left join event_ids i using (batch, line) "
        f"left join meaning m on m.alias = s.account_id where {counting(standing)}"
    )
    reader = relation.to_arrow_reader(1_000_000)
    with pq.ParquetWriter(path, reader.schema) as writer:
        for slice_ in reader:
            writer.write_batch(slice_)
    return path


def reused_ids(cursor: duckdb.DuckDBPyConnection, standing: list[int]) -> pl.DataFrame:
    """The events that count and share their event id with others that do: event_id, subject, day."""
    kept = f"""select e.batch, e.event_id, u.subject, {local_time(cursor)}::date as day, coalesce(holder, 0) as holder
        from event_ids e {HELD_BY} join usage_events v on v.batch = e.batch and v.line = e.line join users u using (user_no)"""
    return cursor.sql(
        f"""select event_id, subject, day from ({kept} union all from reduced_ids) where {counting(standing)}
        qualify count(*) over (partition by event_id) > 1 order by all"""
    ).pl()


def of_unknown_contracts(cursor: duckdb.DuckDBPyConnection, standing: list[int], known: pl.DataFrame) -> pl.DataFrame:
    """Events that count and name nothing but a contract that is not among the known ones (contract_id): written, rows."""
    cursor.register("known_contracts", known.to_arrow())
    found = cursor.sql(
        f"""select contract_id as written, sum(n)::bigint as rows from usage_counts join subjects using (subject) where {counting(standing)}
        and account_id is null and contract_id not in (select contract_id from known_contracts) group by 1"""
    ).pl()
    cursor.unregister("known_contracts")
    return found
