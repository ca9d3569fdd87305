"""The store as it would be: reports run over it as over any other, and nothing of it remains."""

from collections.abc import Generator
from contextlib import contextmanager

import duckdb

from data.log.staged import Staged
from data.store.readings import Readings
from data.store.store import BatchResult, Store, StoreError


class Previewed(Store):
    """A store in which one more batch stands, for as long as its transaction is open."""

    def __init__(self, store: Store, cursor: duckdb.DuckDBPyConnection, result: BatchResult) -> None:
        self.path = store.path
        self.result, self.readings = result, Readings()  # its own: the next preview has the same version, and other rows
        self._cursor = cursor

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
