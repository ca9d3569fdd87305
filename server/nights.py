"""What the server does once a night by itself, beside its backup: looked for every minute, tried again in an hour where it fails."""

import threading
from collections.abc import Callable
from datetime import date, datetime
from typing import Self

from data.settings import current_settings
from data.store import open_stores
from data.store.store import Store

SECONDS, AGAIN = 60.0, 60  # between two looks; looks without a try after one that failed
WHO = "holdfast"  # what the program does by itself, in log and audit


class Nights(threading.Thread):
    """One kind of work by night. A night is a day of this machine's clock from the hour of the night's work on.

    called: the thread's name. done: what is said of how much was done. failed: what is said where it could not be, before the error.
    """

    called = "nights"
    failed = "The night's work could not be done, and is tried again in an hour"

    def __init__(self, store: Callable[[], Store], hour: int, told: Callable[[str], object], seconds: float = SECONDS) -> None:
        super().__init__(name=self.called, daemon=True)
        self.store, self.hour, self.told, self.seconds = store, hour, told, seconds
        self.ended = threading.Event()
        self._done: date | None = None
        self._waits = 0

    @classmethod
    def begin(cls, told: Callable[[str], object]) -> Self:
        """Begin to do the work by night, in the own store."""
        begun = cls(lambda: open_stores.store("own"), current_settings().backup_hour, told)
        begun.start()
        return begun

    def work(self, store: Store) -> int:
        """Do the night's work; how much that was."""
        raise NotImplementedError

    def done(self, count: int) -> str:
        raise NotImplementedError

    def run(self) -> None:
        while not self.ended.wait(self.seconds):
            self._waits -= 1
            if self._waits <= 0:
                self.look(datetime.now().astimezone())

    def look(self, now: datetime) -> int:
        """How much was done: nothing where this night's work is done, nothing is there yet, or it failed, which is told."""
        if now.hour < self.hour or self._done == now.date() or not open_stores.path_of("own").exists():
            return 0
        try:
            count = self.work(self.store())
        except Exception as error:  # a fault of one night must not end the next
            self._waits = AGAIN
            self.told(f"{self.failed}: {error}")
            return 0
        self._done = now.date()
        if count:
            self.told(self.done(count))
        return count

    def stop(self) -> None:
        self.ended.set()
