"""Is the store whole? Rows are counted and summed against what was written, and rollups are worked out anew from the events.

A checksum is the sum of the engine's own hash over the rows of a batch, so that their order does not matter. Another version of
the engine may hash differently: the version stands beside, and only like is compared with like.
"""

from dataclasses import dataclass, field

import duckdb

from data.log.older_keys import counted_once
from data.log.quantities import has_quantity, summed
from data.log.tables import local_time
from data.schema import KEYED_TABLES
from data.usage.active_days import bit_of
from data.usage.by_event import by_event
from data.usage.overlap import HELD_BY

EVENT_COLUMNS = ("line", "user_no", "event_no", "occurred_at", "quantity")
BESIDE = {"attributes": ("line", "row_key", "name", "value"), "event_ids": ("line", "event_id"), "held_events": ("line", "holder")}
BESIDE |= {"event_marks": ("line", "series", "mark")}
ROLLUPS = {  # summed where they are all that is left of events
    "usage_bits": ("subject", "user_no", "month", "bits"), "usage_counts": ("subject", "event_no", "day", "holder", "n"),
    "usage_spans": ("subject", "month", "first_day", "last_day"), "usage_event_bits": ("subject", "user_no", "month", "event_no", "bits"),
    "usage_quantities": ("subject", "event_no", "day", "holder", "n", "total", "below"),
}  # fmt: skip
BESIDE |= {"user_links": ("one", "other", "device", "since")}


@dataclass(frozen=True)
class Checked:
    """What a check looked at, and what it found wrong, in sentences."""

    batches: int
    rows: int
    summed: int  # batches whose rows were compared with their checksum
    rolled_up: int  # batches of events whose rollups were worked out anew
    faults: list[str]
    told: list[str] = field(default_factory=list)  # no fault, and to be known: figures that an upgrade has changed

    def in_words(self) -> str:
        """One line for people: what was looked at, and how it is."""
        looked = f"{self.batches:,} imports, {self.rows:,} rows"
        more = f", {self.summed:,} checksums, {self.rolled_up:,} rollups worked out anew" if self.summed or self.rolled_up else ""
        ending = f"{len(self.faults):,} faults." if self.faults else "The store is whole."
        return f"{looked}{more}. {ending}"


def write_checksums(cursor: duckdb.DuckDBPyConnection, batch: int, table: str) -> None:
    """Keep what the rows of a batch add up to, within the transaction that writes them."""
    for part, columns in _parts(cursor, batch, table).items():
        _write_checksum(cursor, batch, part, columns)


def _write_checksum(cursor: duckdb.DuckDBPyConnection, batch: int, part: str, columns: list[str]) -> None:
    rows, total = _summed(cursor, batch, part, columns)
    if rows or part not in BESIDE:
        cursor.execute(
            "insert into checksums values (?, ?, ?::varchar[], ?, ?, ?)", [batch, part, columns, rows, total, duckdb.__version__]
        )


def write_checksum(cursor: duckdb.DuckDBPyConnection, batch: int, part: str) -> None:
    """Keep anew what one of the ROLLUPS of a batch adds up to, within the transaction that changes it, where it is all that is left of
    some of its events."""
    cursor.execute("delete from checksums where batch = ? and part = ?", [batch, part])
    if part in _parts(cursor, batch, "usage_events"):
        _write_checksum(cursor, batch, part, list(ROLLUPS[part]))


def forget_checksums(cursor: duckdb.DuckDBPyConnection, batch: int) -> None:
    """Let go of what the rows of a batch added up to, before they change for good."""
    cursor.execute("delete from checksums where batch = ?", [batch])


def quick(cursor: duckdb.DuckDBPyConnection) -> Checked:
    """The log, and the number of rows of every batch; for every start."""
    return Checked(*_size(cursor), 0, 0, [*_log_faults(cursor), *_count_faults(cursor)], counted_once(cursor))


def thorough(cursor: duckdb.DuckDBPyConnection) -> Checked:
    """All that `quick` looks at, every checksum, and every rollup worked out anew from its events."""
    query = "select batch, part, columns, rows, checksum from checksums where engine = ? order by 1, 2"
    kept = cursor.execute(query, [duckdb.__version__]).fetchall()
    changed = [
        f"Batch {batch}: the rows in {part} are not those that were written."
        for batch, part, columns, rows, total in kept
        if _summed(cursor, batch, part, columns) != (rows, total)
    ]
    events = [batch for (batch,) in cursor.execute("select batch from batches where table_name = 'usage_events' order by 1").fetchall()]
    faults, (batches, rows) = [*_log_faults(cursor), *_count_faults(cursor), *changed, *_rollup_faults(cursor, events)], _size(cursor)
    return Checked(batches, rows, len({row[0] for row in kept}), len(events), faults, counted_once(cursor))


def _parts(cursor: duckdb.DuckDBPyConnection, batch: int, table: str) -> dict[str, list[str]]:
    """The tables that hold rows of a batch, each with the columns that are summed."""
    if table == "usage_events":
        reduced = cursor.execute("select 1 from reduced where batch = ? limit 1", [batch]).fetchall()
        rollups = {name: list(columns) for name, columns in ROLLUPS.items()} if reduced else {}
        return rollups | {
            "usage_events": list(EVENT_COLUMNS),
            **{name: list(BESIDE[name]) for name in ("event_ids", "event_marks", "held_events", "user_links")},
        }
    named = cursor.execute("select columns from batches where batch = ?", [batch]).fetchall()[0][0]
    rows = {f"rows_{table}": list(dict.fromkeys(["line", "row_key", *sorted(named)]))}
    return rows | ({"attributes": list(BESIDE["attributes"])} if table == "accounts" else {})


