"""Periods by name, and what a period is compared with. Days are balance days: a quarter runs from the last day before it."""

from collections.abc import Callable
from datetime import date, timedelta

from metrics.months import balance_day_before, is_month_end, last_full_month

Period = tuple[date, date]
YEAR = 12  # months


def year_before(day: date) -> date:
    """The balance day a year earlier: for the last day of a month the last of that month, also in February."""
    return balance_day_before(day, YEAR)


def quarter_start(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def _last_12_months(day: date) -> Period:
    end = last_full_month(day)
    return year_before(end), end


def _last_quarter(day: date) -> Period:
    end = quarter_start(day) - timedelta(days=1)
    return quarter_start(end) - timedelta(days=1), end


# What counts months or quarters back ends with the last full one; the others run up to the day looked at.
PERIODS: dict[str, Callable[[date], Period]] = {
    "last_12_months": _last_12_months,
    "this_quarter": lambda day: (quarter_start(day) - timedelta(days=1), day),
    "last_quarter": _last_quarter,
    "year_to_date": lambda day: (date(day.year, 1, 1) - timedelta(days=1), day),
    "last_90_days": lambda day: (day - timedelta(days=90), day),
    "last_30_days": lambda day: (day - timedelta(days=30), day),
}


def compared(start: date, end: date, how: str) -> Period | None:
    """The period that one is compared with: the one of the same length just before, or the same a year earlier; None for nothing.

    Whole months are compared with as many whole months, other periods with as many days.
    """
    if how == "previous_period":
        return _just_before(start, end), start
    return (year_before(start), year_before(end)) if how == "year_before" else None


def _just_before(start: date, end: date) -> date:
    if is_month_end(start) and is_month_end(end):
        return balance_day_before(start, YEAR * (end.year - start.year) + end.month - start.month)
    return start - (end - start)
