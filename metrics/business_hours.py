"""Business hours: when a support calendar is open, how much of that lies between two instants, and when so much of it has passed.

A moment is open when the clock of the calendar's zone shows a time within its hours (from included, to left out), on a day that is no
holiday there. What that clock skips is not there, what it shows twice is open twice. Instants are microseconds since 1970 in UTC.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import cast
from zoneinfo import ZoneInfo

import polars as pl

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
ANY_DAY = 2  # days before and after by which days of any zone lie within those of UTC
FIRST_REACH = 60  # days after the last instant that are looked ahead at first
FURTHEST = 366 * 20  # days ahead after which a target is not looked for any more
EPOCH = date(1970, 1, 1)

Stretch = tuple[int, int]
"""From and to, in minutes after midnight by the clock; 1440 is the midnight at which the day ends."""


@dataclass(frozen=True)
class Calendar:
    """When support is open. zone: a name of the time-zone database. hours: of Monday to Sunday the stretches of each day. holidays: days of
    the zone on which it is closed."""

    zone: str
    hours: tuple[tuple[Stretch, ...], ...]
    holidays: frozenset[date] = frozenset()


@dataclass(frozen=True)
class OpenTime:
    """Stretches of open time in order, none touching the one before: opens, closes, and the open time by the end of each (microseconds)."""

    opens: pl.Series
    closes: pl.Series
    whole: pl.Series

    def passed(self, instants: pl.Series) -> pl.Series:
        """The open time from the first opening to each instant; null where there is no instant."""
        if self.opens.is_empty():
            return pl.select(pl.when(instants.is_not_null()).then(0)).to_series().cast(pl.Int64)
        at = self.opens.search_sorted(instants.fill_null(0), "right").cast(pl.Int64) - 1
        found = pl.DataFrame({"at": at, "instant": instants}).with_columns(
            opens=self.opens.gather(at.clip(0)), closes=self.closes.gather(at.clip(0)), whole=self.whole.gather(at.clip(0))
        )  # fmt: skip
        inside = pl.col("whole") - (pl.col("closes") - pl.min_horizontal("instant", "closes"))
        told = pl.when(pl.col("instant").is_not_null()).then(pl.when(pl.col("at") < 0).then(0).otherwise(inside))
        return found.select(told.cast(pl.Int64)).to_series()

    def reached(self, amounts: pl.Series) -> pl.Series:
        """The first instant by which so much open time has passed since the first opening; null where it has not by the last close."""
        if self.opens.is_empty():
            return pl.Series([None] * amounts.len(), dtype=pl.Int64)
        at = self.whole.search_sorted(amounts.fill_null(0), "left").cast(pl.Int64)
        within = at.clip(0, self.opens.len() - 1)
        found = pl.DataFrame(
            {"at": at, "amount": amounts, "closes": self.closes.gather(within), "whole": self.whole.gather(within)}
        )  # fmt: skip
        told = pl.when(pl.col("at") < self.opens.len()).then(pl.col("closes") - (pl.col("whole") - pl.col("amount")))
        return found.select(told.cast(pl.Int64)).to_series()


def open_time(calendar: Calendar, first: date, last: date) -> OpenTime:
    """The open time of a calendar on the days of UTC from the first to the last, and a little on both sides."""
    start, end = first - timedelta(days=ANY_DAY), last + timedelta(days=ANY_DAY)
    found: list[list[int]] = []
    for opens, closes in sorted(_stretches(calendar, start, end)):
        if found and opens <= found[-1][1]:
            found[-1][1] = max(found[-1][1], closes)
        else:
            found.append([opens, closes])
    opening, closing = (pl.Series([one[side] for one in found], dtype=pl.Int64) for side in (0, 1))
    return OpenTime(opening, closing, (closing - opening).cum_sum())


def _stretches(calendar: Calendar, start: date, end: date) -> Iterator[Stretch]:
    """Every stretch in UTC: by the clock, under each offset that the zone has, as long as it has it."""
    reigns = _reigns(calendar.zone, start, end)
    for number in range((end - start).days + 1):
        day = start + timedelta(days=number)
        if day not in calendar.holidays:
            yield from _of_day(calendar.hours[day.weekday()], (day - EPOCH).days * DAY, reigns)


def _of_day(hours: tuple[Stretch, ...], midnight: int, reigns: tuple[tuple[int, int, int], ...]) -> Iterator[Stretch]:
    for since, until, offset in reigns:
        if since - DAY < midnight - offset < until:
            for begins, ends in hours:
                opens, closes = (midnight + minute * 60 * SECOND - offset for minute in (begins, ends))
                if max(opens, since) < min(closes, until):
                    yield max(opens, since), min(closes, until)


@cache
def _reigns(zone: str, start: date, end: date) -> tuple[tuple[int, int, int], ...]:
    """Since when, until when (UTC) a zone has which offset, over some days and the days beside them."""
    first, last = ((day - EPOCH).days * DAY + beside * ANY_DAY * DAY for day, beside in ((start, -1), (end, 1)))
    days = range(first, last + 1, DAY)
    changes = [_change(zone, one, two) for one, two in pairwise(days) if _offset(zone, one) != _offset(zone, two)]
    return tuple((since, until, _offset(zone, since)) for since, until in pairwise((first, *changes, last)))


def _change(zone: str, before: int, after: int) -> int:
    """The second at which the offset of a zone changes between two instants."""
    was = _offset(zone, before)
    while after - before > SECOND:
        middle = (before + after) // 2 // SECOND * SECOND
        before, after = (middle, after) if _offset(zone, middle) == was else (before, middle)
    return after


def _offset(zone: str, instant: int) -> int:
    told = datetime.fromtimestamp(instant // SECOND, UTC).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return round(told.total_seconds()) * SECOND


def hours_between(calendar: Calendar, since: pl.Series, until: pl.Series) -> pl.Series:
    """The hours of open time from one instant to another (Datetime, UTC), row by row; null where one is missing, below zero where the
    second lies before the first."""
    days = [day for day in (_day(since.min()), _day(since.max()), _day(until.min()), _day(until.max())) if day]
    if not days:
        return pl.Series([None] * since.len(), dtype=pl.Float64)
    found = open_time(calendar, min(days), max(days))
    return (found.passed(_micros(until)) - found.passed(_micros(since))) / HOUR


def after_hours(calendar: Calendar, since: pl.Series, hours: pl.Series) -> pl.Series:
    """The instant at which so many hours of open time have passed since another (Datetime, UTC), row by row; one that is used up at a
    close is used up at that close. Null where one is missing, or where the calendar is not open so long within FURTHEST days."""
    first, last = _day(since.min()), _day(since.max())
    if first is None or last is None:
        return since
    amounts, reach = (hours * HOUR).round().cast(pl.Int64), FIRST_REACH
    while True:
        found = open_time(calendar, first, last + timedelta(days=reach))
        due = found.reached(found.passed(_micros(since)) + amounts)
        missing = pl.select((due.is_null() & since.is_not_null() & amounts.is_not_null()).any()).item()
        if not missing or reach >= FURTHEST:
            return due.cast(pl.Datetime("us")).dt.replace_time_zone("UTC").alias(since.name)
        reach = min(reach * 4, FURTHEST)


def _micros(instants: pl.Series) -> pl.Series:
    return instants.dt.epoch("us")


def _day(instant: object) -> date | None:
    return cast(datetime, instant).date() if instant is not None else None
