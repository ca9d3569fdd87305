"""Writing the store anew: its file holds nothing any more of what a change has taken out.

The engine leaves deleted bytes in its file. So the store is copied, the copy is changed in one transaction, what is left of it is copied
once more into a new file, and that file takes the place of the store's while nobody reads. A kill leaves the store as it was, or as it
is to be; what lies half-way in the workspace is removed when the store is next opened.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from data.log.tables import quoted_paths
from data.store import integrity
from data.store.writing import StoreError

T = TypeVar("T")
Change = Callable[[duckdb.DuckDBPyConnection], T]
Open = Callable[[Path, Path], duckdb.DuckDBPyConnection]


def changed(work: Path, made: Path, change: Change[T], opened: Open) -> T:
    """Change the copy at `work` in one transaction, and write what is left of it to `made`. Raises StoreError where that is not whole."""
    connection = opened(work, work.parent)
    try:
        connection.execute("begin")
        result = change(connection)
        connection.execute("commit")
        connection.execute(f"attach {quoted_paths([made])} as made")
        connection.execute('copy from database "work" to made')
        connection.execute("detach made")
    finally:
        connection.close()
    _look_at(made, opened)
    return result


def _look_at(made: Path, opened: Open) -> None:
    connection = opened(made, made.parent)
    try:
        faults = integrity.quick(connection).faults
    finally:
        connection.close()
    if faults:
        raise StoreError(f"The store written anew is not whole, and the store is as it was. {' '.join(faults[:5])}")
    with made.open("rb+") as written:
        os.fsync(written.fileno())


def put_in_place(made: Path, store: Path) -> None:
    """Let the new file be the store's, whose connection is closed. Raises StoreError where something of the old one is still to be written."""
    if store.with_name(f"{store.name}.wal").exists():
        raise StoreError("The engine has not written everything to the store's file yet; the store is as it was. Do it again.")
    os.replace(made, store)
    folder = os.open(store.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
