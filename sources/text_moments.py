"""Moments that a database keeps as texts, as SQLite keeps all of them: written in one way they stand in the order of time, so that such a
column can be a cursor. Other texts cannot: "9" comes after "10", and no clock can be held against them.
"""

import re
from datetime import UTC, datetime

FORM = re.compile(r"(\d{4}-\d{2}-\d{2})(?:([ T])(\d{2}:\d{2})(?:(:\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)
NO_FORM = ""


def form_of(text: str) -> str:
    """How a moment is written, the same for all that stand in the order of time as texts do; NO_FORM for a text that is none."""
    found = FORM.fullmatch(text)
    if found is None or moment_of(text) is None:
        return NO_FORM
    _, between, _, seconds, parts, zone = found.groups()
    # What says seconds stands behind what does not, and parts of them as well: but for a Z behind, which comes after the point.
    exact = f"{bool(seconds)} {len(parts or '')}" if zone == "Z" else ""
    return f"{between or 'day'}{exact}{zone or ''}"


def moment_of(text: str) -> datetime | None:
    """The moment that a text is; without a zone where it names none. None for a text that is no moment."""
    try:
        return datetime.fromisoformat(text) if FORM.fullmatch(text) else None
    except ValueError:
        return None


def has_zone(text: str) -> bool:
    found = moment_of(text)
    return found is not None and found.tzinfo is not None


def written_as(text: str, moment: datetime) -> str:
    """A moment as another text writes moments, cut to what that says; one without a zone is written in UTC."""
    found = FORM.fullmatch(text)
    assert found is not None
    _, between, _, seconds, parts, zone = found.groups()
    known = moment_of(text)
    own = moment.astimezone(known.tzinfo if known and known.tzinfo else UTC) if moment.tzinfo else moment
    told = f"{own:%Y-%m-%d}"
    if between:
        told += f"{between}{own:%H:%M}" + (f":{own:%S}" if seconds else "")
        told += f".{own:%f}"[: len(parts) + 1] if parts else ""
        told += zone or ""
    return told