def _summed(cursor: duckdb.DuckDBPyConnection, batch: int, part: str, columns: list[str]) -> tuple[int, str]:
    names = ", ".join(f'"{name}"' for name in columns)
    return cursor.execute(f"select count(*), coalesce(sum(hash({names})), 0)::varchar from {part} where batch = ?", [batch]).fetchall()[0]


def _size(cursor: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    return cursor.execute("select count(*), coalesce(sum(stored), 0)::bigint from batches").fetchall()[0]


def _log_faults(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Log entries are numbered without a gap; each batch was imported once, and each entry has its batch."""
    entries, last, numbers = cursor.execute("select count(*), coalesce(max(seq), 0), count(distinct seq) from log").fetchall()[0]
    gaps = [] if entries == last == numbers else [f"The log has {entries} entries, numbered up to {last}: some are missing or there twice."]
    query = """select coalesce(b.batch, l.batch), coalesce(imports, 0), b.batch is not null from batches b
        full join (select batch, count(*) filter (where action = 'import') as imports from log where batch is not null group by batch) l using (batch)
        where imports is distinct from 1 or b.batch is null order by 1"""
    return gaps + [
        f"Batch {batch} was imported {imports} times by the log." if there else f"Batch {batch} is in the log, and its file is not known."
        for batch, imports, there in cursor.execute(query).fetchall()
    ]


def _count_faults(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Batches whose rows are not as many as were written, in the rows themselves or in the rollup."""
    tables = [f"select batch, '{name}' as name, count(*) as found from rows_{name} group by batch" for name in KEYED_TABLES]
    events = [
        "select batch, 'usage_events' as name, count(*) as found from usage_events group by batch",
        "select batch, 'usage rollup' as name, sum(n)::bigint as found from usage_counts group by batch",
    ]
    found = cursor.execute(
        f"""with found as ({" union all ".join(tables + events)}),
        expected as (select batch, table_name as name, stored, 'rows_' || table_name as part from batches where table_name <> 'usage_events'
            union all select batch, 'usage_events', stored - coalesce((select sum(rows) from reduced r where r.batch = b.batch), 0), 'usage_events'
            from batches b where table_name = 'usage_events'
            union all select batch, 'usage rollup', stored, 'usage_counts' from batches where table_name = 'usage_events'),
        gone as (select batch, part, sum(rows)::bigint as rows from erased_rows group by all)
        select batch, name, stored - coalesce(rows, 0), coalesce(found, 0)
        from expected left join found using (batch, name) left join gone using (batch, part)
        where stored - coalesce(rows, 0) <> coalesce(found, 0) order by 1, 2"""
    ).fetchall()
    return [f"Batch {batch} ({table}): {stored} rows were written, {there} are there." for batch, table, stored, there in found]


def _rollup_faults(cursor: duckdb.DuckDBPyConnection, events: list[int]) -> list[str]:
    """Batches of events whose rollups are not what their events add up to."""
    rollups = _rollups(cursor)
    return [
        f"Batch {batch}: {rollup} not as its events say."
        for batch in events
        for rollup, (kept, fresh) in rollups.items()
        if _differ(cursor, batch, kept, fresh)
    ]


def _rollups(cursor: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str]]:
    """Per rollup: SQL for what is kept of a batch, and SQL for the same from its events; from the day on since which its events are kept."""
    since = "(select coalesce(max(kept_from), date '0001-01-01') from reduced r where r.batch = k.batch)"
    moment = local_time(cursor)
    counts = f"""select subject, event_no, {moment}::date as day, coalesce(holder, 0) as holder, count(*)::hugeint as n
        from usage_events e {HELD_BY} join users using (user_no) where e.batch = ? group by all"""
    bits = f"""select subject, user_no, date_trunc('month', {moment})::date as month, bit_or({bit_of(moment)}) as bits
        from usage_events join users using (user_no) where batch = ? group by all"""
    spans = f"""select subject, date_trunc('month', {moment})::date as month, min({moment}::date) as first_day, max({moment}::date) as last_day
        from usage_events join users using (user_no) where batch = ? group by all"""
    kept_counts = f"select subject, event_no, day, holder, sum(n) as n from usage_counts k where batch = ? and day >= {since} group by all"
    quantities = f"""select subject, event_no, {moment}::date as day, coalesce(holder, 0) as holder, {summed("quantity")}
        from usage_events e {HELD_BY} join users using (user_no) where e.batch = ? and {has_quantity("quantity")} group by all"""
    kept_quantities = f"""select subject, event_no, day, holder, sum(n)::bigint as n, sum(total) as total, sum(below) as below
        from usage_quantities k where batch = ? and day >= {since} group by all"""
    return {
        "the sums of quantities are": (kept_quantities, quantities),
        "the counts per day are": (kept_counts, counts),
        "the active days are": (f"select subject, user_no, month, bits from usage_bits k where batch = ? and month >= {since}", bits),
        "the active days by event are": (
            f"select batch, subject, user_no, month, event_no, bits from usage_event_bits k where batch = ? and month >= {since}",
            by_event(cursor, "batch = ?"),
        ),
        "the first and last days are": (
            f"select subject, month, first_day, last_day from usage_spans k where batch = ? and month >= {since}",
            spans,
        ),
    }


def _differ(cursor: duckdb.DuckDBPyConnection, batch: int, kept: str, fresh: str) -> bool:
    """Whether two queries give different rows, whatever their order."""
    one, other = (cursor.execute(f"select count(*), sum(hash(r)) from ({query}) r", [batch]).fetchall() for query in (kept, fresh))
    return one != other
