"""The order in which standing batches of a table speak, and which of them are states.

Records and edits speak in the order of import. A state speaks on its day, so states are put in the order of their days, whenever they
came. A record is heard after all the states that were in when it came: it corrects what was known then.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple, overload

import duckdb

from data.log import feed_keys
from data.log.file_days import day_in_name
from data.log.staged import Staged

STATE, RECORDS = "state", "records"
TABLES_OF_STATES = ("contracts", "accounts")
EDITS = 1_000_000_000  # an edit made in the app is heard after every file
COMING = -1  # stands for a file that is not in yet
FEW = 200  # numbers that are written out


class Place(NamedTuple):
    """A standing batch of one table. day: of the state that it is, None for records. A batch of a higher rank is heard after.

    moment: the day, for records that of the newest state that was there when they came. ends_on: the day on which what it leaves out
    has ended; None where it does not say "these are all". months: whether it is of a log of months. by: the key by which its rows are read, where that is another than they came under.
    """

    batch: int
    feed: str
    edit: bool
    columns: tuple[str, ...]
    day: date | None
    ends_on: date | None = None
    moment: date = date.min
    rank: int = 0
    months: bool = False
    by: str = ""


class _Alike(NamedTuple):
    """Batches of one table that have the same columns and come in the same way, in the order of import."""

    edit: bool
    feed: str
    columns: tuple[str, ...]
    batches: list[int]


class Records(Sequence[Place]):
    """The places of a table that knows no states, in the order of rank: by themselves they are in the order of import, edits last. Every deed
    on a page is a batch, and a team makes a thousand a day: what is asked of all of them is answered without a look at each."""

    def __init__(self, alike: Sequence[_Alike]) -> None:
        self.alike = alike

    @cached_property
    def _each(self) -> list[Place]:
        found = [
            Place(batch, one.feed, one.edit, one.columns, None, rank=_rank(batch, one.edit)) for one in self.alike for batch in one.batches
        ]
        return sorted(found, key=lambda place: place.rank)

    def __len__(self) -> int:
        return sum(len(one.batches) for one in self.alike)

    @overload
    def __getitem__(self, at: int) -> Place: ...
    @overload
    def __getitem__(self, at: slice) -> list[Place]: ...
    def __getitem__(self, at: int | slice) -> Place | list[Place]:
        return self._each[at]

    def of(self, edit: bool) -> list[int]:
        """The batches of files, or of edits."""
        return [batch for one in self.alike if one.edit is edit for batch in one.batches]


def _rank(batch: int, edit: bool) -> int:
    return batch + (EDITS if edit else 0)


def numbers(found: Iterable[int], of: str = "integer") -> str:
    """SQL for a column of numbers of our own, never input. Many of them are one text, which is read far quicker than so many words."""
    return f"select unnest(string_split('{','.join(map(str, map(int, found))) or '-1'}', ',')::{of}[])"


def among(found: Sequence[int]) -> str:
    """SQL for what stands behind `in`: few numbers written out, so that whoever plans the query sees them."""
    return f"({', '.join(map(str, map(int, found))) or '-1'})" if len(found) <= FEW else f"({numbers(found)})"


def places(
    cursor: duckdb.DuckDBPyConnection, table: str, standing: Sequence[int] | str, as_of: date | None = None, coming: Staged | None = None
) -> Sequence[Place]:
    """The standing batches of a table, in the order of rank.

    standing: the batches that stand, of other tables too, or SQL for them. as_of: states of later days are heard before all else, the latest first: they tell only what nothing else does, as the first state
    reaches back to the time before it. coming: a file that is not in yet, beside which lines go by a key that is unique in it too.
    """
    batches = f"({standing if isinstance(standing, str) else numbers(standing)})"
    if table not in TABLES_OF_STATES:
        query = f"""select coalesce(edit, false), feed, columns, list(batch order by batch) from batches
            where table_name = ? and batch in {batches} group by 1, 2, 3"""
        return Records([_Alike(edit, feed, tuple(columns), own) for edit, feed, columns, own in cursor.execute(query, [table]).fetchall()])
    rows = cursor.execute(
        f"""select batch, b.feed, coalesce(edit, false), columns, rows, coalesce(declares, false), b.covers_to, file, complete, s.ends_on,
        m.batch is not null, coalesce(partial, false), keys from batches b left join snapshots s using (batch) left join month_logs m using (batch)
        where table_name = ? and batch in {batches} order by batch""",
        [table],
    ).fetchall()
    told = [_Row(*row) for row in rows]
    return _ranked(_by_key(table, _as_declared(told), {row.batch: tuple(row.keys) for row in told if row.keys}, coming), as_of)


def rows_of(table: str, found: Sequence[Place]) -> str:
    """SQL for the rows of a table with a key, each under the key by which its feed's lines go."""
    moved = {} if isinstance(found, Records) else {place.batch: place.by for place in found if place.by}
    return f"(select * replace ({feed_keys.moved(moved)} as row_key) from rows_{table})" if moved else f"rows_{table}"


