"""The tables inside the store: the log, its batches, one table of rows per table of the contract, and the usage rollups."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from data.schema import KEYED_TABLES, TABLES

SQL_TYPES = {
    "day": "date",
    "month": "date",
    "instant": "timestamp",  # UTC
    "money": "decimal(18, 4)",
    "number": "double",
    "fraction": "double",
    "integer": "bigint",
    "bool": "boolean",
}

FIXED = (
    "create table if not exists meta (key varchar, value varchar)",
    "create table if not exists log (seq bigint, action varchar, batch integer, logged_at timestamp, who varchar)",
    """create table if not exists batches (
        batch integer, table_name varchar, feed varchar, file varchar, sha256 varchar, mapping varchar, columns varchar[],
        read bigint, accepted bigint, rejected bigint, duplicate bigint, waiting bigint, stored bigint,
        covers_from date, covers_to date, covers_all_accounts boolean, edit boolean, header varchar[],
        first_at timestamp, last_at timestamp, day_gap double)""",
    'create table if not exists problems (batch integer, line bigint, "column" varchar, value varchar, reason varchar, rejected boolean)',
    "create table if not exists rejected_rows (batch integer, line bigint, cells varchar[])",
    "create table if not exists attributes (batch integer, line bigint, row_key varchar, name varchar, value varchar)",
    # Ids of events are kept once, as numbers: a subject is an account, or a contract whose account is found when looked at.
    "create table if not exists subjects (subject integer, account_id varchar, contract_id varchar)",
    "create table if not exists users (user_no integer, subject integer, user_id varchar)",
    "create table if not exists event_names (event_no integer, event varchar)",
    # The earlier batches of the feed that hold the same event; 0 stands for none.
    "create table if not exists holders (holder integer, batches integer[])",
    """create table if not exists usage_events (batch integer, line bigint, subject integer, user_no integer, event_no integer,
        occurred_at timestamp, quantity double, event_id varchar, holder integer)""",
    "create table if not exists usage_bits (batch integer, subject integer, user_no integer, month date, bits integer)",
    "create table if not exists usage_counts (batch integer, subject integer, event_no integer, day date, holder integer, n bigint)",
)


def create_layout(connection: duckdb.DuckDBPyConnection, timezone: str) -> None:
    """Make what is missing; the time zone in which days are cut is written once and stays."""
    for statement in (*FIXED, *(_rows_table(name) for name in KEYED_TABLES)):
        connection.execute(statement)
    connection.execute("insert into meta select 'timezone', ? where not exists (from meta where key = 'timezone')", [timezone])


def _rows_table(name: str) -> str:
    columns = ", ".join(f'"{column.name}" {SQL_TYPES.get(column.kind, "varchar")}' for column in TABLES[name].columns)
    return f"create table if not exists rows_{name} (batch integer, line bigint, row_key varchar, {columns})"


def timezone_of(cursor: duckdb.DuckDBPyConnection) -> str:
    return cursor.execute("select value from meta where key = 'timezone'").fetchall()[0][0]


def quoted_paths(paths: Iterable[Path]) -> str:
    """Paths as SQL string literals, with commas between."""
    return ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
