"""Rows of tables with a key: how a batch writes them, and how the newest value per key and column is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import duckdb
import polars as pl

from data.log.month_logs import known_lines, month_lines
from data.log.places import STATE, Place, among, having, inline, rows_of
from data.log.staged import Staged
from data.log.tables import quoted_paths, sql_type
from data.schema import TABLES, Column

# Every name under which some import knows an account.
KNOWN_NAMES = "select row_key from rows_accounts union all select alias from rows_account_aliases"


@dataclass(frozen=True)
class Written:
    """Counts of one batch's rows: stored, known already, and waiting for an account; and for usage what time they span.

    lines: how many lines of the file are stored, where one may tell of several months; None where that is `stored`. too_old: events
    left out, from before the day since which events of their feed are kept one by one. marked, alike: see `Told` of data/usage/overlap.py.
    """

    stored: int
    known: int = 0
    waiting: int = 0
    covers: tuple[date, date] | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None
    day_gap: float | None = None
    lines: int | None = None
    too_old: int = 0
    marked: int = 0
    alike: int = 0


def write_rows(cursor: duckdb.DuckDBPyConnection, batch: int, staged: Staged, known: int) -> Written:
    """Add the rows of a staged file to the log, with their attributes."""
    if not staged.parts:
        return Written(0)
    names = ", ".join(f'"{name}"' for name in staged.columns)
    parts = f"read_parquet([{quoted_paths(staged.parts)}])"
    cursor.execute(f"insert into rows_{staged.table} by name select ?::integer as batch, line, row_key, {names} from {parts}", [batch])
    if staged.attributes is not None:
        cursor.execute(
            f"insert into attributes select ?, line, row_key, name, value from read_parquet([{quoted_paths([staged.attributes])}])", [batch]
        )
    counted = f"select count(*), count(distinct line) from rows_{staged.table} where batch = ?"
    stored, lines = cursor.execute(counted, [batch]).fetchall()[0]
    return Written(stored, known, _waiting(cursor, batch, staged), lines=lines if staged.log else None)


def _waiting(cursor: duckdb.DuckDBPyConnection, batch: int, staged: Staged) -> int:
    """Rows of the batch whose account no import has named yet."""
    if staged.table == "accounts" or not TABLES[staged.table].by_account:
        return 0
    counted = "distinct line" if staged.log else "*"
    query = f"select count({counted}) from rows_{staged.table} where batch = ? and account_id not in ({KNOWN_NAMES})"
    return cursor.execute(query, [batch]).fetchall()[0][0]


def count_known(cursor: duckdb.DuckDBPyConnection, staged: Staged, heard: Sequence[Place]) -> int:
    """Rows of a staged file that say nothing new: their key stands with just these values.

    heard: the standing batches of its table. Of a state, only a row that a state of the same feed and day has is known: that a line
    is still so a month later is news.
    """
    if staged.rows == STATE:
        day = staged.covers[1] if staged.covers else None
        heard = [place for place in heard if place.feed == staged.feed and place.day and place.day == day]
    if not staged.parts or not heard:
        return 0
    if staged.log:
        return cursor.execute(known_lines(batch_list([place.batch for place in heard]), staged), [staged.feed]).fetchall()[0][0]
    same = " and ".join(f's."{name}" is not distinct from c."{name}"' for name in staged.columns) or "true"
    parts = f"read_parquet([{quoted_paths(staged.parts)}])"
    changed = _changed_attributes(staged, heard)
    query = f"select count(*) from {parts} s join ({current_rows(staged.table, heard)}) c using (row_key) where {same}{changed}"
    return cursor.execute(query).fetchall()[0][0]


def _changed_attributes(staged: Staged, heard: Sequence[Place]) -> str:
    if staged.attributes is None:
        return ""
    return (
        f" and row_key not in (select a.row_key from read_parquet([{quoted_paths([staged.attributes])}]) a "
        f"left join ({current_attributes(heard)}) b using (row_key, name) where a.value is distinct from b.value)"
    )


def batch_list(standing: list[int]) -> str:
    """Batch numbers as an SQL list; numbers of our own, never input."""
    return among(standing)


def current(cursor: duckdb.DuckDBPyConnection, table: str, heard: Sequence[Place]) -> pl.DataFrame:
    """What `current_rows` finds, in any order. Where one batch stands that has each key once, its rows are those, without a look for newer
    values: to plan that takes longer than to read a small table."""
    if len(heard) == 1 and not (heard[0].months or heard[0].ends_on):
        frame = cursor.sql(_rows_of(table, heard[0])).pl()
        if frame["row_key"].n_unique() == frame.height:
            return frame
    return cursor.sql(current_rows(table, heard)).pl()


def _rows_of(table: str, place: Place) -> str:
    told = (
        f'"{column.name}"' if column.name in place.columns else f'null::{sql_type(column)} as "{column.name}"'
        for column in TABLES[table].columns
    )  # fmt: skip
    return f"select row_key, {', '.join(told)}, batch, line from {rows_of(table, [place])} where batch = {place.batch:d}"


def current_rows(table: str, heard: Sequence[Place], leaving_out: str = "") -> str:
    """SQL for the newest value per key and column among standing batches; an edit made in the app wins over files.

    leaving_out: SQL for keys that are not looked at, all those of states among them.
    """
    others = f"where row_key not in ({leaving_out})" if leaving_out else ""
    told = [place for place in heard if not place.day] if leaving_out else heard
    columns = ",\n".join(_newest(column, told) for column in TABLES[table].columns)
    current = f"""
        with ranked as (select * from ({_contract_rows(told) if table == "contracts" else _ranked(table, told)}) {others})
        select row_key, {columns}, arg_max(batch, rank) as batch, arg_max(line, rank) as line from ranked group by row_key"""
    return _ended_by_snapshots(current, heard) if table == "contracts" else current


def no_rows(table: str) -> pl.DataFrame:
    """What `current_rows` finds where no batch stands, moments in UTC."""
    columns = {column.name: column.dtype for column in TABLES[table].columns}
    return pl.DataFrame(schema={"row_key": pl.String, **columns, "batch": pl.Int32, "line": pl.Int64})


def _newest(column: Column, told: Sequence[Place]) -> str:
    """SQL for the newest value of a column, said by those batches that have it."""
    name, some = column.name, having(told, column.name)
    if not some:
        return f'null::{sql_type(column)} as "{name}"'
    only = "" if some == len(told) else f" filter (where list_contains(columns, '{name}'))"
    return f'arg_max_null("{name}", rank){only} as "{name}"'


def _ranked(table: str, heard: Sequence[Place]) -> str:
    return (
        f"select r.*, b.columns, placed.rank from {rows_of(table, heard)} r join batches b using (batch) join {inline(heard)} using (batch)"
    )


def _contract_rows(heard: Sequence[Place]) -> str:
    """The rows of contracts, with the lines of logs of months in place of their months."""
    logs = [place for place in heard if place.months]
    told = _ranked("contracts", [place for place in heard if not place.months])
    if not logs:
        return told
    standing = batch_list([place.batch for place in logs])
    return f"""
        {told}
        union all by name
        select m.*, list_append(b.columns, 'ends_on') as columns, placed.rank
        from ({month_lines(standing, TABLES["contracts"].names)}) m join batches b using (batch) join {inline(logs)} using (batch)"""


def _ended_by_snapshots(current: str, heard: Sequence[Place]) -> str:
    """The current lines, each ended on the day of the first standing snapshot of its feed after it was last listed there.

    A line that a feed lists again later stands as it is listed; an end that was written in the app stays. A line that had not
    begun when it went missing never does.
    """
    complete = ", ".join(f"({place.batch}, date '{place.ends_on}')" for place in heard if place.ends_on)
    if not complete:
        return current
    files = batch_list([place.batch for place in heard if not (place.months or place.edit)])
    edits = batch_list([place.batch for place in heard if place.edit])
    rows = rows_of("contracts", heard)
    return f"""
        with lines as ({current}),
        complete(batch, ends_on) as (values {complete}),
        snapshots_of as (select c.batch, c.ends_on, b.feed from complete c join batches b using (batch)),
        listed as (
            select r.row_key, b.feed, max(r.batch) as last_listed from {rows} r join batches b using (batch)
            where r.batch in {files} group by all),
        missing as (
            select l.row_key, min(s.ends_on) as missing_from
            from listed l join snapshots_of s on s.feed = l.feed and s.batch > l.last_listed group by l.row_key),
        written as (
            select distinct r.row_key from {rows} r join batches b using (batch)
            where list_contains(b.columns, 'ends_on') and r.batch in {edits})
        select lines.* replace (
            case when missing_from is null or row_key in (from written) then lines.ends_on
                 else greatest(least(lines.ends_on, missing_from), lines.starts_on) end as ends_on)
        from lines left join missing using (row_key)"""


def current_attributes(heard: Sequence[Place]) -> str:
    """SQL for the newest value per account and attribute among standing batches."""
    return f"""select row_key, name, arg_max_null(value, rank) as value
        from attributes join {inline(heard)} using (batch) group by row_key, name"""


def any_account(cursor: duckdb.DuckDBPyConnection, standing: list[int]) -> bool:
    """Whether a standing file has accounts."""
    return bool(cursor.execute(f"select exists (select 1 from rows_accounts where batch in {batch_list(standing)})").fetchall()[0][0])
