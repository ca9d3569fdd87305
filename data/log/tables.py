"""The tables inside the store: the log, its batches, one table of rows per table of the contract, and the usage rollups."""

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import duckdb

from data.log.older_keys import add_to_older
from data.log.quantities import DECIMAL, worked_out
from data.schema import KEYED_TABLES, TABLES, Column

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

# Rises where what is kept changes its meaning, and no table or column tells so: a program that knows a lower one leaves the store alone.
FORMAT = 1

FIXED = (
    "create table if not exists meta (key varchar, value varchar)",
    "create table if not exists log (seq bigint, action varchar, batch integer, logged_at timestamp, who varchar)",
    # What was done by whom, sealed entry over entry (data/audit).
    """create table if not exists audit (seq bigint, done_at timestamp, actor varchar, roles varchar, scope varchar, way varchar, action varchar,
        kind varchar, object varchar, detail varchar, key varchar, previous varchar, hash varchar)""",
    """create table if not exists batches (
        batch integer, table_name varchar, feed varchar, file varchar, sha256 varchar, mapping varchar, columns varchar[],
        read bigint, accepted bigint, rejected bigint, duplicate bigint, waiting bigint, stored bigint,
        covers_from date, covers_to date, covers_all_accounts boolean, edit boolean, header varchar[],
        first_at timestamp, last_at timestamp, day_gap double, rows varchar, declares boolean, complete boolean,
        erased bigint, too_old bigint, partial boolean, keys varchar[])""",
    'create table if not exists problems (batch integer, line bigint, "column" varchar, value varchar, reason varchar, rejected boolean)',
    "create table if not exists rejected_rows (batch integer, line bigint, cells varchar[])",
    # Batches that said "these are all": what their feed had and they do not ends on the day.
    "create table if not exists snapshots (batch integer, feed varchar, ends_on date)",
    # Batches that tell what was paid in each month, and the months that they speak for.
    "create table if not exists month_logs (batch integer, feed varchar, covers_from date, covers_to date)",
    # What the rows of a batch added up to when they were written, by the hash of that version of the engine.
    "create table if not exists checksums (batch integer, part varchar, columns varchar[], rows bigint, checksum varchar, engine varchar)",
    "create table if not exists attributes (batch integer, line bigint, row_key varchar, name varchar, value varchar)",
    # Ids of events are kept once, as numbers: a subject is an account, or a contract whose account is found when looked at;
    # a user belongs to a subject, and has no id where events of the subject name no user.
    "create table if not exists subjects (subject integer, account_id varchar, contract_id varchar)",
    "create table if not exists users (user_no integer, subject integer, user_id varchar)",
    # Ids of users that are of one person. device: the other is a device, of the first user who was seen on it, since then.
    "create table if not exists user_links (batch integer, one varchar, other varchar, device boolean, since timestamp)",
    "create table if not exists event_names (event_no integer, event varchar)",
    # Few columns, since each costs time and room for every event; what only some events have stands beside.
    """create table if not exists usage_events (batch integer, line bigint, user_no integer, event_no integer,
        occurred_at timestamp, quantity double)""",
    "create table if not exists event_ids (batch integer, line bigint, event_id varchar)",
    # What tells equal events without an id apart, as digests: the series says of what the marks are (data/usage/overlap.py).
    "create table if not exists event_marks (batch integer, line bigint, series ubigint, mark ubigint)",
    # Events that earlier batches of the feed hold too; a holder is a set of batches, in rollups 0 stands for none.
    "create table if not exists held_events (batch integer, line bigint, holder integer)",
    "create table if not exists holders (holder integer, batches integer[])",
    "create table if not exists usage_bits (batch integer, subject integer, user_no integer, month date, bits integer)",
    "create table if not exists usage_counts (batch integer, subject integer, event_no integer, day date, holder integer, n bigint)",
    # Sums of the quantities of events that say one; `below`: of the negative ones alone. And batches whose events before a day were let go of
    # before sums were kept, so that their quantities are not known.
    f"""create table if not exists usage_quantities (batch integer, subject integer, event_no integer, day date, holder integer, n bigint,
        total {DECIMAL}, below {DECIMAL})""",
    "create table if not exists quantities_lost (batch integer, known_from date)",
    # Active days of users by event, where an event is, or was, no use of the product (data/usage/by_event.py): 0 stands for all other events;
    # and which events of which months of a batch are told apart so.
    "create table if not exists usage_event_bits (batch integer, subject integer, user_no integer, month date, event_no integer, bits integer)",
    "create table if not exists usage_told_apart (batch integer, event_no integer, month date)",
    # What was asked for that needs consent, and what was said to it: events, only ever added. detail: JSON.
    "create table if not exists approvals (seq bigint, request integer, action varchar, event_at timestamp, who varchar, detail varchar)",
    "create table if not exists usage_spans (batch integer, subject integer, month date, first_day date, last_day date)",
    # Erasures, each with what went by table as JSON; what stands for whom went (keyed hashes); how many rows of which batch went; and
    # what each erased account added to the figures of a close, in cents, so that the figures stay what they were.
    "create table if not exists erasures (erasure integer, kind varchar, erased_at timestamp, who varchar, told varchar)",
    "create table if not exists erased_keys (erasure integer, kind varchar, hash varchar, length integer, key varchar)",
    "create table if not exists erased_rows (erasure integer, batch integer, part varchar, rows bigint)",
    """create table if not exists erased_figures (erasure integer, close_id varchar, label varchar, opening_mrr bigint, closing_mrr bigint,
        retained_mrr bigint, arr bigint, opened bigint, kept bigint)""",
    # Batches of events whose events before a day are kept as rollups only, and how many events those are.
    "create table if not exists reduced (batch integer, kept_from date, rows bigint)",
    # Batches that came as rollups of events that lie elsewhere (data/rollups): of which month, and the digest of what came.
    "create table if not exists rollup_months (batch integer, feed varchar, month date, content varchar, engine varchar)",
    "create table if not exists reduced_ids (batch integer, event_id varchar, subject integer, day date, holder integer)",
)


