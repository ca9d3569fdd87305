"""Which layout a store has, told by its tables and columns: an older one, that is brought to this one; or a newer one, that is left alone."""

from functools import cache

import duckdb

from data.log.tables import FIXED, FORMAT, rows_tables

# Columns of former layouts, which a store loses when it is brought to this one.
FORMER = frozenset({("usage_events", name) for name in ("subject", "event_id", "holder")})
Parts = frozenset[tuple[str, str]]
"""Columns of a store, each by its table and its own name."""


def newer_parts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """What a store has that this program does not know, in order: it was last opened by a newer one, and could be misread here."""
    unknown = _parts_of(connection) - _known() - FORMER
    later = ["format"] if _format_of(connection) > FORMAT else []
    return later + sorted(f"{table}.{name}" for table, name in unknown)


def is_older(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a store holds imports, and lacks what this program keeps: opening it will change it."""
    there = _parts_of(connection)
    if not there or not connection.execute("select count(*) from log").fetchall()[0][0]:
        return False
    return bool(_known() - there) or _format_of(connection) < FORMAT


@cache
def _known() -> Parts:
    """The parts of a store that this program makes."""
    with duckdb.connect(":memory:") as made:
        for statement in (*FIXED, *rows_tables()):
            made.execute(statement)
        return _parts_of(made)


def _parts_of(connection: duckdb.DuckDBPyConnection) -> Parts:
    query = "select table_name, column_name from duckdb_columns() where not internal and database_name = current_database()"
    return frozenset(connection.execute(query).fetchall())


def _format_of(connection: duckdb.DuckDBPyConnection) -> int:
    """The number that the store says of itself; 1 where it says none."""
    try:
        found = connection.execute("select value from meta where key = 'format'").fetchall()
    except duckdb.CatalogException:
        return FORMAT
    return int(found[0][0]) if found else 1
