"""Months as people write them in headers and cells: Jan-24, 2024-01, 31.01.2024, März 2024, 2024年1月."""

import re
from datetime import date, timedelta

from data.importing.reader.dates import ACCENTS, MONTH_OF

PLAIN = re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})|(?P<m2>\d{1,2})[-/.](?P<y2>\d{4})|(?P<y3>(?:19|20)\d\d)(?P<m3>0[1-9]|1[0-2])")
NAMED = re.compile(r"([^\W\d_]{3,})\.?[\s'’/-]*(\d{4}|\d{2})|(\d{4})[\s/-]*([^\W\d_]{3,})\.?")
EASTERN = re.compile(r"(\d{4})年\s*(\d{1,2})月(?:(\d{1,2})日)?")
DAYS = (
    (re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?"), (0, 1, 2)),
    (re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})"), (2, 1, 0)),
    (re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})"), (2, 0, 1)),
)


def month_of(text: str) -> date | None:
    """The first day of the month that a text names; a day counts where it is the first or last of its month. None for anything else."""
    text = text.strip()
    return _whole(text) or _edge(text)


def _whole(text: str) -> date | None:
    found = PLAIN.fullmatch(text)
    if found:
        year, month = (next(part for part in found.group(*names) if part) for names in (("y", "y2", "y3"), ("m", "m2", "m3")))
        return _first(int(year), int(month))
    found = EASTERN.fullmatch(text)
    if found and found[3] in (None, "1", "01"):
        return _first(int(found[1]), int(found[2]))
    found = NAMED.fullmatch(text)
    return _named(found[1] or found[4], found[2] or found[3]) if found else None


def _named(name: str, year: str) -> date | None:
    return _first(int(year), MONTH_OF.get(name.lower().translate(ACCENTS), 0))


def _edge(text: str) -> date | None:
    """Of a day that is the first or the last of its month, the month."""
    for pattern, (year, month, day) in DAYS:
        if found := pattern.fullmatch(text):
            first = _first(int(found[year + 1]), int(found[month + 1]))
            if first and int(found[day + 1]) in (1, _last(first).day):
                return first
    return None


def _first(year: int, month: int) -> date | None:
    year += 2000 if year < 100 else 0
    return date(year, month, 1) if 1 <= month <= 12 and 1970 <= year < 2100 else None


def _last(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
