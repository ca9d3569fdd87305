"""The store as it would be: reports run over it as over any other, and nothing of it remains."""

from collections.abc import Generator
from contextlib import contextmanager

import duckdb

from data.log.staged import Staged
from data.store.store import BatchResult, Store, StoreError
from data.store.writing import mark


class Previewed(Store):
    """A store in which one more batch stands, or is marked otherwise, for as long as its transaction is open."""

    def __init__(self, store: Store, cursor: duckdb.DuckDBPyConnection, result: BatchResult | None = None) -> None:
        self.path = store.path
        self._result = result
        self.readings = store.readings.copy()  # to which its own come: the next preview has the same version, and other rows
        self._cursor = cursor

    @property
    def result(self) -> BatchResult:
        """What the one more batch did."""
        assert self._result is not None
        return self._result

    @contextmanager
    def reading(self) -> Generator[duckdb.DuckDBPyConnection]:
        yield self._cursor

    @contextmanager
    def writing(self, *, keep: bool = True) -> Generator[duckdb.DuckDBPyConnection]:
        raise StoreError("A preview is only looked at.")
        yield


@contextmanager
def previewed(store: Store, staged: Staged) -> Generator[Previewed]:
    """The store as if `staged` had been committed."""
    with store.preview(staged) as (cursor, result):
        yield Previewed(store, cursor, result)


@contextmanager
def as_if_marked(store: Store, action: str, batch: int) -> Generator[Previewed]:
    """The store as if a batch had been undone or redone. Raises StoreError as that does."""
    with store.writing(keep=False) as cursor:
        mark(cursor, action, batch, "preview", store=store.path)
        yield Previewed(store, cursor)
