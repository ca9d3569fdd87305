"""Forecasts kept by the server itself: in the first night of each month, and so of each quarter, by which the data reaches its eve."""

from datetime import date, timedelta

from data.store.store import Store
from reports.forecast.keeping import keep, kept_for
from server.nights import WHO, Nights


class ForecastNights(Nights):
    """Keeps a forecast where one is due. That is a matter of the data: a night on which the server did not run, or the data came late, is
    made up for later."""

    called, failed = "forecasts", "The forecast could not be kept, and is tried again in an hour"

    def work(self, store: Store) -> int:
        return keep_tonight(store)

    def done(self, count: int) -> str:
        return "The forecast was kept, to be held against what happens."


def keep_tonight(store: Store) -> int:
    """Keep the forecast of the newest day, where none is kept since the month began; how many rows."""
    newest, kept = kept_for(store)
    return keep(store, who=WHO) if newest and is_due(newest, kept) else 0


def is_due(newest: date, kept: list[date]) -> bool:
    """Whether a forecast of the month that the day after the newest one lies in is still to be kept: the last day of a month is the eve of
    the next one, from which all of it lies ahead."""
    return all(_month_ahead(day) != _month_ahead(newest) for day in kept)


def _month_ahead(day: date) -> date:
    return (day + timedelta(days=1)).replace(day=1)
