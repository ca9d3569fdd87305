"""When a delivery is due: by its schedule, after new data, or again after a failure."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from data.log.moments import table_versions
from data.store.store import Store
from deliveries.description import AFTER_IMPORT, Delivery
from deliveries.journal import Look

NOT_DATA = ("deliveries", "source_pulls", "digests", "digest_choices", "forecasts", "saved_views", "view_defaults")
"""Tables from which no delivered figure comes: what the program writes of its own runs, and how people like to look."""
AHEAD = timedelta(minutes=5)  # a clock that is put right by less than that was never ahead
FIRST, LONGEST = timedelta(minutes=2), timedelta(hours=1)  # between a failure and the next try: twice as long each time


def is_due(delivery: Delivery, last: Look | None, now: datetime, *, newest: int, since: datetime, zone: str) -> bool:
    """Whether a delivery is to be made now. newest: the log entry of the newest data. since: when it was described. However many moments
    of its schedule were missed, it is due once."""
    if delivery.paused or not delivery.schedule:
        return False
    if last and last.failures:
        return now >= next_try(last) or _is_ahead(last.ended_at, now)
    if delivery.schedule == AFTER_IMPORT:
        return newest > (last.version if last else -1)
    return next_after(delivery, last, since, zone, now) <= now


def next_try(last: Look) -> datetime:
    """When one that failed is tried again: not before its target lets it."""
    again = last.ended_at + min(FIRST * 2 ** min(last.failures - 1, 10), LONGEST)
    return max(again, datetime.fromisoformat(last.wait_until)) if last.wait_until else again


def next_after(delivery: Delivery, last: Look | None, since: datetime, zone: str, now: datetime) -> datetime:
    """The first moment of a cron schedule after the last run, or after it was described; cut in the store's zone, told in UTC. Now, where
    that was by a clock that was ahead: nobody knows how long ago."""
    from cronsim import CronSim

    if _is_ahead(last.ended_at if last else since, now):
        return now
    begin = max(last.began_at, min(since, now)) if last else since
    return next(CronSim(delivery.schedule, begin.astimezone(ZoneInfo(zone)))).astimezone(UTC)


def newest_data(store: Store) -> int:
    """The last log entry about what figures come from."""
    with store.reading() as cursor:
        found = table_versions(cursor, store.version())
    return max((seq for name, seq in found.items() if name not in NOT_DATA), default=0)


def _is_ahead(moment: datetime, now: datetime) -> bool:
    return moment > now + AHEAD


def next_run(delivery: Delivery, last: Look | None, since: datetime, zone: str, now: datetime) -> datetime | None:
    """When it is made next; None for by hand, paused, and after an import, which nobody knows ahead."""
    if delivery.paused or not delivery.schedule:
        return None
    if last and last.failures:
        return now if _is_ahead(last.ended_at, now) else next_try(last)
    return None if delivery.schedule == AFTER_IMPORT else next_after(delivery, last, since, zone, now)
