"""What a reader of a source hands over: one file, and up to where it read; or why it could not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Protocol

from data.log.staged import Marks
from sources.keys import SourceError
from sources.text_moments import has_zone, moment_of, written_as

INSTANT, LOCAL, DAY, NUMBER, TEXT, WRITTEN = "instant", "local", "day", "number", "text", "written"
"""What a cursor counts: a moment (UTC), a moment of an unnamed zone, a day, a number (an id, seconds), a text that only its source
reads, or a moment in the one way of writing in which a database keeps all of them as texts."""


@dataclass(frozen=True)
class Cursor:
    """Up to where a source is read: the greatest value of its cursor that came."""

    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"

    @classmethod
    def read(cls, written: str) -> "Cursor":
        """A cursor as `str` wrote it."""
        kind, _, value = written.partition(":")
        return cls(kind, value)

    @classmethod
    def of(cls, value: Any) -> "Cursor":
        """The cursor of a value as a database or JSON has it."""
        if isinstance(value, datetime):
            return cls(LOCAL, value.isoformat()) if value.tzinfo is None else cls(INSTANT, value.astimezone(UTC).isoformat())
        if isinstance(value, date):
            return cls(DAY, value.isoformat())
        if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            return cls(NUMBER, str(value))
        return cls(TEXT, str(value))

    @property
    def parsed(self) -> Any:
        """The value in the type that it counts in. Raises SourceError for one that is none, as after a file was edited by hand."""
        try:
            if self.kind in (INSTANT, LOCAL):
                return datetime.fromisoformat(self.value)
            return {DAY: date.fromisoformat, NUMBER: _number, TEXT: str, WRITTEN: str}[self.kind](self.value)
        except (ValueError, KeyError, InvalidOperation):
            raise SourceError(
                f"Up to where the source was read is kept as {self}, which cannot be understood. Read everything again."
            ) from None

    def before(self, overlap: timedelta | int | None) -> "Cursor":
        """Where a pull begins: so far before the cursor, since rows are committed late; at it where a text is counted. Raises SourceError
        for an overlap of another sort than what is counted."""
        check_overlap(self.kind, overlap)
        back = USUAL[self.kind] if overlap is None and self.kind in USUAL else overlap
        if self.kind == LOCAL or (self.kind == WRITTEN and not has_zone(self.value)):
            back = back + HOUR if isinstance(back, timedelta) else back  # clocks go back by one: that hour comes twice
        value = self.parsed
        if self.kind == WRITTEN and isinstance(back, timedelta) and (moment := moment_of(self.value)):
            return Cursor(WRITTEN, written_as(self.value, moment - back))
        if isinstance(back, timedelta) and isinstance(value, date):
            return Cursor.of(value - (max(back, timedelta(days=1)) if self.kind == DAY and back else back))
        if isinstance(back, int) and self.kind == NUMBER:
            return Cursor.of(value - back)
        return self

    def no_later_than(self, moment: datetime) -> "Cursor":
        """The cursor, or the moment where it lies after it: a clock that is ahead must not hide the rows that come meanwhile. Days, and
        moments of an unnamed zone, are held against that moment in UTC: where that is too early, some rows are read again."""
        most = self._at(moment.astimezone(UTC))
        if self.kind == WRITTEN:
            return Cursor(WRITTEN, most) if most is not None and self.value > most else self
        return Cursor.of(most) if most is not None and self.parsed > most else self

    def is_ahead_of(self, moment: datetime) -> bool:
        """Whether it lies further after a moment than clocks usually differ, and zones where none is named."""
        told = self.kind == INSTANT or (self.kind == WRITTEN and has_zone(self.value))
        slack = timedelta(minutes=5) if told else timedelta(hours=14)
        most = self._at(moment.astimezone(UTC) + slack)
        return most is not None and self.parsed > most

    def _at(self, moment: datetime) -> Any:
        if self.kind == WRITTEN:
            return written_as(self.value, moment)
        return {INSTANT: moment, LOCAL: moment.replace(tzinfo=None), DAY: moment.date()}.get(self.kind)

    def is_after(self, other: "Cursor") -> bool:
        """Whether it lies after another one of the same kind; of texts and of other kinds nobody can tell, and the newer one holds."""
        return self.kind != other.kind or self.kind == TEXT or self.parsed > other.parsed


def check_overlap(kind: str, overlap: timedelta | int | None) -> None:
    """Raises SourceError for an overlap that cannot be taken off a cursor: it would be none at all, and rows that come late be lost."""
    if kind == NUMBER and isinstance(overlap, timedelta) and overlap:
        raise SourceError("overlap: the cursor is a number. Write a number, as overlap = 3600, and not a length of time.")
    if kind in USUAL and isinstance(overlap, int) and overlap:
        raise SourceError('overlap: the cursor is a time. Write a length of time, as overlap = "1 hour", and not a number.')


HOUR = timedelta(hours=1)
USUAL = {INSTANT: HOUR, LOCAL: HOUR, WRITTEN: HOUR, DAY: timedelta(days=1)}
"""How far a pull begins before the cursor where a source does not say."""


@dataclass(frozen=True)
class Fetched:
    """What came: a whole file, or none where nothing did.

    rows: in it. cursor: the greatest that came; None where the source has none, or nothing came. requests: that were answered; retries: of
    them that were tried again. fields: columns with their types, where the source tells types. clock: the source's own. notes: sentences
    that are to be known of a pull that went well. marks: the cursor of each row, which tells equal events apart; None where there is none.
    """

    path: Path | None
    rows: int = 0
    cursor: Cursor | None = None
    requests: int = 0
    retries: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)
    clock: datetime | None = None
    notes: tuple[str, ...] = ()
    marks: Marks | None = None


class SourceFailed(Exception):
    """A source could not be read, and nothing of it was taken.

    reason: what happened, without secrets. what_to_do: for a person. try_again_at: the earliest moment at which that makes sense; None
    where the schedule knows better. requests, retries: that were answered, tried again, before it gave up.
    """

    def __init__(
        self, reason: str, what_to_do: str = "", try_again_at: datetime | None = None, *, requests: int = 0, retries: int = 0
    ) -> None:
        super().__init__(reason)
        self.reason, self.what_to_do, self.try_again_at = reason, what_to_do, try_again_at
        self.requests, self.retries = requests, retries


class SourceWaits(SourceFailed):
    """What came leaves open what only a person can say, and would make a figure wrong: nothing of it is taken until then.

    accept: the name by which a person may take it as it is; empty where nothing can be taken of it.
    """

    def __init__(self, reason: str, what_to_do: str = "", accept: str = "") -> None:
        super().__init__(reason, what_to_do)
        self.accept = accept


class Reader(Protocol):
    """How a kind of source is read: `fetch` of `sources/sql.py`, `sources/http.py`, `sources/webhook.py`.

    since: from where to read, with the overlap taken off already; None from the start. folder: where the one file goes: Parquet, or JSON
    lines. now: the moment of the pull. ended: says that the pull is to be given up, asked between batches or pages; SourceFailed then.
    Raises SourceFailed, and SourceError for what its description lacks, a missing secret among that.
    """

    def __call__(self, source: Any, since: Cursor | None, folder: Path, *, now: datetime, ended: Callable[[], bool]) -> Fetched: ...


def _number(written: str) -> int | float | Decimal:
    value = Decimal(written)
    return int(value) if value == value.to_integral_value() and "." not in written else value
