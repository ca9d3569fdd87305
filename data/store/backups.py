"""Backup and restore: the whole store as one file, taken while it is in use, and put back once it is found whole."""

import os
import shutil
from pathlib import Path
from uuid import uuid4

import duckdb

from data import private
from data.log import workspace
from data.store.integrity import Checked
from data.store.store import Store, StoreError, StoreHeld


def backup(store: Store, path: Path) -> Checked:
    """Write the store as it is at this moment to `path`, in place of an earlier backup; imports and pages go on meanwhile.

    The copy is counted before it takes its name; what an interrupted backup leaves is never at `path`. Raises StoreError.
    """
    with workspace.place(workspace.folder(store.path), "backup") as place:
        copy = place / "copy.duckdb"
        store.copy_to(copy)
        checked = _looked_at(copy, quick=True)
        put(copy, path)
    return checked


def put(copy: Path, path: Path) -> None:
    """Move a finished copy to `path`, whole or not at all, and on disk before it takes the name."""
    path = path.expanduser().resolve()
    fresh = path.with_name(f"{path.name}.{uuid4().hex[:8]}.new")
    try:
        private.place_for(path)
        shutil.move(copy, fresh)
        private.close(fresh)
        with fresh.open("rb+") as written:
            os.fsync(written.fileno())
        fresh.replace(path)
    except OSError as error:
        raise StoreError(f"The backup could not be written to {path}: {error.strerror}. An earlier one there is untouched.") from None
    finally:
        fresh.unlink(missing_ok=True)


def restore(store: Path, path: Path) -> tuple[Checked, Path | None]:
    """Put the backup at `path` in place of the store, once every row, checksum and rollup of it is found right.

    Returns what was checked, and where the store that was there is kept. Raises StoreHeld while a server or another command has the
    store open, StoreError where `path` is no whole backup; then nothing is changed. Restore only backups of your own: a file made
    by others can harm the engine that opens it.
    """
    store, path = store.expanduser().resolve(), path.expanduser().resolve()
    if not path.is_file():
        raise StoreError(f"There is no file {path}.")
    with workspace.place(workspace.folder(store), "restore") as place:
        copy = place / "copy.duckdb"
        shutil.copyfile(path, copy)
        checked = _looked_at(copy, quick=False)
        if checked.faults or not checked.batches:
            told = " ".join(checked.faults[:5]) or "It holds no imports."
            raise StoreError(f"{path} is not restored. {told} The store is as it was.")
        kept = _set_aside(store)
        copy.replace(store)
    return checked, kept


def _looked_at(copy: Path, *, quick: bool) -> Checked:
    try:
        opened = Store.open(copy)
        try:
            return opened.checked(quick=quick)
        finally:
            opened.close()
    except duckdb.Error as error:
        raise StoreError(f"This is no backup, or it is damaged, and nothing was changed: {str(error).splitlines()[0]}") from None


def _set_aside(store: Path) -> Path | None:
    """Keep the store that is there under another name, also one that cannot be opened; None where there is none. Raises StoreHeld."""
    if not store.exists():
        return None
    try:
        Store.open(store).close()  # leaves nothing beside the file
    except StoreHeld:
        raise
    except (StoreError, duckdb.Error):
        pass  # damaged, or of a newer version: what is put in its place is whole
    number = next(n for n in range(1, 10_000) if not store.with_name(f"{store.stem}.replaced-{n}.duckdb").exists())
    kept, log = store.with_name(f"{store.stem}.replaced-{number}.duckdb"), store.with_name(f"{store.name}.wal")
    if log.exists():  # of the other one: it must not be read into what comes
        log.replace(kept.with_name(f"{kept.name}.wal"))
    return store.replace(kept)
