"""What the log knows of the ends of contract lines: of which feed a line is, and since which day its end has been said."""

import tomllib
from collections.abc import Sequence

import duckdb
import polars as pl

from data.log.places import Place, rows_of

SAYING = "ends_are"  # the option by which a person says what the ends of a feed are


def with_feeds(lines: pl.DataFrame, cursor: duckdb.DuckDBPyConnection, heard: Sequence[Place]) -> pl.DataFrame:
    """The lines with feed (of the newest file that has the line), said_on (the day of the first file that has it) and end_said_on: the day
    on which the log first had the line's present end, null where no file wrote it (it went missing, or follows from a log of months). A
    state says it on its own day, other files on the day of their import."""
    told = lines.join(_of_files(cursor, heard), on="key_in_files", how="left", maintain_order="left")
    return told.join(_ends_said(cursor, heard), on=["key_in_files", "line_ends_on"], how="left", maintain_order="left")


def _of_files(cursor: duckdb.DuckDBPyConnection, heard: Sequence[Place]) -> pl.DataFrame:
    """key_in_files, feed: of the newest file that has the line, said_on: since when the log has it."""
    own = ", ".join(f"({place.batch}, {_day(place)})" for place in heard if not place.edit) or "(-1, null::date)"
    query = f"""
        select row_key as key_in_files, arg_max(b.feed, b.batch) as feed, min(coalesce(heard.day, l.logged_at::date)) as said_on
        from {rows_of("contracts", heard)} join (values {own}) heard(batch, day) using (batch) join batches b using (batch)
        join log l on l.batch = heard.batch and l.action = 'import' group by 1"""
    return cursor.sql(query).pl()


def _ends_said(cursor: duckdb.DuckDBPyConnection, heard: Sequence[Place]) -> pl.DataFrame:
    """key_in_files, line_ends_on, end_said_on: since when the log has each end that a file writes."""
    own = ", ".join(f"({place.batch}, {_day(place)})" for place in heard) or "(-1, null::date)"
    query = f"""
        with said as (
            select heard.batch, coalesce(heard.day, l.logged_at::date) as day from (values {own}) heard(batch, day)
            join log l on l.batch = heard.batch and l.action = 'import' where heard.batch not in (select batch from month_logs))
        select row_key as key_in_files, ends_on as line_ends_on, min(day) as end_said_on from {rows_of("contracts", heard)} join said using (batch)
        where ends_on is not null group by all"""
    return cursor.sql(query).pl()


def _day(place: Place) -> str:
    return f"date '{place.day}'" if place.day else "null::date"


def feeds_of_lines(cursor: duckdb.DuckDBPyConnection, heard: Sequence[Place]) -> pl.DataFrame:
    """The feeds of contracts: feed, newest (the day of the newest file, of a state its own), ends_are (as a person said last, or null)."""
    files = [place for place in heard if not place.edit]
    listed = ", ".join(str(place.batch) for place in files) or "-1"
    rows = cursor.sql(
        f"select batch, b.feed, mapping, logged_at::date as day from batches b join log l using (batch) "
        f"where l.action = 'import' and batch in ({listed}) order by batch"
    ).fetchall()
    own_day = {place.batch: place.day for place in files}
    found: dict[str, dict] = {}
    for batch, feed, mapping, day in rows:
        before = found.get(feed, {"newest": None, "ends_are": None})
        newest = max(filter(None, (before["newest"], own_day[batch] or day)))
        found[feed] = {"feed": feed, "newest": newest, "ends_are": _said(mapping) or before["ends_are"]}
    return pl.DataFrame(list(found.values()), schema={"feed": pl.String, "newest": pl.Date, "ends_are": pl.String})


def _said(mapping: str | None) -> str | None:
    try:
        return tomllib.loads(mapping or "").get("options", {}).get(SAYING)
    except tomllib.TOMLDecodeError:  # of what was written in the app
        return None
