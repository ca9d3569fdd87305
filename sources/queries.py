"""What the readers of databases share: which column is the cursor, what it counts, and a database that does not answer."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Protocol

import pyarrow as pa

from language import mark
from sources.fetched import DAY, INSTANT, LOCAL, NUMBER, TEXT, WRITTEN, Cursor, SourceFailed, check_overlap
from sources.sql_keys import SqlSource

COUNTED = {
    INSTANT: mark("moments"), LOCAL: mark("moments without a time zone"), DAY: mark("days"), NUMBER: mark("numbers"), TEXT: mark("texts"),
    WRITTEN: mark("moments as texts"),
}  # fmt: skip
NAN = {"NaN", "nan", "Infinity", "inf"}


class Unreachable(SourceFailed):
    """The database did not answer: what a second try may mend."""


class Table(Protocol):
    """A query that is being answered. fields: columns with their types in the database's words. clock: the database's own, for cursors of a
    kind. batches: the rows, in the order of the cursor, each batch with the greatest that it has; None where it has none."""

    fields: dict[str, str]

    def clock(self, kind: str) -> datetime | None: ...
    def cursor_of(self, value: Any) -> Cursor: ...
    def batches(self) -> Iterator[tuple[pa.RecordBatch, Any]]: ...
    def close(self) -> None: ...


def cursor_column(source: SqlSource, columns: list[str]) -> str | None:
    """The name of the cursor's column as the database has it; None where the source has no cursor. Raises SourceFailed."""
    doubled = sorted({one for one in columns if columns.count(one) > 1})
    if doubled:
        raise SourceFailed(f"The query has two columns named {doubled[0]}.", "Give one of them another name in the query: select x as y.")
    if source.cursor is None:
        return None
    found = [one for one in columns if one == source.cursor] or [one for one in columns if one.lower() == source.cursor.lower()]
    if not found:
        has = ", ".join(columns[:30])
        raise SourceFailed(
            f"cursor: the query has no column {source.cursor}. It has: {has}.",
            "Add that column to the query, or write another one as cursor.",
        )
    return found[0]


def check_kind(source: SqlSource, since: Cursor | None, kind: str) -> None:
    """Raises SourceFailed, SourceError where a cursor counts something else than it did, or an overlap cannot be taken off it."""
    check_overlap(kind, source.overlap)
    if kind == TEXT:
        raise SourceFailed(
            f"The column {source.cursor} holds texts, which do not stand in the order in which they were written: “9” comes after “10”.",
            "Cast it to a number, or to a moment, in the query; or name another column as cursor.",
        )
    if since and since.kind == TEXT and kind == WRITTEN:  # so it was called before
        return
    if since and since.kind != kind:
        what, which = COUNTED[kind], COUNTED[since.kind]
        said = f"The column {source.cursor} holds {what} now, and held {which} before."
        raise SourceFailed(said, f"Cast it in the query as it was, or read everything again: sources pull {source.name} --from-start.")


def last_of(values: Iterable[Any]) -> Any:
    """The last value that counts, of the last first: rows come in the order of the cursor, by the database's own order. None: no value."""
    return next((one for one in values if one is not None and str(one) not in NAN), None)
