"""Lines that stand and that would be cut otherwise, by the keys that hold once other files stand: one counts twice, or two become one."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import duckdb

from data.log.feed_keys import columns_of, key_in_sql, moved
from data.log.places import among, places
from data.schema import TABLES


class CutAnew(NamedTuple):
    """line: a line by its key so far. twice: whether it would be two lines, else one with another. others: those lines. newest: the newest
    batch that has one of them."""

    line: str
    twice: bool
    others: tuple[str, str]
    newest: int


def by_marking(cursor: duckdb.DuckDBPyConnection, batch: int, standing: Collection[int], *, undo: bool) -> CutAnew | None:
    """What undo or redo of a file would cut otherwise among the lines of all other files; None where nothing, or where just these files have
    stood together before. standing: the batches that stand before it, of its table."""
    table, keys = cursor.execute("select table_name, keys from batches where batch = ?", [batch]).fetchall()[0]
    if not keys or not TABLES[table].alternative_keys:
        return None
    before, after = sorted(standing), sorted({*standing} ^ {batch})
    found = _first(cursor, table, before, after) or (None if undo or len(keys) == 1 else _renamed(cursor, table, before, after, batch))
    return None if found is None or _stood_before(cursor, table, after) else found


def _first(cursor: duckdb.DuckDBPyConnection, table: str, before: Sequence[int], after: Sequence[int]) -> CutAnew | None:
    was, is_now = read_by(cursor, table, before), read_by(cursor, table, after)
    both = was.keys() & is_now.keys()
    if all(was[batch] == is_now[batch] for batch in both):
        return None
    return cut(cursor, table, {batch: was[batch] for batch in both}, {batch: is_now[batch] for batch in both})


def cut(cursor: duckdb.DuckDBPyConnection, table: str, before: dict[int, str], after: dict[int, str]) -> CutAnew | None:
    """The first line of the batches that would be two, else two lines under one sort of key that would be one. before, after: the key by which
    the rows of each batch are read; empty where they are read as they came."""
    old, now = (_text({batch: key for batch, key in keys.items() if key}) for keys in (before, after))
    query = f"""
        with stands as (select {old} as old, {now} as now, regexp_replace({old}, '=[^|]*', '', 'g') as sort, batch
            from rows_{table} where batch in {among(sorted(before))})
        select min(old) as line, true as twice, min(now), max(now), max(batch) from stands where old is not null group by old
            having count(distinct now) > 1
        union all
        select min(old), false, min(old), max(old), max(batch) from stands
            group by now, case when contains(old, '=') then sort else '' end having count(distinct old) > 1
        order by twice desc, line limit 1"""
    rows = cursor.execute(query).fetchall()
    return CutAnew(rows[0][0], rows[0][1], (rows[0][2], rows[0][3]), rows[0][4]) if rows else None


def _text(keys: dict[int, str]) -> str:
    return moved(keys) if keys else "row_key"


def read_by(cursor: duckdb.DuckDBPyConnection, table: str, standing: Sequence[int]) -> dict[int, str]:
    """The key by which the rows of each batch are read, where that is another than they came under; else an empty text."""
    return {place.batch: place.by for place in places(cursor, table, standing)}


def _renamed(cursor: duckdb.DuckDBPyConnection, table: str, before: Sequence[int], after: Sequence[int], batch: int) -> CutAnew | None:
    """A line that moves with a batch that comes back, and that it has under its key so far and not under its new one: renamed, or one more?"""
    was, placed = read_by(cursor, table, before), {place.batch: place for place in places(cursor, table, after)}
    own = dict(cursor.execute(f"select batch, keys[1] from batches where keys is not null and batch in {among(after)}").fetchall())
    is_now = {one: placed[one].by or key for one, key in own.items()}
    now, sorts = key_in_sql(is_now[batch]), dict[str, list[int]]()
    for one in own.keys() & was.keys():
        key = was[one] or own[one]
        if (
            key != is_now[one] == is_now[batch]
            and placed[one].feed == placed[batch].feed
            and {*columns_of(key)} <= {*placed[batch].columns}
        ):
            sorts.setdefault(key, []).append(one)
    for key, batches in sorts.items():
        old = key_in_sql(key)
        query = f"""
            with comes as (select {old} as old, {now} as now from rows_{table} where batch = {batch})
            select {old} as line, {now}, max(batch) from rows_{table} where batch in {among(batches)}
                and {old} in (select old from comes) and {now} not in (select now from comes) group by all order by 1 limit 1"""
        for line, later, newest in cursor.execute(query).fetchall():
            return CutAnew(line, True, (later, line), newest)
    return None


def _stood_before(cursor: duckdb.DuckDBPyConnection, table: str, after: Collection[int]) -> bool:
    """Whether the files among these batches have once been just those that stood."""
    entries = cursor.execute(
        "select batch, action = 'undo' from log join batches using (batch) where table_name = ? and keys is not null order by seq", [table]
    ).fetchall()
    wanted, stands = sum(1 << batch for batch in {*after} & {batch for batch, _ in entries}), 0
    for batch, undone in entries:
        stands = stands & ~(1 << batch) if undone else stands | (1 << batch)
        if stands == wanted:
            return True
    return False
