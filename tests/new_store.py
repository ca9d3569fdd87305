"""A new store, opened as a copy of one that was made once for the whole run: for tests that take hundreds of them."""

from pathlib import Path

from data.store.store import Store
from tests.built import copied

EMPTY = "empty.duckdb"


def new_store(path: Path) -> Store:
    """A store without an import at `path`, in the time zone UTC; the caller closes it."""
    copied("empty-store", lambda folder: Store.open(folder / EMPTY).close(), path.parent)
    (path.parent / EMPTY).rename(path)
    return Store.open(path)
