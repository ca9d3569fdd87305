"""What a feed's standing files have settled: whether they are states, whether they are complete; and what a new file says
otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from data.log.keyed_rows import current_rows
from data.log.line_history import TERMS
from data.log.places import Place, places, rows_of
from data.log.staged import Staged
from data.log.tables import quoted_paths


@dataclass(frozen=True)
class FeedSettings:
    """rows: state or records; complete: whether what a file leaves out has ended; starts: whether a file that stands says when lines
    began; mapping: of the newest file, as TOML. Each is None, or empty, where nothing is settled."""

    rows: str | None = None
    complete: bool | None = None
    starts: bool = False
    mapping: str = ""


@dataclass(frozen=True)
class Otherwise:
    """A line of which a new file says something else than stands, or which it leaves out."""

    line: str
    column: str
    before: str | None
    now: str | None


def feed_settings(cursor: duckdb.DuckDBPyConnection, table: str, feed: str, standing: Sequence[int]) -> FeedSettings:
    """What the newest of a feed's standing files that says so has settled."""
    batches = ", ".join(str(int(batch)) for batch in standing) or "-1"
    found = cursor.execute(
        f"select batch, rows, case when not coalesce(partial, false) then complete end, list_contains(columns, 'starts_on'), mapping from batches where table_name = ? and feed = ? "
        f"and batch in ({batches}) and not coalesce(edit, false) order by batch desc",
        [table, feed],
    ).fetchall()
    if not found:
        return FeedSettings()
    rows, complete = (next((row[at] for row in found if row[at] is not None), None) for at in (1, 2))
    return FeedSettings(rows, complete, any(row[3] for row in found), found[0][4] or "")


def says_otherwise(cursor: duckdb.DuckDBPyConnection, staged: Staged, standing: Sequence[int]) -> Otherwise | None:
    """The first line of which a file says other terms than its feed's standing files; None where it says none."""
    names = [name for name in TERMS if name in staged.columns]
    heard = [place for place in places(cursor, staged.table, standing, coming=staged) if place.feed == staged.feed and not place.edit]
    if not names or not heard or not staged.parts:
        return None
    told = ", ".join(f'(\'{name}\', c."{name}"::varchar, s."{name}"::varchar, c."{name}" is distinct from s."{name}")' for name in names)
    query = f"""
        with now as (from read_parquet([{quoted_paths(staged.parts)}])),
        stands as (select * from ({current_rows(staged.table, heard)}) where row_key in (select row_key from now))
        select row_key, e.name, e.before, e.now from now s join stands c using (row_key),
            lateral (select * from (values {told}) t(name, before, now, other)) e
        where e.other order by s.line limit 1"""
    rows = cursor.execute(query).fetchall()
    return Otherwise(*rows[0]) if rows else None


def leaves_out(cursor: duckdb.DuckDBPyConnection, staged: Staged, standing: Sequence[int]) -> Otherwise | None:
    """The first line that runs on the day of a state and that it leaves out although its feed had it before, or that it has and the
    next state leaves out; None where there is none. before: the file that has it, now: the one that does not."""
    day = staged.covers[1] if staged.covers else None
    heard = [place for place in places(cursor, staged.table, standing, coming=staged) if place.feed == staged.feed and not place.edit]
    if day is None or any(place.day == day for place in heard) or not staged.parts:
        return None
    before, after = [place for place in heard if place.moment < day], [place for place in heard if place.day and place.day > day]
    now = f"read_parquet([{quoted_paths(staged.parts)}])"
    found = _missing(cursor, f"({current_rows(staged.table, before)})", now, day) if before else None
    if found:
        return Otherwise(found, "", _file(cursor, before[-1]), staged.file)
    following = f"(select * from {rows_of(staged.table, heard)} where batch = {after[0].batch})" if after else ""
    ends = ["ends_on"] if "ends_on" in staged.columns else []
    found = _missing(cursor, now, following, after[0].day, bool(ends)) if after else None
    return Otherwise(found, "", staged.file, _file(cursor, after[0])) if found else None


def _missing(cursor: duckdb.DuckDBPyConnection, has: str, has_not: str, day: object, with_ends: bool = True) -> str | None:
    running = "where (h.ends_on is null or h.ends_on > ?::date)" if with_ends else "where ?::date is not null"
    query = f"select h.row_key from {has} h anti join {has_not} n using (row_key) {running} order by h.line, h.row_key limit 1"
    rows = cursor.execute(query, [day]).fetchall()
    return rows[0][0] if rows else None


def _file(cursor: duckdb.DuckDBPyConnection, place: Place) -> str:
    return cursor.execute("select file from batches where batch = ?", [place.batch]).fetchall()[0][0]


def as_told(key: str) -> str:
    """A line's key in words: s-1, or account_id=A, product=Pro."""
    return key.replace("|", ", ")