# A store of the first layout kept ids and holders in the event rows themselves.
FROM_FIRST = (
    "insert into users select (select coalesce(max(user_no), 0) from users) + row_number() over (order by subject), subject, null "
    "from (select distinct subject from first_events where user_no = 0)",
    "insert into usage_events select e.batch, line, case when e.user_no = 0 then u.user_no else e.user_no end, event_no, occurred_at, quantity "
    "from first_events e left join users u on u.subject = e.subject and u.user_id is null and e.user_no = 0",
    "insert into event_ids select batch, line, event_id from first_events where event_id is not null",
    "insert into held_events select batch, line, holder from first_events where holder <> 0",
    "insert into usage_spans select batch, subject, date_trunc('month', day)::date as month, min(day), max(day) from usage_counts group by all",
    "drop table first_events",
)


def create_layout(connection: duckdb.DuckDBPyConnection, timezone: str, *, new: bool = False) -> None:
    """Make what is missing; the time zone in which days are cut is written once and stays. Nothing is to do where this very layout is there.

    new: there was no file before, so that nothing has to be looked for in it.
    """
    if not new and has_this_layout(connection):
        return
    outdated = not new and _is_first(connection)
    unkeyed = not new and ("batches", "keys") in _missing(connection)
    unsummed = not new and not _has_table(connection, "usage_quantities")
    connection.execute("begin")
    if outdated:
        connection.execute("alter table usage_events rename to first_events")
    for statement in (*FIXED, *rows_tables()):
        connection.execute(statement)
    for statement in () if new else _lacking(connection):
        connection.execute(statement)
    for statement in FROM_FIRST if outdated else ():
        connection.execute(statement)
    if unkeyed:
        add_to_older(connection)
    connection.execute("insert into meta select 'timezone', ? where not exists (from meta where key = 'timezone')", [timezone])
    for statement in worked_out(local_time(connection)) if unsummed else ():
        connection.execute(statement)
    connection.execute("delete from meta where key in ('layout', 'format')")
    connection.execute("insert into meta values ('layout', ?), ('format', ?)", [layout(), str(FORMAT)])
    connection.execute("commit")


@cache
def layout() -> str:
    """Tells this layout from every other one: of all that makes it."""
    made = (*FIXED, *rows_tables(), *sorted(map(str, _wanted().items())), str(FORMAT))
    return hashlib.sha256("\n".join(made).encode()).hexdigest()


def has_this_layout(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether a store was last opened by a program that keeps just what this one keeps: there is nothing to bring to it, or to look for."""
    return _layout_of(connection) == layout()


def _layout_of(connection: duckdb.DuckDBPyConnection) -> str | None:
    """The layout that a store says it has; None where it is older than that."""
    try:
        found = connection.execute("select value from meta where key = 'layout'").fetchall()
    except duckdb.CatalogException:
        return None
    return found[0][0] if found else None


def _is_first(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the store is of the first layout."""
    first = "select 1 from duckdb_columns() where table_name = 'usage_events' and column_name = 'holder'"
    return bool(connection.execute(first).fetchall())


def _has_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    query = "select 1 from duckdb_tables() where table_name = ? and database_name = current_database()"
    return bool(connection.execute(query, [name]).fetchall())


def _lacking(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Statements that add the columns which tables of an older store do not have yet; what was imported before is empty in them."""
    return [f'alter table {table} add column "{name}" {kind}' for (table, name), kind in _missing(connection).items()]


def _missing(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """The columns, with their types, that the tables of an older store do not have yet."""
    there = set(connection.execute("select table_name, column_name from duckdb_columns()").fetchall())
    return {(table, name): kind for (table, name), kind in _wanted().items() if (table, name) not in there}


def _wanted() -> dict[tuple[str, str], str]:
    """Columns that tables of an older store may lack, by table and name, with their type."""
    wanted = {(f"rows_{name}", column.name): sql_type(column) for name in KEYED_TABLES for column in TABLES[name].columns}
    return (
        wanted
        | {
            ("batches", "rows"): "varchar",
            ("batches", "declares"): "boolean",
            ("batches", "complete"): "boolean",
            ("batches", "partial"): "boolean",
            ("batches", "keys"): "varchar[]",
        }
        | dict.fromkeys([("batches", "erased"), ("batches", "too_old")], "bigint")
    )


def sql_type(column: Column) -> str:
    return SQL_TYPES.get(column.kind, "varchar")


def rows_tables() -> list[str]:
    """Statements that make the tables of rows that have a key."""
    return [_rows_table(name) for name in KEYED_TABLES]


def _rows_table(name: str) -> str:
    columns = ", ".join(f'"{column.name}" {sql_type(column)}' for column in TABLES[name].columns)
    return f"create table if not exists rows_{name} (batch integer, line bigint, row_key varchar, {columns})"


def timezone_of(cursor: duckdb.DuckDBPyConnection) -> str:
    return cursor.execute("select value from meta where key = 'timezone'").fetchall()[0][0]


def local_time(cursor: duckdb.DuckDBPyConnection) -> str:
    """SQL for an event's moment in the store's time zone, in which days are cut."""
    zone = timezone_of(cursor).replace("'", "")
    return "occurred_at" if zone == "UTC" else f"((occurred_at at time zone 'UTC') at time zone '{zone}')"


def quoted_paths(paths: Iterable[Path]) -> str:
    """Paths as SQL string literals, with commas between."""
    return ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
