"""The lines of a new file beside those of its feed: under the key that tells all of them apart, or a question where none is sure to.

Which key that is: data/log/feed_keys.py. Asked where a line of the feed would count twice, or two would become one, without anybody's word.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import NamedTuple

import duckdb
import polars as pl

from data.importing.findings import Question
from data.importing.outcome import NeedsAnswer
from data.log.cut_anew import cut
from data.log.feed_keys import columns_of, key_in_sql, keys_by_file
from data.log.feed_settings import as_told
from data.log.places import COMING, STATE, places, rows_of
from data.log.staged import Staged, row_key
from data.log.tables import quoted_paths
from data.store.store import Store

CONTRACT, AMOUNT = "contract_id", "amount"
HINT = "Best is a column that numbers the lines of a contract, mapped as line_id. A file of another system belongs under a feed of its own."


class _Group(NamedTuple):
    """Standing files of the feed that are read by one key. moves: whether they go by the new file's key once it is in."""

    key: str
    batches: list[int]
    columns: frozenset[str]
    moves: bool


def under_feed_key(store: Store, staged: Staged, *, given: bool) -> Staged:
    """The staged file with its rows under the key by which its feed's lines go. given: whether somebody, or the file's known export, has
    said by which. Raises NeedsAnswer where a line could count twice."""
    if not staged.keys or not staged.parts:
        return staged
    with store.reading() as cursor:
        standing = store.standing(cursor)
        key, groups, apart = _beside(cursor, staged, standing)
        doubts = chain(_doubtful(cursor, staged, key, groups), _parted(cursor, staged, key, groups, standing), apart)
        asked = None if given else next(doubts, None)
    if asked:
        raise NeedsAnswer([asked], staged.file)
    return staged if key == staged.keys[0] else _under(staged, key)


def _beside(cursor: duckdb.DuckDBPyConnection, staged: Staged, standing: Sequence[int]) -> tuple[str, list[_Group], list[Question]]:
    """The key of the new file, what stands of its feed, and what must be asked where lines of two of its files would part from each other,
    since one of them goes by a key that was given and the other moves."""
    heard = [place for place in places(cursor, staged.table, standing) if place.feed == staged.feed and not (place.edit or place.months)]
    listed = ", ".join(str(place.batch) for place in heard) or "-1"
    rows = cursor.execute(f"select batch, keys from batches where keys is not null and batch in ({listed})").fetchall()
    own, state = {batch: tuple(keys) for batch, keys in rows}, any(place.day for place in heard)
    before = keys_by_file(staged.table, own, state=state)
    after = keys_by_file(staged.table, own | {COMING: staged.keys}, state=state or staged.rows == STATE)
    columns = {place.batch: frozenset(place.columns) for place in heard}
    found: dict[tuple[str, bool], list[int]] = {}
    for batch, key in before.items():
        found.setdefault((key, after[batch] == after[COMING]), []).append(batch)
    groups = [
        _Group(key, batches, frozenset.intersection(*(columns[batch] for batch in batches)), moves)
        for (key, moves), batches in found.items()
    ]
    moves = any(after[batch] != key for batch, key in before.items())
    found_apart = cut(cursor, staged.table, before, {batch: after[batch] for batch in before}) if moves else None
    return after[COMING], groups, [_which_key(staged, before[found_apart.newest], found_apart.line)] if found_apart else []


def _doubtful(cursor: duckdb.DuckDBPyConnection, staged: Staged, key: str, groups: Sequence[_Group]) -> Iterator[Question]:
    """What must be asked of lines that the file seems to speak of, and that its key does not meet."""
    for group in groups:
        if group.moves and group.key != key and (line := _cut_anew(cursor, staged, key, group)):
            yield _which_key(staged, group.key, line)
        if group.moves and AMOUNT in columns_of(key) and (line := _of_another_amount(cursor, staged, key, group)):
            yield _which_key(staged, group.key, line)
        if group.moves and group.key == key == CONTRACT and staged.partial and (met := _other_product(cursor, staged, group)):
            yield _became_or_beside(staged, *met)
        if not group.moves and (line := _met_loosely(cursor, staged, group)):
            yield _which_key(staged, group.key, line)


def _cut_anew(cursor: duckdb.DuckDBPyConnection, staged: Staged, key: str, group: _Group) -> str | None:
    """A line of the feed, by its key so far, that would not be just one line by the new key: of several rows, or since the file has lines
    of that key so far and not this one."""
    stands = (
        f"select distinct {key_in_sql(group.key)} as old, {key_in_sql(key)} as now from rows_{staged.table} where batch in {_listed(group)}"
    )
    union = ""
    if {*columns_of(group.key)} <= {*staged.columns}:
        comes = f"select {key_in_sql(group.key)} as old, {key_in_sql(key)} as now from read_parquet([{quoted_paths(staged.parts)}])"
        union = "union all select old from stands where old in (select old from comes) and now not in (select now from comes)"
        stands = f"{stands}), comes as ({comes}"
    query = f"""with stands as ({stands})
        select min(old) from (
            select old from stands group by old having count(*) > 1
            union all select min(old) from stands group by now having count(*) > 1
            {union})"""
    return cursor.execute(query).fetchall()[0][0]


