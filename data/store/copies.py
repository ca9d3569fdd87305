"""Copies of a store, written by the engine that has it open: whole, as it is at one moment."""

import os
import shutil
from pathlib import Path
from uuid import uuid4

import duckdb

from data import private
from data.log.tables import quoted_paths
from data.store.writing import DiskFull

NO_ROOM = (
    "{path} is of an earlier version, and is kept as it is before it is upgraded. That takes {needed:,.1f} GB, and the disk has {free:,.1f} GB "
    "left. Nothing was changed. Make room, then start again; the earlier version still opens it."
)
GB = 1 << 30


def copy_of(cursor: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Write all that a cursor sees to a new file in the store's own folder; writers need not wait."""
    name = f"copy_{uuid4().hex}"
    cursor.execute(f"attach {quoted_paths([path])} as {name}")
    try:
        own = cursor.execute("select current_database()").fetchall()[0][0].replace('"', '""')
        cursor.execute(f'copy from database "{own}" to {name}')
    finally:
        cursor.execute(f"detach {name}")


def kept_before_upgrade(store: Path) -> Path:
    """Where the store is kept as it was before the last upgrade."""
    return store.with_name(f"{store.stem}.before-upgrade.duckdb")


def keep_before_upgrade(connection: duckdb.DuckDBPyConnection, store: Path) -> Path:
    """Keep the store as it is, in place of what an earlier upgrade kept. Raises DiskFull where there is no room for it."""
    kept, size, free = kept_before_upgrade(store), store.stat().st_size, shutil.disk_usage(store.parent).free
    if free < 2 * size:
        raise DiskFull(NO_ROOM.format(path=store, needed=2 * size / GB, free=free / GB))
    fresh = kept.with_name(f"{kept.name}.{uuid4().hex[:8]}.new")
    try:
        copy_of(connection, fresh)
        private.close(fresh)
        os.replace(fresh, kept)
    finally:
        fresh.unlink(missing_ok=True)
    return kept
