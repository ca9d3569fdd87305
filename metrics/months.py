"""Months: how long one is, when they end, and which of their days a bit set names."""

from datetime import date, timedelta

import polars as pl

MONTH_OF_USE = 30  # days: a month of actives that does not move with the calendar
DAYS_IN_MONTH = 365 / 12  # of a term: as weeks and days become months in MRR
MONTHS = {"month": 1, "quarter": 3, "year": 12}


def months_later(first: date, months: int) -> date:
    """The first day of the month so many months after that of `first`; before it, where `months` is below zero."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def first_day(days: pl.Series) -> date | None:
    """The earliest of a column of days; None where it has none."""
    found = days.min()
    return found if isinstance(found, date) else None


def last_day(days: pl.Series) -> date | None:
    """The latest of a column of days; None where it has none."""
    found = days.max()
    return found if isinstance(found, date) else None


def is_month_end(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def last_full_month(day: date) -> date:
    """The last day of the last month that is over on a day; the day itself where it is the last of its month."""
    return day if is_month_end(day) else day.replace(day=1) - timedelta(days=1)


def balance_day_before(day: date, months: int) -> date:
    """The balance day so many months earlier: the last day of that month for the last of one, else the same day, where there is one."""
    last = months_later(day, 1 - months) - timedelta(days=1)
    return last if is_month_end(day) or day.day > last.day else last.replace(day=day.day)


def month_ends(start: date, end: date) -> list[date]:
    """The last days of the months that lie after `start` and not after `end`."""
    count = 12 * (end.year - start.year) + end.month - start.month + 1
    days = [months_later(start, number) - timedelta(days=1) for number in range(1, count + 1)]
    return [day for day in days if start < day <= end]


def bit_of(day: pl.Expr) -> pl.Expr:
    """The bit that stands for a day in the set of its month: bit d-1 for day d."""
    return pl.lit(2, dtype=pl.Int64).pow(day.dt.day().cast(pl.Int64) - 1)


def bits_between(since: pl.Expr, until: pl.Expr, month: pl.Expr) -> pl.Expr:
    """The bits of the days of `month` (its first day) that lie in [since, until], both of which touch the month."""
    last, first = pl.min_horizontal(until, month.dt.month_end()), pl.max_horizontal(since, month)
    return 2 * bit_of(last) - bit_of(first)


def first_of(bits: pl.Expr, month: pl.Expr) -> pl.Expr:
    """The first day of a set that is not empty."""
    return month + pl.duration(days=bits.bitwise_trailing_zeros())


def last_of(bits: pl.Expr, month: pl.Expr) -> pl.Expr:
    """The last day of a set that is not empty."""
    return month + pl.duration(days=bits.cast(pl.Float64).log(2).floor().cast(pl.Int64))
