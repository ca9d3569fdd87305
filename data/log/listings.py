"""What the standing states list of each contract line, ready to be read as a history: only what says something new."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import polars as pl

from data.log.places import Place, inline, rows_of
from data.schema import CONTRACTS

CONTENT = ", ".join(f'"{name}"' for name in CONTRACTS.names)


@dataclass(frozen=True)
class Listings:
    """rows: one for each time that a state says something new of a line: row_key, batch, line, rank, day, before (the day of the last
    state before it that lists the line), gap_from (the first day on which the line was missing since), and the columns of contracts.
    records: what records and edits say of the same lines: row_key, batch, line, rank and the columns.
    gone: lines that no state lists any more although their feed's states are complete: row_key, missing_from.
    """

    rows: pl.DataFrame
    records: pl.DataFrame
    gone: pl.DataFrame


def keys(heard: Sequence[Place]) -> str:
    """SQL for the lines that any of the states lists."""
    states = ", ".join(str(place.batch) for place in heard if place.day) or "-1"
    return f"select row_key from {rows_of('contracts', heard)} where batch in ({states})"


def listings(cursor: duckdb.DuckDBPyConnection, heard: Sequence[Place]) -> Listings:
    """What the states among the standing batches of contracts list, and what records say of the same lines."""
    complete = sorted((place for place in heard if place.ends_on), key=lambda place: place.rank)
    found = cursor.sql(_telling(heard, complete)).pl()
    rows = found.filter("is_fresh").drop("is_fresh", "is_gone", "missing_from")
    gone = found.filter("is_gone").group_by("row_key").agg(pl.col("missing_from").min())
    return Listings(rows, cursor.sql(_said(heard)).pl(), gone)


def _telling(heard: Sequence[Place], complete: Sequence[Place]) -> str:
    """SQL for the rows that say something new, and for the last ones of lines that are missing since: is_fresh, is_gone."""
    fresh = "coalesce(day is not null and (is_mixed or gap_from is not null or content is distinct from said), false)"
    return f"""{_looked(heard, complete)},
        flagged as (select *, {fresh} as is_fresh, next is null and missing_from is not null as is_gone from looked)
        select row_key, batch, line, rank, day, before, gap_from, {CONTENT}, is_fresh, is_gone, missing_from
        from flagged join {rows_of("contracts", heard)} using (batch, line, row_key) where is_fresh or is_gone"""


def _said(heard: Sequence[Place]) -> str:
    """SQL for what records and edits say of the lines that states list."""
    others = [place for place in heard if not place.day]
    listed = f"row_key in ({keys(heard)})" if others else "false"
    return f"select row_key, batch, line, rank, {CONTENT} from {rows_of('contracts', heard)} join {inline(others)} using (batch) where {listed}"


def _looked(heard: Sequence[Place], complete: Sequence[Place]) -> str:
    """SQL for every file's row of a line that a state lists, beside the one before and the one after it; narrow, since it is each row."""
    files = [place for place in heard if not place.edit]
    feeds, columns = list(dict.fromkeys(place.feed for place in files)), list(dict.fromkeys(place.columns for place in files))
    placed = ", ".join(_row(place, feeds.index(place.feed), columns.index(place.columns), complete) for place in files)
    only_states = all(place.day for place in files)
    listed = "true" if only_states else f"row_key in ({keys(heard)})"
    is_mixed = "false" if only_states else "row_key in (select row_key from files where day is null)"
    within = ", feed" if len(feeds) > 1 else ""
    return f"""
        with placed(batch, rank, feed, columns, day, complete_rank, missing_from) as (values {placed}),
        files as (select row_key, batch, line, rank, feed, day, complete_rank, missing_from, hash({CONTENT}, columns) as content
            from {rows_of("contracts", heard)} join placed using (batch) where {listed}),
        looked as (select row_key, batch, line, rank, day, missing_from, content,
                lag(content) over heard as said, {is_mixed} as is_mixed, {_day_before(files)} as before, {_told_around(complete)}
            from files window heard as (partition by row_key order by rank), told as (partition by row_key{within} order by rank))"""


def _day_before(files: Sequence[Place]) -> str:
    """SQL for the day of the state before. Two states of one day are one moment: it is that of an earlier day."""
    days = [place.day for place in files if place.day]
    if len(days) > len(set(days)):
        return "max(day) over (partition by row_key order by day - date '1970-01-01' range between unbounded preceding and 1 preceding)"
    return "lag(day) over heard" if len(days) == len(files) else "lag(day ignore nulls) over heard"


def _told_around(complete: Sequence[Place]) -> str:
    """SQL for the next row of the line in its feed, and the day on which it had gone missing; nothing goes missing without complete files."""
    if not complete:
        return "null::integer as next, null::date as gap_from"
    gone = "lag(missing_from) over told"
    return f"lead(rank) over told as next, case when lag(complete_rank) over told < rank and {gone} is distinct from day then {gone} end as gap_from"


def _row(place: Place, feed: int, columns: int, complete: Sequence[Place]) -> str:
    """A batch as a row of SQL: its place, and the first complete one of its feed that is heard after it, but for one of the same day."""
    after = (one for one in complete if one.feed == place.feed and one.rank > place.rank and (one.day is None or one.day != place.moment))
    later = next(after, None)
    days = [f"date '{day}'" if day else "null::date" for day in (place.day, later and later.ends_on)]
    return f"({place.batch}, {place.rank}, {feed}, {columns}, {days[0]}, {later.rank if later else 'null::integer'}, {days[1]})"
