"""Work that can be given up half-way: what it asks of a store is interrupted, and nothing more is begun. Polars cannot be interrupted: a step
of it ends first."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

import duckdb


class GivenUp(Exception):
    """Nobody waits for this work any more."""


class Stoppable:
    """One piece of work; `stop` is called by another thread than its own."""

    def __init__(self) -> None:
        self._lock, self._is_over = threading.Lock(), False
        self._cursors: list[duckdb.DuckDBPyConnection] = []

    def stop(self) -> None:
        """Interrupt what the work asks just now; what it asks next raises GivenUp."""
        with self._lock:
            self._is_over = True
            for cursor in self._cursors:
                cursor.interrupt()

    @contextmanager
    def under_way(self) -> Generator[None]:
        """What is asked of stores inside, by this thread, is part of this work. Raises GivenUp in place of any error once it was stopped."""
        before = _current.set(self)
        try:
            yield
        except Exception as error:
            if self._is_over:
                raise GivenUp from error
            raise
        finally:
            _current.reset(before)

    @contextmanager
    def asking(self, cursor: duckdb.DuckDBPyConnection) -> Generator[None]:
        self.go_on()
        with self._lock:
            self._cursors.append(cursor)
        try:
            yield
        finally:
            with self._lock:
                self._cursors.remove(cursor)

    def go_on(self) -> None:
        if self._is_over:
            raise GivenUp


_current: ContextVar[Stoppable | None] = ContextVar("stoppable", default=None)


def is_under_way() -> bool:
    """Whether this thread does work that can be given up."""
    return _current.get() is not None


def go_on() -> None:
    """Raises GivenUp where this thread's work was stopped."""
    if work := _current.get():
        work.go_on()


@contextmanager
def asking(cursor: duckdb.DuckDBPyConnection) -> Generator[None]:
    """For as long as this cursor is used it is interrupted where this thread's work is stopped. Not for what is to be kept."""
    work = _current.get()
    if work is None:
        yield
    else:
        with work.asking(cursor):
            yield
