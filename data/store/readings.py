"""What views have read of one store, and what was worked out from it, kept for the next view of the same moment, so that ten reports read
the tables once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sized
from typing import Any, TypeVar

import polars as pl

from data.store.stopping import go_on

MOST_BYTES = 256 * 2**20
SECONDS = 0.1  # after which who waits looks whether somebody still waits for them
AN_ENTRY = 400  # bytes of one entry of a list, about
T = TypeVar("T")


def _bytes_of(found: object) -> int:
    if isinstance(found, pl.DataFrame):
        return int(found.estimated_size())
    return AN_ENTRY * (len(found) if isinstance(found, Sized) else 1)


class Readings:
    """Frames, and small things like lists, by what was read, beginning with the data version: what stands at a version never changes. For views alone: what is of no scope
    they narrow to what their viewer may see, what is of one they ask for by it. Never changed in place. What was asked for longest ago goes
    when there is no more room."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._lock = most_bytes, threading.Lock()
        self._held: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()  # each with its bytes
        self._bytes = 0
        self._coming: dict[Hashable, threading.Event] = {}

    def once(self, key: Hashable, read: Callable[[], T]) -> T:
        """What was read under this key; `read` is called where nothing was, or where it has gone. Who asks while it is being read waits
        for it: after a change many ask the same at once, and each would take the processor from the other."""
        while True:
            with self._lock:
                if key in self._held:
                    self._held.move_to_end(key)
                    return self._held[key][0]
                other = self._coming.get(key)
                if other is None:
                    self._coming[key] = threading.Event()
                    break
            while not other.wait(SECONDS):
                go_on()
        return self._read(key, read)

    def _read(self, key: Hashable, read: Callable[[], T]) -> T:
        try:
            go_on()  # between two steps, work that nobody waits for ends
            found = read()  # without the lock: who reads something else need not wait
            with self._lock:
                self._keep(key, found)
            return found
        finally:  # where it failed, the next one reads it itself
            with self._lock:
                self._coming.pop(key).set()

    def held(self, key: Hashable) -> pl.DataFrame | None:
        """What is held under this key; None where nothing is."""
        with self._lock:
            return self._held[key][0] if key in self._held else None

    def copy(self) -> "Readings":
        """The same frames, to which others come that are not held here."""
        made = Readings(self._most)
        with self._lock:
            made._held, made._bytes = OrderedDict(self._held), self._bytes
        return made

    def take(self, other: "Readings") -> None:
        """Hold what the other one holds, too."""
        with self._lock:
            for key, (found, _) in other._held.items():
                if key not in self._held:
                    self._keep(key, found)

    def clear(self) -> None:
        """Let go of everything: the store was written anew, and what stood at a version is no longer what it was."""
        with self._lock:
            self._held.clear()
            self._bytes = 0

    def _keep(self, key: Hashable, found: object) -> None:
        before = self._held.pop(key, None)  # two may have read the same
        self._held[key] = found, _bytes_of(found)
        self._bytes += self._held[key][1] - (before[1] if before else 0)
        while len(self._held) > 1 and self._bytes > self._most:
            self._bytes -= self._held.popitem(last=False)[1][1]
