"""Backup and restore: the whole store as one file, taken while it is in use, and put back once it is found whole."""

import os
import shutil
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import duckdb

from data import private
from data.audit import heads
from data.audit.deeds import certain
from data.audit.entries import heads_after, newest_of, record
from data.audit.heads import NO_SEAL, REPLACED, Head
from data.log import workspace
from data.store.integrity import Checked
from data.store.store import Store, StoreError, StoreHeld
from data.viewer import Actor


def backup(store: Store, path: Path, who: str | Actor = "local") -> Checked:
    """Write the store as it is at this moment to `path`, in place of an earlier backup; imports and pages go on meanwhile.

    The audit says so first, so that the copy holds that entry, too; while an import is being written, that waits for its end. The copy is counted before it takes its name; what an interrupted
    backup leaves is never at `path`. Raises StoreError.
    """
    with workspace.place(workspace.folder(store.path), "backup") as place:
        copy = place / "copy.duckdb"
        certain(store, "backup", who, kind="store", detail={"data_version": store.version()})
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


def restore(store: Path, path: Path, who: str | Actor = "local") -> tuple[Checked, Path | None]:
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
        came = _restored(copy, store, who)
        kept = _set_aside(store)
        copy.replace(store)
        heads.append(store, came)
    return checked, kept


def _restored(copy: Path, store: Path, who: str | Actor) -> list[Head]:
    """Add an entry to the audit of a copy that is to be restored, and give the heads that tell of it: its newest, and that of the entry."""
    replaced = heads.read(heads.place(store))[0][-1:] if heads.place(store).exists() else []
    opened = Store.open(copy)
    try:
        with opened.writing() as cursor:
            before = newest_of(cursor)
            told = {"replaced": replaced[0].seq if replaced else 0, "replaced_head": replaced[0].hash if replaced else ""}
            record(cursor, "restore", who, kind="store", detail=told | {"newest": before}, store=store)
            newest = heads_after(cursor, max(before - 1, 0), 0)
        came = newest[:1] if before else [Head(0, NO_SEAL, newest[0].at)]
        return [replace(came[0], at=newest[-1].at, mark=REPLACED), *newest[1 if before else 0 :]]
    finally:
        opened.close()


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
