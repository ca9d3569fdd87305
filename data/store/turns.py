"""Who reads the store just now, so that its file can be put in place of another while nobody does."""

import threading
from collections.abc import Generator
from contextlib import contextmanager


class StillRead(Exception):
    """Somebody was reading for longer than could be waited for."""


class Turns:
    """Readers go in and out as they like. Who needs them out waits until those inside have left; those who come meanwhile wait."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._inside: dict[int, int] = {}  # how often each thread is inside
        self._is_closing = False

    @contextmanager
    def inside(self) -> Generator[None]:
        """Be a reader. Who is one already never waits: it may be what the others wait for."""
        me = threading.get_ident()
        with self._changed:
            self._changed.wait_for(lambda: not self._is_closing or me in self._inside)
            self._inside[me] = self._inside.get(me, 0) + 1
        try:
            yield
        finally:
            with self._changed:
                self._inside[me] -= 1
                if not self._inside[me]:
                    del self._inside[me]
                self._changed.notify_all()

    @contextmanager
    def alone(self, seconds: float) -> Generator[None]:
        """Be alone: no reader is inside. Raises StillRead where they have not left after so many seconds."""
        try:
            with self._changed:
                self._is_closing = True
                if not self._changed.wait_for(lambda: not self._inside, seconds):
                    raise StillRead
            yield
        finally:
            with self._changed:
                self._is_closing = False
                self._changed.notify_all()
