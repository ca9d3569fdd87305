"""The day that a file's name speaks of."""

import re
from collections.abc import Iterator
from datetime import date

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Year first, as in 2025-01-31, 2025_01_31 and 20250131; year last, as in 31-01-2025; the month in letters, as in 31 Jan 2025.
YEAR_FIRST = re.compile(r"(?<!\d)(20\d\d)([-_. ]?)(\d\d)\2(\d\d)(?!\d)|(?<!\d)(20\d\d)(\d\d)(\d\d)(?=\d{4,6}(?!\d))")
YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})([-_. ])(\d{1,2})\2(20\d\d)(?!\d)")
IN_LETTERS = re.compile(r"(?<!\d)(\d{1,2})[-_. ]?([a-z]{3})[a-z]*[-_., ]{0,2}(20\d\d)(?!\d)", re.IGNORECASE)
LETTERS_FIRST = re.compile(r"(?<![a-z])([a-z]{3})[a-z]*[-_. ](\d{1,2})(?:st|nd|rd|th)?[-_., ]{1,2}(20\d\d)(?!\d)", re.IGNORECASE)


def day_in_name(name: str) -> date | None:
    """The one day that a file's name holds; None where it holds none, several, or one that can be read in two ways (03-04-2025)."""
    found = set(_days(name))
    return found.pop() if len(found) == 1 else None


def _days(name: str) -> Iterator[date]:
    for match in YEAR_FIRST.finditer(name):
        year, month, day = (match[1], match[3], match[4]) if match[1] else match.groups()[4:]
        yield from _valid(year, month, day)
    for match in YEAR_LAST.finditer(name):
        yield from _valid(match[4], match[3], match[1])
        yield from _valid(match[4], match[1], match[3])
    for pattern, month, day in ((IN_LETTERS, 2, 1), (LETTERS_FIRST, 1, 2)):
        for match in pattern.finditer(name):
            if match[month].lower() in MONTHS:
                yield from _valid(match[3], MONTHS.index(match[month].lower()) + 1, match[day])


def _valid(year: object, month: object, day: object) -> Iterator[date]:
    try:
        yield date(int(str(year)), int(str(month)), int(str(day)))
    except ValueError:
        return
