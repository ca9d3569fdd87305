"""What views have read of one store, kept for the next view of the same moment, so that ten reports read the tables once."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

import polars as pl

MOST_BYTES = 256 * 2**20


class Readings:
    """Frames by what was read, beginning with the data version: what stands at a version never changes. Unscoped, so for views alone, which
    narrow them to what their viewer may see; never changed in place. What was asked for longest ago goes when there is no more room."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._lock = most_bytes, threading.Lock()
        self._held: OrderedDict[Hashable, pl.DataFrame] = OrderedDict()

    def once(self, key: Hashable, read: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """What was read under this key; `read` is called where nothing was, or where it has gone."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        found = read()  # without the lock: who reads something else need not wait
        with self._lock:
            self._held[key] = found
            while len(self._held) > 1 and sum(frame.estimated_size() for frame in self._held.values()) > self._most:
                self._held.popitem(last=False)
        return found
