"""What every source says of itself, whatever its kind: table, mapping, cursor, schedule."""

import hashlib
import json
import re
from collections.abc import Set
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, field_validator, model_validator

from data.importing.options import CONFIRMED, FALSE
from data.schema import IMPORTED_TABLES

NAME = re.compile(r"\w[\w .-]{0,59}")
SECRET = re.compile(r"[A-Z][A-Z0-9_]{0,59}")
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400}
WHAT_IS_READ = {"kind", "vendor", "url", "query", "cursor", "records", "settings"}  # those that a kind has
HOW_IT_IS_READ = {"fields", "each", "columns", "leave_out", "only_fields"}  # of a record, before any mapping sees it
LENGTH = re.compile(rf"(\d+)\s*({'|'.join(UNITS)})s?")


FEED, REPEATS, READING = "feed", "repeats", "reading"
"""Answers to what a source is asked of itself: under which feed its events come; whether equal events at another place are new; what
becomes of rows that were read otherwise than those that come now, which is said once and kept in no file."""
NEW, AGAIN, STAY = "new", "again", "stay"
_SOME_DAY = datetime(2024, 1, 1, tzinfo=UTC)


class SourceError(ValueError):
    """A source cannot be used as it is described; the message names file, key and what to do."""


def length(written: Any) -> timedelta | int | None:
    """A stretch before a cursor: of time, as "10 minutes", or a number of whatever a cursor of numbers counts."""
    if written is None or isinstance(written, timedelta) or (isinstance(written, int) and not isinstance(written, bool) and written >= 0):
        return written
    found = LENGTH.fullmatch(str(written).strip().lower())
    if not found:
        raise ValueError('Write a length of time, as "10 minutes", "2 hours" or "1 day"; or a whole number, where the cursor is a number.')
    return timedelta(seconds=int(found[1]) * UNITS[found[2]])


def in_words(found: timedelta | int | None) -> str | int | None:
    """A stretch as `length` reads it."""
    if not isinstance(found, timedelta):
        return found
    seconds = int(found.total_seconds())
    unit = next(name for name in reversed(UNITS) if seconds % UNITS[name] == 0)
    return f"{seconds // UNITS[unit]} {unit}s"


def cron(written: str | None) -> str | None:
    """A schedule of five fields, as given. Raises ValueError for one that never comes."""
    try:
        if written is not None and len(written.split()) != 5:
            raise CronSimError
        if written is not None:
            _ = CronSim(written, _SOME_DAY)
    except CronSimError:
        raise ValueError(
            'Write five fields: minute, hour, day of the month, month, day of the week; "*/15 * * * *" is every 15 minutes.'
        ) from None
    return written


def secret_name(written: str | None) -> str | None:
    """The name of a secret. Raises ValueError, which does not repeat what was written: it may be the secret itself."""
    if written is not None and not SECRET.fullmatch(written):
        raise ValueError("Write the name of a secret, in capitals as BILLING_DB, and not the secret itself.")
    return written


def _plain(part: BaseModel) -> Any:
    return part.model_dump(mode="json")


Secret = Annotated[str, AfterValidator(secret_name)]
Overlap = Annotated[timedelta | int | None, BeforeValidator(length), PlainSerializer(in_words)]


class Keys(BaseModel):
    """The keys of every source; those of a kind stand in its own model."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    name: str = Field(exclude=True)
    """The name of its file, and not a key of it."""
    table: str | None = None
    mapping: str | None = None
    feed: str | None = None
    cursor: str | None = None
    overlap: Overlap = None
    schedule: Annotated[str | None, AfterValidator(cron)] = None
    paused: bool = False
    answers: dict[str, str] = Field(default_factory=dict)
    """What a person answered where the import asked, as `import --set` takes it."""

    @field_validator("table")
    @classmethod
    def _is_table(cls, written: str | None) -> str | None:
        if written is not None and written not in IMPORTED_TABLES:
            raise ValueError(f"Write one of {', '.join(IMPORTED_TABLES)}.")
        return written

    @model_validator(mode="after")
    def _says_what_it_can_know(self) -> Self:
        told = self.answers.get("snapshot", "no").strip().lower()
        if told == CONFIRMED and not self.is_partial:
            raise ValueError(
                "answers.snapshot: confirmed is for one file that a person has looked at; here it would hold for every pull. "
                "Write yes, and bring in what waits on the page Import."
            )
        if self.is_partial and told not in FALSE:
            raise ValueError(
                "answers.snapshot: this source brings what is new or changed, and never all: what it leaves out would be taken as ended. "
                "Take the answer out; or take the cursor out, so that all is read each time."
            )
        if self.answers.get(REPEATS, NEW) not in (NEW, AGAIN):
            raise ValueError(f"answers.{REPEATS}: write {NEW} or {AGAIN}.")
        return self

    @property
    def is_partial(self) -> bool:
        """Whether a pull brings what is new or changed, and so says nothing of what it leaves out."""
        return self.cursor is not None

    @property
    def fed(self) -> str:
        """The feed under which its rows come: what is settled for one pull holds for the next, and repeats are told."""
        return self.answers.get(FEED) or self.feed or self.name

    @property
    def of_file(self) -> dict[str, str]:
        """The answers that are of the import of its rows."""
        return {name: value for name, value in self.answers.items() if name not in (FEED, REPEATS)}

    @property
    def read_by(self) -> str:
        """Where rows come from and by what they are told to be new, as a digest: a cursor of something else says nothing of these."""
        return self._digest(WHAT_IS_READ)

    @property
    def read_as(self) -> str:
        """What becomes of a record before a mapping sees it, as a digest: rows of another one may mean something else."""
        return self._digest(HOW_IT_IS_READ) if HOW_IT_IS_READ & {*type(self).model_fields} else ""

    @property
    def read_by_and_as(self) -> str:
        """Both digests, as the record of a pull keeps them."""
        return f"{self.read_by}-{self.read_as}" if self.read_as else self.read_by

    def _digest(self, names: Set[str]) -> str:
        told = {name: getattr(self, name) for name in names if name in type(self).model_fields}
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=_plain).encode()).hexdigest()[:16]

    @property
    def may_accept(self) -> tuple[str, ...]:
        """The names of what its rows may leave open and a person may accept."""
        return ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secrets that it takes."""
        return ()
