"""What an API answered, as rows: records found in it, taken apart, and written one a line."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation
from hashlib import blake2b
from itertools import accumulate
from pathlib import Path
from typing import IO, Any

from data.importing.findings import one_line
from sources.fetched import TEXT, Cursor, SourceFailed, SourceWaits
from sources.http_keys import HttpSource, Part
from sources.http_paths import at, holds, put, shown
from sources.http_times import counted

NO_ID = "Compare `id` of the source with the answer."


def records_of(body: Any, source: HttpSource) -> list[dict[str, Any]]:
    """The records of a page. Raises SourceFailed where there is no list of objects at the place that the source names."""
    found = at(body, source.records)
    if not isinstance(found, list):
        raise SourceFailed(
            f"The answer has no list of rows at {source.records}." if source.records else "The answer is no list of rows.",
            "Compare `records` of the source with what the API's documentation shows, and `url` with the endpoint that is meant.",
        )
    if source.columns:
        found = _named(found, at(body, source.columns))
    if not all(isinstance(one, dict) for one in found):
        raise SourceFailed(
            "The rows of the answer have no names for their values.", "Write in `records` of the source where the list of named values is."
        )
    return found


def _named(rows: list[Any], columns: Any) -> list[Any]:
    names = [str(name) for name in columns] if isinstance(columns, list) else []
    if any(not isinstance(row, list) or len(row) != len(names) for row in rows):
        raise SourceFailed(
            "The rows of the answer do not have the columns that it names.", "Compare `columns` of the source with the answer."
        )
    return [dict(zip(names, row, strict=True)) for row in rows]


@dataclass
class Written:
    """The file that rows are written to, with what is known of them so far."""

    source: HttpSource
    path: Path
    since: Cursor | None
    rows: int = 0
    older: int = 0
    left_out: int = 0
    unread: int = 0  # records whose cursor is left out, or cannot be read
    records: int = 0
    named: int = 0  # records that have the id
    cursor: Cursor | None = None
    marks: list[str | None] = field(default_factory=list)  # of each line, where the source has a cursor
    in_order: bool = True  # whether no line has a lesser cursor than one before it
    before: Cursor | None = None
    places: dict[bytes, tuple[int, Cursor | None]] = field(default_factory=dict)  # the newest line of each record that has an id
    replaced: set[int] = field(default_factory=set)  # lines of records that came in a newer version

    def add(self, records: list[dict[str, Any]], out: IO[bytes]) -> None:
        """Write the rows of whole records. Raises SourceWaits."""
        for record in records:
            self._asked(record)
            reached = counted(at(record, self.source.cursor), self.source.cursor_as) if self.source.cursor else None
            if reached and (self.cursor is None or reached.is_after(self.cursor)):
                self.cursor = reached
            self.unread += bool(self.source.cursor and reached is None)
            if self._is_older(reached):
                self.older += 1
                continue
            self._write(record, out, reached)
            self.in_order &= not (self.before and reached and _is_newer(self.before, reached))
            self.before = reached or self.before
            if self.source.cursor:
                self.marks += [str(reached) if reached else None] * (self.rows - len(self.marks))

    def finished(self) -> None:
        """Leave one line of each record that came more than once, and put lines in the order of their cursors, whatever order they were
        listed in: so the last row of a key is the newest. Raises SourceFailed where no record has the id by which they are told apart."""
        if self.source.id and self.records and not self.named:
            raise SourceFailed(f"No record has {self.source.id}, by which they are to be told apart.", NO_ID)
        ordered = self.in_order or not self.marks
        if self.replaced or not ordered:
            kept = [number for number in range(self.rows) if number not in self.replaced]
            kept = kept if ordered else _by_cursor(kept, self.marks)
            fresh = self.path.with_suffix(".last")
            with self.path.open("rb") as read, fresh.open("wb") as write:
                begins = [0, *accumulate(len(line) for line in read)]
                for number in kept:
                    read.seek(begins[number])
                    write.write(read.readline())
            fresh.replace(self.path)
            self.marks = [self.marks[number] for number in kept] if self.marks else []
            self.rows = len(kept)

    def _is_older(self, reached: Cursor | None) -> bool:
        """Whether a record is left out since it was read before; one that does not say is kept."""
        return bool(self.source.filter_after and self.since and reached and self.since.is_after(reached))

    def _write(self, record: dict[str, Any], out: IO[bytes], reached: Cursor | None) -> None:
        before = self.rows
        for row in rows_of(record, self.source):
            out.write(line_of(row))
            self.rows += 1
        self.left_out += len(_parts(record, self.source)) - (self.rows - before)
        self._told_apart(record, range(before, self.rows), reached)

    def _told_apart(self, record: dict[str, Any], lines: range, reached: Cursor | None) -> None:
        """Of two versions of a record the one with the greater cursor counts; the later where that does not tell them apart."""
        value = at(record, self.source.id) if self.source.id else None
        value = None if value == "" else value
        self.records += 1
        self.named += value is not None
        for place, line in enumerate(lines) if value is not None else ():
            key = blake2b(f"{place} {_as_id(value)}".encode(), digest_size=8).digest()
            known, at_cursor = self.places.get(key, (None, None))
            if at_cursor and reached and _is_newer(at_cursor, reached):
                self.replaced.add(line)
                continue
            if known is not None:
                self.replaced.add(known)
            self.places[key] = line, reached

    def _asked(self, record: dict[str, Any]) -> None:
        open_still = [wait for wait in self.source.waits if wait.name not in self.source.accept]
        for part in [record, *_parts(record, self.source)] if open_still else ():
            for wait in open_still:
                if all(holds(part, one) for one in wait.when):
                    first = f"The first is {one_line(at(record, self.source.id or 'id'))}."
                    raise SourceWaits(f"{wait.text} {first}", wait.what_to_do, wait.name if wait.can_be_accepted else "")


def _as_id(value: Any) -> str:
    """An id as text: 1, "1" and 1.0 are one."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _is_newer(one: Cursor, other: Cursor) -> bool:
    """Whether a cursor surely lies after another: of texts, and of two kinds, nobody can tell."""
    return one.kind == other.kind and one.kind != TEXT and one.is_after(other)


