"""Plays that start by themselves: begun by the server once a night where a trigger holds, up to each play's limit a day."""

import threading
from collections.abc import Callable
from datetime import date, datetime

from data.settings import current_settings
from data.store import open_stores
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from data.work.starting import hold_out_all, start_all
from data.work.templates import plays
from reports.catalogue import run
from reports.report import Question
from reports.units import counted

SECONDS, AGAIN = 60.0, 60  # between two looks; looks without a try after one that failed
WHO = "holdfast"  # what the program does by itself, in log and audit


class PlayNights(threading.Thread):
    """Looks every minute whether tonight's plays are still to be started; where it fails it is tried again an hour later.

    A night is a day of this machine's clock from the hour of the night's work on. Twice in a night does no harm: the same reason starts a
    play once, and its limit counts what was started on the day of the data.
    """

    def __init__(self, store: Callable[[], Store], hour: int, told: Callable[[str], object], seconds: float = SECONDS) -> None:
        super().__init__(name="plays", daemon=True)
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
        """How many plays were started: none where tonight's are, nothing is there yet, or it failed, which is told."""
        if now.hour < self.hour or self._done == now.date() or not open_stores.path_of("own").exists():
            return 0
        try:
            started = start_tonight(self.store())
        except Exception as error:  # a fault of one night must not end the next
            self._waits = AGAIN
            self.told(f"Plays could not be started by themselves, and are tried again in an hour: {error}")
            return 0
        self._done = now.date()
        if started:
            self.told(f"{counted(started, 'play')} started for accounts where a trigger held.")
        return started

    def stop(self) -> None:
        self.ended.set()


def start_tonight(store: Store) -> int:
    """Start the plays that are on for the accounts whose triggers hold on the newest day of the data, but for those that chance holds out;
    how many were started."""
    with View(store) as view:
        is_any_on = any(play.is_on and not play.is_retired for play in plays(view).values())
    if not is_any_on:
        return 0
    found = run("play-starts", store, EVERYONE, Question())
    wanted, day = found.rows.filter(is_on=True, starts=True).to_dicts(), found.parameters["as_of"]
    hold_out_all(store, EVERYONE, found.rows.filter(is_on=True, is_held_out=True).to_dicts(), day=day, way=WHO)
    return len(start_all(store, EVERYONE, wanted, day=day, way=WHO, by_itself=True).batches) if wanted else 0


def begin(told: Callable[[str], object]) -> PlayNights:
    """Begin to start plays by night."""
    begun = PlayNights(lambda: open_stores.store("own"), current_settings().backup_hour, told)
    begun.start()
    return begun
