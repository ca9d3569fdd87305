"""Moments as APIs write them, and cursors made of them."""

import math
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sources.fetched import DAY, INSTANT, Cursor
from sources.http_keys import COUNTED

NUMBER = re.compile(r"-?\d+(\.\d+)?")
PARTS = {"seconds": 1, "milliseconds": 1000}


def counted(value: Any, written_as: COUNTED) -> Cursor | None:
    """The cursor of a value of a record; None where it says none, or is not written so."""
    if value is None or value == "":
        return None
    try:
        return _cursor(value, written_as)
    except (ValueError, OverflowError, OSError):
        return None


def written(cursor: Cursor, as_: COUNTED) -> str | int:
    """A cursor as a request takes it; a moment of an unnamed zone is one of UTC. What is no moment is written as it is."""
    value = cursor.parsed
    if not isinstance(value, date):
        return value if isinstance(value, int | str) else str(value)
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    return moment_as(moment.replace(tzinfo=moment.tzinfo or UTC), as_)


def moment_as(moment: datetime, as_: COUNTED) -> str | int:
    """A moment as a request takes it: ISO 8601 in UTC, to the millisecond, where it is asked for as a moment."""
    if as_ in PARTS:
        return int(moment.timestamp() * PARTS[as_])
    utc = moment.astimezone(UTC)
    return utc.date().isoformat() if as_ == "day" else utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def begun(begin: str | None) -> Cursor | None:
    """Where the first pull begins, as a source says it: a day. None where it says nothing. Raises ValueError for what is no day."""
    return None if begin is None else Cursor(INSTANT, datetime.combine(date.fromisoformat(begin), datetime.min.time(), UTC).isoformat())


def _cursor(value: Any, written_as: COUNTED) -> Cursor:
    if written_as in PARTS:
        return Cursor.of(datetime.fromtimestamp(float(value) / PARTS[written_as], UTC))
    if written_as == "moment":
        found = datetime.fromisoformat(str(value))
        return Cursor.of(found if found.tzinfo else found.replace(tzinfo=UTC))
    if written_as == "day":
        return Cursor(DAY, date.fromisoformat(str(value)[:10]).isoformat())
    return Cursor.of(_number(value)) if written_as == "number" else Cursor.of(str(value))


def _number(value: Any) -> int | float | Decimal:
    """A number as JSON has it, or as text, with all its digits. Raises ValueError."""
    if isinstance(value, int | float) and math.isfinite(value):
        return value
    written = str(value).strip()
    if not NUMBER.fullmatch(written):
        raise ValueError("no number")
    return Decimal(written) if "." in written else int(written)