def _parted(
    cursor: duckdb.DuckDBPyConnection, staged: Staged, key: str, groups: Sequence[_Group], standing: Sequence[int]
) -> Iterator[Question]:
    """What must be asked where lines of the feed that another feed has too, and that counted once, go by another key than there now."""
    moving = [group for group in groups if group.moves and group.key != key]
    others = [place for place in places(cursor, staged.table, standing) if place.feed != staged.feed and not place.edit] if moving else []
    for group in moving if others else ():
        listed = ", ".join(str(place.batch) for place in others)
        query = f"""
            with others as (select row_key, batch from {rows_of(staged.table, others)} where batch in ({listed})),
            stands as (select {key_in_sql(group.key)} as old, {key_in_sql(key)} as now from rows_{staged.table} where batch in {_listed(group)})
            select b.feed, min(old) from stands join others on row_key = old join batches b using (batch)
            where now not in (select row_key from others where row_key is not null) group by 1 order by 1 limit 1"""
        for other, line in cursor.execute(query).fetchall():
            yield _both_feeds(staged, group.key, other, line)


def _both_feeds(staged: Staged, before: str, other: str, line: str) -> Question:
    """Asks for the key of a file by which lines would count once for each of two feeds that have them."""
    text = (
        f"Lines of “{staged.feed}” go by {_in_words(before)} so far, and so they meet those of “{other}”: {as_told(line)} stands in both, and "
        f"counts once. {staged.file} needs another key, and by it such lines would count twice. Undo what one of the two feeds brought of "
        "them first. By the key that you name, they stand in both."
    )
    return Question("key", None, text, tuple(_in_words(key) for key in staged.keys), HINT)


def _of_another_amount(cursor: duckdb.DuckDBPyConnection, staged: Staged, key: str, group: _Group) -> str | None:
    """A line that only its amount tells from others, where the file has it with another amount: is it changed, or one more?"""
    but = ",".join(name for name in columns_of(key) if name != AMOUNT)
    query = f"""
        with stands as (select {key_in_sql(key)} as one, {key_in_sql(but)} as alike from rows_{staged.table} where batch in {_listed(group)}),
        comes as (select {key_in_sql(key)} as one, {key_in_sql(but)} as alike from read_parquet([{quoted_paths(staged.parts)}]))
        select min(alike) from comes where alike in (select alike from stands) and one not in (select one from stands)"""
    return cursor.execute(query).fetchall()[0][0]


def _other_product(cursor: duckdb.DuckDBPyConnection, staged: Staged, group: _Group) -> tuple[str, str, str] | None:
    """A contract of one line, what it sold, and what a part of the feed says that it sells: that may be a second line."""
    if not {"product", "contract_id"} <= group.columns & {*staged.columns}:
        return None
    query = f"""
        with sold as (select contract_id, list(product) as known, arg_max(product, batch) as before from rows_{staged.table}
            where batch in {_listed(group)} and product is not null group by 1)
        select contract_id, before, s.product from read_parquet([{quoted_paths(staged.parts)}]) s join sold using (contract_id)
        where s.product is not null and not list_contains(known, s.product) order by 1 limit 1"""
    return next(iter(cursor.execute(query).fetchall()), None)


def _became_or_beside(staged: Staged, contract: str, before: str, now: str) -> Question:
    """Asks what a part that lists one line of a contract says of the line that was known."""
    each = "contract_id, product" if staged.rows == STATE else "contract_id, product, starts_on"
    text = (
        f"Contract {contract} has {before} in an earlier file of “{staged.feed}”, and {now} in what came now. Did the one become the other "
        f"(contract_id: a contract is one line), or are they two lines of it ({each})?"
    )
    return Question("key", "product", text, ("contract_id", each), HINT)


def _met_loosely(cursor: duckdb.DuckDBPyConnection, staged: Staged, group: _Group) -> str | None:
    """A line of the feed whose contract, or else account, product and start, the file has as well, under a key that cannot meet it."""
    both = group.columns & {*staged.columns}
    names = ["contract_id"] if "contract_id" in both else [name for name in ("account_id", "product", "starts_on") if name in both]
    same = " and ".join(f'r."{name}" is not distinct from s."{name}"' for name in names)
    filled = "and r.contract_id is not null" if names == ["contract_id"] else ""
    query = f"""select min(r.row_key) from rows_{staged.table} r join read_parquet([{quoted_paths(staged.parts)}]) s on {same}
        where r.batch in {_listed(group)} {filled}"""
    return cursor.execute(query).fetchall()[0][0]


def _listed(group: _Group) -> str:
    return f"({', '.join(map(str, group.batches))})"


def _which_key(staged: Staged, before: str, line: str) -> Question:
    """Asks for the key of a file whose lines cannot be met with those of its feed for certain."""
    text = (
        f"Lines of “{staged.feed}” go by {_in_words(before)} so far. {staged.file} needs another key, and by it {as_told(line)} of earlier "
        "files could count twice, or as one with another. Which columns tell lines apart? By the key that you name, a line that the "
        "file does not have stays as it is: where it only changed its name or start, undo the earlier file first."
    )
    return Question("key", None, text, tuple(_in_words(key) for key in staged.keys), HINT)


def _in_words(key: str) -> str:
    return ", ".join(columns_of(key))


def _under(staged: Staged, key: str) -> Staged:
    """The staged file with its rows under another key by which they are unique."""
    parts = tuple(path.with_name(f"keyed-{path.name}") for path in staged.parts)
    for path, made in zip(staged.parts, parts, strict=True):
        rows = pl.read_parquet(path)
        rows.with_columns(row_key=row_key(columns_of(key))).write_parquet(made, compression="uncompressed", statistics=False)
    return replace(staged, parts=parts, keys=(key, *(one for one in staged.keys if one != key)))