def _by_cursor(lines: list[int], marks: list[str | None]) -> list[int]:
    """The lines in the order of their cursors, those without one first; equal ones as they are."""
    told = {number: Cursor.read(mark) for number in lines if (mark := marks[number])}
    kinds = {one.kind for one in told.values()}
    if len(kinds) == 1 and TEXT not in kinds:
        parsed = {number: one.parsed for number, one in told.items()}
        return [number for number in lines if number not in told] + sorted(told, key=parsed.__getitem__)
    return lines


def _parts(record: dict[str, Any], source: HttpSource) -> list[dict[str, Any]]:
    """A record as it is, or once for each element of the list at `each`, with the element in the list's place."""
    found = at(record, source.each) if source.each else None
    return [put(record, source.each, part) for part in found] if isinstance(found, list) and found else [record]


def rows_of(record: dict[str, Any], source: HttpSource) -> Iterator[dict[str, Any]]:
    """The rows of a record, without those that the source leaves out."""
    for row in _parts(record, source):
        if not any(holds(row, condition) for condition in source.leave_out):
            yield ({} if source.only_fields else row) | {name: _part(row, part) for name, part in source.fields.items()}


def _part(row: dict[str, Any], part: Part) -> Any:
    if part.unless and holds(row, part.unless):
        return part.then
    value = at(row, part.path)
    if value is None:
        return None
    try:
        return format((Decimal(str(value)) / part.over).normalize(), "f") if part.over else value
    except InvalidOperation:
        return value


def line_of(row: dict[str, Any]) -> bytes:
    """A row as one line of JSON, whose end looks like that of no list: a file of one line is told from a list by that."""
    names = [name for name, value in row.items() if not isinstance(value, list)]
    last = {names[-1]: row[names[-1]]} if names else {}
    return shown({name: value for name, value in row.items() if name not in last} | last) + b"\n"


def named_by_day(name: str, now: datetime) -> str:
    """The name of a pull's file: the day in it is the day of a state."""
    return f"{name}-{now.date().isoformat()}.jsonl"
