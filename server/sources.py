"""Sources that are pulled by themselves: looked for every half minute, each in a thread of its own, so that one that hangs holds up no
other."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from data.store import open_stores
from data.store.store import Store
from data.work.pulls import FAILED, NOTHING_NEW, Pulled
from sources import deeds, pulling
from sources.description import Source, folder

SECONDS = 30.0  # between two looks
AT_ONCE = 4  # pulls that go on; one that has gone on for longer than HANGS counts as hanging, and holds up none
HANGS = timedelta(minutes=10)
LAST = 5.0  # seconds in which a pull may end when the server does; what it does not end is begun anew


class Sources(threading.Thread):
    """Pulls what is due. told: what is said of a pull that brought rows, waits or failed."""

    def __init__(self, store: Callable[[], Store], told: Callable[[str], object], seconds: float = SECONDS) -> None:
        super().__init__(name="sources", daemon=True)
        self.store, self.told, self.seconds = store, told, seconds
        self.ended = threading.Event()
        self._running: dict[str, tuple[threading.Thread, datetime]] = {}

    def run(self) -> None:
        while not self.ended.wait(self.seconds):
            self.look(datetime.now(UTC))

    def look(self, now: datetime) -> list[threading.Thread]:
        """Begin what is due and not on its way; those that were begun. Nothing where nothing is described."""
        path = open_stores.path_of("own")
        if not folder(path).exists():
            return []
        self._running = {name: one for name, one in self._running.items() if one[0].is_alive()}
        try:
            due = [one for one in deeds.due(self.store(), now) if one.name not in self._running]
        except Exception as error:  # a fault of one look must not end the next
            self.told(f"It could not be told which sources are due: {error}")
            return []
        going = sum(now - began < HANGS for _, began in self._running.values())
        return [self._begun(one, now) for one in due[: max(0, AT_ONCE - going)]]

    def _begun(self, source: Source, now: datetime) -> threading.Thread:
        thread = threading.Thread(target=self._one, args=(source,), name=f"source {source.name}", daemon=True)
        self._running[source.name] = thread, now
        thread.start()
        return thread

    def _one(self, source: Source) -> None:
        try:
            pulled = pulling.pull(self.store(), source, lambda: datetime.now(UTC), ended=self.ended.is_set)
        except pulling.AlreadyPulled:  # somebody pulls it by hand
            return
        except Exception as error:  # of this one alone
            self.told(f"Source {source.name} could not be pulled: {type(error).__name__}")
            return
        if pulled.outcome != NOTHING_NEW:
            self.told(_in_words(pulled))

    def stop(self) -> None:
        """End: a pull is asked to give up between two batches or pages, and one that is written meanwhile may end."""
        self.ended.set()
        until = datetime.now(UTC) + timedelta(seconds=LAST)
        for thread, _ in self._running.values():
            thread.join(max(0.0, (until - datetime.now(UTC)).total_seconds()))


def _in_words(pulled: Pulled) -> str:
    went = "failed, and is tried again" if pulled.outcome == FAILED else f"{pulled.outcome}, {pulled.rows:,} rows"
    return f"Source {pulled.source}: {went}{f': {pulled.problem}' if pulled.problem else '.'}"


def begin(told: Callable[[str], object]) -> Sources:
    """Begin to pull into the own store."""
    begun = Sources(lambda: open_stores.store("own"), told)
    begun.start()
    return begun
