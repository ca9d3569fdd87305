"""When a source is pulled by itself: by its schedule, and again after a failure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim

from data.work.pulls import WAITING
from sources.description import Source
from sources.looks import Look

AHEAD = timedelta(minutes=5)  # a clock that is put right by less than that was never ahead
FIRST, LONGEST = timedelta(minutes=2), timedelta(hours=1)  # between a failure and the next try: twice as long each time


def next_run(source: Source, last: Look | None, described: datetime, zone: str, now: datetime) -> datetime | None:
    """The next moment of the schedule after the last pull, or after the source was described (UTC); after failures that of the next try.
    None for one that is paused, or pulled by hand alone. What waits for a person is looked at again within the hour. It lies in the past
    where moments were missed: however many, they are made up for once. A look, or a description, of a moment that is still to come was
    written by a clock that was ahead: nobody knows how long ago, so that the source is due."""
    if source.paused or not source.schedule:
        return None
    if is_ahead(last.pulled.ended_at if last else described, now):
        return now
    if last and last.failures:
        return next_try(last)
    described = min(described, now)
    begin = max(last.pulled.began_at, described) if last else described
    at = next(CronSim(source.schedule, begin.astimezone(ZoneInfo(zone)))).astimezone(UTC)
    waits = last is not None and last.pulled.outcome == WAITING and described <= last.pulled.ended_at
    return max(at, last.pulled.ended_at + LONGEST) if last and waits else at


def is_ahead(moment: datetime, now: datetime) -> bool:
    """Whether something that happened is of a moment that is still to come."""
    return moment > now + AHEAD


def next_try(last: Look) -> datetime:
    """When one that failed is tried again: not before the source lets it."""
    again = last.pulled.ended_at + min(FIRST * 2 ** min(last.failures - 1, 10), LONGEST)
    return max(again, last.again_at) if last.again_at else again


def is_due(source: Source, last: Look | None, described: datetime, zone: str, now: datetime) -> bool:
    """Whether it is to be pulled now."""
    at = next_run(source, last, described, zone, now)
    return at is not None and at <= now
