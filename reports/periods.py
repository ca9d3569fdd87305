"""Periods by name, and what a period is compared with. Days are balance days: a quarter runs from the last day before it."""

from collections.abc import Callable
from datetime import date, timedelta

from metrics.months import MONTHS, months_later

Period = tuple[date, date]


def year_before(day: date) -> date:
    """The same day a year earlier; 28 February for the 29th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def quarter_start(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def _last_quarter(day: date) -> Period:
    end = quarter_start(day) - timedelta(days=1)
    return quarter_start(end) - timedelta(days=1), end


PERIODS: dict[str, Callable[[date], Period]] = {
    "last_12_months": lambda day: (year_before(day), day),
    "this_quarter": lambda day: (quarter_start(day) - timedelta(days=1), day),
    "last_quarter": _last_quarter,
    "year_to_date": lambda day: (date(day.year, 1, 1) - timedelta(days=1), day),
    "last_90_days": lambda day: (day - timedelta(days=90), day),
    "last_30_days": lambda day: (day - timedelta(days=30), day),
}


def compared(start: date, end: date, how: str) -> Period | None:
    """The period that one is compared with: the one of the same length just before, or the same a year earlier; None for nothing."""
    if how == "previous_period":
        return start - (end - start), start
    return (year_before(start), year_before(end)) if how == "year_before" else None


def step_of(first: date, every: str) -> Period:
    """Opening and closing balance day of the month, quarter or year that begins on `first`."""
    return first - timedelta(days=1), months_later(first, MONTHS[every]) - timedelta(days=1)
