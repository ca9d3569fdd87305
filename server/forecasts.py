"""Forecasts kept by the server itself: in the first night of each month, and so of each quarter, by which the data reaches its eve."""

import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta

from data.settings import current_settings
from data.store import open_stores
from data.store.store import Store
from reports.forecast.keeping import keep, kept_for

SECONDS, AGAIN = 60.0, 60  # between two looks; looks without a try after one that failed
WHO = "holdfast"  # what the program does by itself, in log and audit


class ForecastNights(threading.Thread):
    """Looks every minute whether this night a forecast is to be kept; where it fails it is tried again an hour later.

    A night is a day of this machine's clock from the hour of the night's work on. Which forecast is due is a matter of the data: a night
    on which the server did not run, or the data came late, is made up for later.
    """

    def __init__(self, store: Callable[[], Store], hour: int, told: Callable[[str], object], seconds: float = SECONDS) -> None:
        super().__init__(name="forecasts", daemon=True)
        self.store, self.hour, self.told, self.seconds = store, hour, told, seconds
        self.ended = threading.Event()
        self._done: date | None = None
        self._waits = 0

    def run(self) -> None:
        while not self.ended.wait(self.seconds):
            self._waits -= 1
            if self._waits <= 0:
                self.look(datetime.now().astimezone())

    def look(self, now: datetime) -> int:
        """How many rows were kept: none where this night's work is done, nothing is there yet, or it failed, which is told."""
        if now.hour < self.hour or self._done == now.date() or not open_stores.path_of("own").exists():
            return 0
        try:
            rows = keep_tonight(self.store())
        except Exception as error:  # a fault of one night must not end the next
            self._waits = AGAIN
            self.told(f"The forecast could not be kept, and is tried again in an hour: {error}")
            return 0
        self._done = now.date()
        if rows:
            self.told("The forecast was kept, to be held against what happens.")
        return rows

    def stop(self) -> None:
        self.ended.set()


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


def begin(told: Callable[[str], object]) -> ForecastNights:
    """Begin to keep forecasts by night."""
    begun = ForecastNights(lambda: open_stores.store("own"), current_settings().backup_hour, told)
    begun.start()
    return begun
