"""What people will ask for is worked out while the batch that changes it is still being written: pages go on with what stands meanwhile,
and nobody waits once it is another."""

import logging
from collections.abc import Callable

import duckdb

from data.store.preview import Previewed
from data.store.readings import Readings
from data.store.store import BatchResult, Store

_work: list[Callable[[Store], object]] = []


def by(work: Callable[[Store], object] | None) -> None:
    """What is to be worked out, on the store as it will be; said once, at the start of the server. None: nothing any more."""
    _work[:] = [work] if work else []


def of(store: Store) -> Callable[[duckdb.DuckDBPyConnection, BatchResult], Readings] | None:
    """For `Store.commit`: what comes of the store with the batch, on top of what is held of it already. None where nothing is asked for."""
    if not _work:
        return None

    def before(cursor: duckdb.DuckDBPyConnection, result: BatchResult) -> Readings:
        seen = Previewed(store, cursor, result)
        try:
            _work[0](seen)
        except Exception:
            logging.getLogger(__name__).info("What pages ask was not worked out ahead of an import.", exc_info=True)
            raise
        return seen.readings

    return before