def _by_key(table: str, found: list[Place], keys: dict[int, tuple[str, ...]], coming: Staged | None) -> list[Place]:
    """The places, those with the key by which they are read that came under another one than the lines of their feed go by now."""
    read: dict[int, str] = {}
    for feed in {place.feed for place in found if place.batch in keys}:
        own = [place for place in found if place.feed == feed and place.batch in keys]
        beside = {COMING: coming.keys} if coming and coming.feed == feed and coming.keys else {}
        state = any(place.day for place in own) or bool(beside and coming and coming.rows == STATE)
        read |= feed_keys.keys_by_file(table, {place.batch: keys[place.batch] for place in own} | beside, state=state)
    return [
        place._replace(by=read[place.batch]) if place.batch in keys and read[place.batch] != keys[place.batch][0] else place
        for place in found
    ]


def has_states(found: Sequence[Place]) -> bool:
    return not isinstance(found, Records) and any(place.day for place in found)


def having(found: Sequence[Place], column: str) -> int:
    """How many of the batches have a column; the end of a line is among those of a log of months."""
    if isinstance(found, Records):
        return sum(len(one.batches) for one in found.alike if column in one.columns)
    return sum(column in place.columns or (place.months and column == "ends_on") for place in found)


def inline(found: Sequence[Place]) -> str:
    """The ranks of batches as an SQL relation of batch and rank."""
    if isinstance(found, Records):
        files, edits = (
            f"select batch, batch + {_rank(0, edit)}::bigint as rank from ({numbers(found.of(edit))}) own(batch)" for edit in (False, True)
        )
        return f"(select * from ({files} union all {edits})) placed"
    if len(found) <= FEW:
        pairs = ", ".join(f"({place.batch}, {place.rank})" for place in found) or "(-1, -1)"
        return f"(values {pairs}) placed(batch, rank)"
    ranks = numbers((place.rank for place in found), "bigint").removeprefix("select ")
    return f"(select * from ({numbers(place.batch for place in found)}, {ranks})) placed(batch, rank)"


class _Row(NamedTuple):
    batch: int
    feed: str
    edit: bool
    columns: list[str]
    said: str | None
    declares: bool
    covers_to: date | None
    file: str
    complete: bool | None
    ends_on: date | None
    months: bool
    partial: bool
    keys: list[str] | None


def _as_declared(rows: Sequence[_Row]) -> list[Place]:
    """What each batch is: as the last later one of its feed declares, else as it came; a state without a day stays a record.

    A state that did not say whether it is complete is what the newest of its feed says that does; one that came as a part never is.
    """
    declared: dict[str, str | None] = {}
    complete = {row.feed: row.complete for row in rows if row.complete is not None and not row.partial}
    found = []
    for row in reversed(rows):
        day = (row.covers_to or day_in_name(row.file)) if not row.edit and declared.get(row.feed, row.said) == STATE else None
        whole = complete.get(row.feed) if row.complete is None else row.complete
        ends_on = (day if whole and not row.partial else None) if day else row.ends_on
        found.append(Place(row.batch, row.feed, row.edit, tuple(row.columns), day, ends_on, months=row.months))
        if row.declares:
            declared[row.feed] = row.said
    return found[::-1]


def _ranked(found: list[Place], as_of: date | None) -> list[Place]:
    """In the order in which they are heard: edits last, a record after the states that were there when it came."""
    reached, keyed = date.min, []
    for place in found:
        later = bool(place.day and as_of and place.day > as_of)
        if place.day and not later:
            reached = max(reached, place.day)
        moment = place.day or reached
        at = -moment.toordinal() if later else moment.toordinal()
        keyed.append(((place.edit, at, place.batch), place._replace(moment=moment)))
    ordered = [place for _, place in sorted(keyed, key=lambda pair: pair[0])]
    return [place._replace(rank=(EDITS if place.edit else 0) + number) for number, place in enumerate(ordered)]
