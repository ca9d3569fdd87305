"""The order in which standing batches of a table speak, and which of them are states.

Records and edits speak in the order of import. A state speaks on its day, so states are put in the order of their days, whenever they
came. A record is heard after all the states that were in when it came: it corrects what was known then.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import duckdb

from data.log.file_days import day_in_name

STATE, RECORDS = "state", "records"
TABLES_OF_STATES = ("contracts", "accounts")
EDITS = 1_000_000_000  # an edit made in the app is heard after every file


@dataclass(frozen=True)
class Place:
    """A standing batch of one table. day: of the state that it is, None for records. A batch of a higher rank is heard after.

    moment: the day, for records that of the newest state that was there when they came. ends_on: the day on which what it leaves out
    has ended; None where it does not say "these are all". months: whether it is of a log of months.
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


def places(cursor: duckdb.DuckDBPyConnection, table: str, standing: Sequence[int], as_of: date | None = None) -> list[Place]:
    """The standing batches of a table, in the order of rank.

    as_of: states of later days are heard before all else, the latest first: they tell only what nothing else does, as the first state
    reaches back to the time before it.
    """
    batches = ", ".join(str(int(batch)) for batch in standing) or "-1"
    rows = cursor.execute(
        f"""select batch, b.feed, coalesce(edit, false), columns, rows, coalesce(declares, false), b.covers_to, file, complete, s.ends_on,
        m.batch is not null from batches b left join snapshots s using (batch) left join month_logs m using (batch)
        where table_name = ? and batch in ({batches}) order by batch""",
        [table],
    ).fetchall()
    return _ranked(_as_declared([_Row(*row) for row in rows]), as_of)


def has_states(found: Sequence[Place]) -> bool:
    return any(place.day for place in found)


def inline(found: Sequence[Place]) -> str:
    """The ranks of batches as an SQL relation of batch and rank; numbers of our own, never input."""
    pairs = ", ".join(f"({place.batch}, {place.rank})" for place in found) or "(-1, -1)"
    return f"(values {pairs}) placed(batch, rank)"


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


def _as_declared(rows: Sequence[_Row]) -> list[Place]:
    """What each batch is: as the last later one of its feed declares, else as it came; a state without a day stays a record.

    A state that did not say whether it is complete is what the newest of its feed says that does.
    """
    declared: dict[str, str | None] = {}
    complete = {row.feed: row.complete for row in rows if row.complete is not None}
    found = []
    for row in reversed(rows):
        day = (row.covers_to or day_in_name(row.file)) if not row.edit and declared.get(row.feed, row.said) == STATE else None
        whole = complete.get(row.feed) if row.complete is None else row.complete
        ends_on = (day if whole else None) if day else row.ends_on
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
        keyed.append(((place.edit, at, place.batch), replace(place, moment=moment)))
    ordered = [place for _, place in sorted(keyed, key=lambda pair: pair[0])]
    return [replace(place, rank=(EDITS if place.edit else 0) + number) for number, place in enumerate(ordered)]
