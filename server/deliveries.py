"""Deliveries by themselves: looked for every minute, each in a thread of its own, so that a target that hangs holds up no other."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

from data.store import open_stores
from data.store.store import Store
from deliveries import deeds, delivering
from deliveries.delivering import Told
from deliveries.description import folder
from deliveries.journal import FAILED

SECONDS = 30.0  # between two looks
AT_ONCE = 4  # deliveries on their way


class Deliveries(threading.Thread):
    """Makes what is due. told: what is said of a delivery that failed, or that arrived."""

    def __init__(self, store: Callable[[], Store], told: Callable[[str], object], seconds: float = SECONDS) -> None:
        super().__init__(name="deliveries", daemon=True)
        self.store, self.told, self.seconds = store, told, seconds
        self.ended = threading.Event()
        self._pool = ThreadPoolExecutor(AT_ONCE, "delivery")
        self._running: dict[str, Future[Told | None]] = {}

    def run(self) -> None:
        while not self.ended.wait(self.seconds):
            self.look(datetime.now(UTC))

    def look(self, now: datetime) -> list[Future[Told | None]]:
        """Begin what is due and not on its way; those that were begun. Nothing where nothing is described."""
        path = open_stores.path_of("own")
        if not path.exists() or not folder(path).exists():
            return []
        self._running = {name: one for name, one in self._running.items() if not one.done()}
        try:
            due = [name for name in deeds.due(self.store(), now) if name not in self._running]
        except Exception as error:  # a fault of one look must not end the next
            self.told(f"It could not be told which deliveries are due: {error}")
            return []
        begun = {name: self._pool.submit(self._one, name, now) for name in due}
        self._running |= begun
        return list(begun.values())

    def _one(self, name: str, now: datetime) -> Told | None:
        try:
            told = delivering.deliver(self.store(), name, now, sleep=partial(_wait, self.ended))
        except Exception as error:  # of this one alone
            self.told(f"Delivery {name} could not be made: {error}")
            return None
        said = f"failed, and is tried again: {told.problem}" if told.outcome == FAILED else f"{told.outcome}, {told.rows:,} rows"
        self.told(f"Delivery {name}: {said}.{f' {told.problem}' if told.gone else ''}")
        return told

    def stop(self) -> None:
        self.ended.set()
        self._pool.shutdown(wait=False, cancel_futures=True)


def _wait(ended: threading.Event, seconds: float) -> None:
    """Between two tries; no longer once the server ends."""
    ended.wait(seconds)


def begin(told: Callable[[str], object]) -> Deliveries:
    """Begin to deliver from the own store."""
    begun = Deliveries(lambda: open_stores.store("own"), told)
    begun.start()
    return begun
