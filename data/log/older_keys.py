"""The keys of contract files of a store that did not keep them, and which lines are read otherwise for it."""

import logging
import tomllib

import duckdb

from data.log.cut_anew import cut, read_by
from data.log.feed_keys import key_in_sql, moved, possible, written
from data.log.moments import data_version, standing_batches
from data.log.places import among
from data.schema import TABLES
from data.schema.columns import Table

COUNTED_ONCE = "counted_once:"  # before the name of a feed, in meta
log = logging.getLogger("holdfast.upgrade")


def add_to_older(connection: duckdb.DuckDBPyConnection) -> None:
    """Write down the keys of the files of a store that did not keep them: of one that came under a given key that one, else those by
    which its rows are unique. A state was written down with the key of its feed, given or not. The files of a feed of which a line would be
    two by the common key, or two would be one, keep each the key that they came under."""
    query = """select batch, table_name, mapping, columns, coalesce(rows, '') = 'state' from batches where not coalesce(edit, false)
        and batch not in (select batch from month_logs) order by batch"""
    for batch, table, mapping, columns, is_state in connection.execute(query).fetchall():
        contract = TABLES.get(table)
        if contract and contract.alternative_keys:
            found = () if is_state else _given(mapping or "")
            keys = [written(found)] if found else _unique(connection, contract, batch, {*columns}, state=is_state)
            connection.execute("update batches set keys = ? where batch = ?", [keys or None, batch])
    for name, table in TABLES.items():
        if table.alternative_keys:
            _hold(connection, name)
            _write_down(connection, name)


def _hold(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Leave the files of a feed with the key that each came under, where by the common one a line would be two, or two would be one."""
    standing = standing_batches(connection, data_version(connection), table)
    read, feeds = read_by(connection, table, standing), dict(connection.execute("select batch, feed from batches").fetchall())
    before = dict.fromkeys(read, "")
    for feed in sorted({feeds[batch] for batch, key in read.items() if key}):
        after = {batch: key if feeds[batch] == feed else "" for batch, key in read.items()}
        if cut(connection, table, before, after):
            connection.execute("update batches set keys = keys[1:1] where table_name = ? and feed = ? and keys is not null", [table, feed])


def _write_down(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Keep how many lines of each feed stood more than once, under several keys, and count once from now on."""
    standing = standing_batches(connection, data_version(connection), table)
    read = {batch: key for batch, key in read_by(connection, table, standing).items() if key}
    query = f"""
        with stands as (select feed, row_key as old, {moved(read)} as now from rows_{table} join batches using (batch)
            where batch in {among(standing)}),
        met as (select feed, now from stands where now is not null group by all having count(distinct old) > 1)
        select feed, count(*) from met group by 1 order by 1"""
    for feed, lines in connection.execute(query).fetchall() if read else ():
        connection.execute("insert into meta values (?, ?)", [f"{COUNTED_ONCE}{feed}", str(lines)])
        log.warning("Lines of “%s” that stood under several keys, and counted more than once, count once from now on: %s.", feed, lines)


def counted_once(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    """Sentences about feeds whose figures an upgrade has changed: how many of their lines counted more than once before it."""
    query = "select key, value::bigint from meta where starts_with(key, ?) order by 1"
    return [
        f"Lines of “{feed}” that counted more than once before an upgrade of this store, and count once since: {lines:,}."
        for key, lines in cursor.execute(query, [COUNTED_ONCE]).fetchall() if (feed := key.removeprefix(COUNTED_ONCE))
    ]  # fmt: skip


def _given(mapping: str) -> tuple[str, ...]:
    try:
        return tuple(tomllib.loads(mapping).get("key", ()))
    except tomllib.TOMLDecodeError:  # of a version that is no more
        return ()


def _unique(connection: duckdb.DuckDBPyConnection, table: Table, batch: int, columns: set[str], *, state: bool) -> list[str]:
    """The keys by which the rows of a batch are unique, the one first under which they are kept; empty where they are kept under none."""
    keys = [written(key) for key in possible(table, state=state) if {*key} <= columns]
    if not keys:
        return []
    told = ", ".join(f"count(distinct {key_in_sql(key)}) = count(*), bool_and({key_in_sql(key)} = row_key)" for key in keys)
    row = connection.execute(f"select {told} from rows_{table.name} where batch = ?", [batch]).fetchall()[0]
    own = next((key for key, is_own in zip(keys, row[1::2], strict=True) if is_own), None)
    return [own, *(key for key, unique in zip(keys, row[::2], strict=True) if unique and key != own)] if own else []
