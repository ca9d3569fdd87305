"""The file of a store, opened: one moment of it for who reads, one writer at a time, and what a full disk or a crash leaves whole."""

import threading
from collections.abc import Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import duckdb

from data.audit import heads
from data.audit.entries import heads_after, newest_of
from data.log.layouts import is_older, newer_parts
from data.log.moments import data_version, standing_batches
from data.log.tables import create_layout, has_this_layout, quoted_paths, timezone_of
from data.store import stopping
from data.store.copies import keep_before_upgrade
from data.store.readings import Readings
from data.store.turns import Turns
from data.store.writing import DiskFull, StoreError, StoreHeld, StoreNewer

FULL = "The disk is full. Nothing of this was kept, and all that was there before is. Make room, then do it again."
NEWER = (
    "{path} was last opened by a newer version of Holdfast (it has {what}), and this version could misread it. Nothing was changed. Start the "
    "newer version again; or, with this one, `restore` a backup from before the upgrade."
)
NO_SPACE = ("No space left on device", "max_temp_directory_size")


class OpenFile:
    """One open file of a store. Every unit of work takes a cursor of its own."""

    _writes, _newest = 0, (-1, 0)  # how often something was written; the newest log entry, and after how many writes it was that

    def __init__(self, path: Path, memory_limit: str, timezone: str) -> None:
        self.path = path
        self._memory_limit, self._timezone = memory_limit, timezone
        self._write_lock, self._opening = threading.RLock(), threading.Lock()
        self._connection = self._connected()
        self.readings, self._turns = Readings(), Turns()
        self._headed: int | None = None  # the last entry of the audit whose head is written; None where that is not known

    def _connected(self) -> duckdb.DuckDBPyConnection:
        new = not any(path.exists() for path in (self.path, self.path.with_name(f"{self.path.name}.wal")))
        try:
            connection = duckdb.connect(str(self.path))
        except duckdb.IOException as error:
            if "set lock" in str(error):
                raise StoreHeld(f"{self.path} is open in another process. Stop the server, or let it do the work.") from None
            raise StoreError(f"{self.path} cannot be opened as a store: {error}") from None
        try:
            lock_down(connection, self.path.parent, self._memory_limit)
            _upgrade(connection, self.path, self._timezone, new=new)
        except BaseException:
            connection.close()
            raise
        return connection

    @property
    def timezone(self) -> str:
        """The time zone in which days are cut; settled when the store was made."""
        with self.reading() as cursor:
            return timezone_of(cursor)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def reading(self) -> Generator[duckdb.DuckDBPyConnection]:
        """A cursor that sees one moment of the store for as long as it is open."""
        with self._turns.inside(), closing(self._begun()) as cursor, stopping.asking(cursor):
            yield cursor

    @contextmanager
    def writing(self, *, keep: bool = True) -> Generator[duckdb.DuckDBPyConnection]:
        """A cursor in a transaction of its own: kept at the end, or given up on an error or where `keep` is false."""
        with self._write_lock:
            cursor = self._begun()
            try:
                before = newest_of(cursor) if keep else 0
                yield cursor
                fresh = self._fresh_heads(cursor, before) if keep else []
                cursor.execute("commit" if keep else "rollback")
                self._write_heads(fresh)
            except duckdb.Error as error:
                raise DiskFull(FULL) if any(words in str(error) for words in NO_SPACE) else error from None
            finally:
                self._writes += 1
                cursor.close()

    def _fresh_heads(self, cursor: duckdb.DuckDBPyConnection, before: int) -> list[heads.Head]:
        """Heads of the audit that are not written yet: of what this work adds to the entry before it, and what a crash left out. Where a
        file of heads is lost, it is not made up again."""
        if self._headed is None:
            self._headed = heads.begun(self.path) if before == 0 else heads.last_of(self.path)
            if self._headed == 0 and before > heads.OF_FIRST_DEED:  # emptied, which is as good as lost
                self._headed = None
        return heads_after(cursor, before if self._headed is None else min(self._headed, before), before)

    def _write_heads(self, fresh: list[heads.Head]) -> None:
        """Write heads once their entries are kept; where that cannot be, with the next ones."""
        if fresh:
            with suppress(OSError):
                heads.append(self.path, fresh)
                self._headed = fresh[-1].seq

    @contextmanager
    def alone(self) -> Generator[None]:
        """Nobody else writes for as long as this is open; what is looked at in it is so when something is written in it."""
        with self._write_lock:
            yield

    def _begun(self) -> duckdb.DuckDBPyConnection:
        """A cursor in a transaction. The engine that gave up when the disk was full is opened anew: what was acknowledged is in the file."""
        with self._opening:
            try:
                return _transaction(self._connection)
            except duckdb.FatalException:
                self._connection.close()
            try:
                self._connection = self._connected()
                return _transaction(self._connection)
            except duckdb.Error:
                raise DiskFull(FULL) from None

    def version(self, known_at: int | str | None = None) -> int:
        """The number of log entries at `known_at`: it rises with every import, undo and redo. That of now is kept until something is
        written, since no other process writes to a store that is open."""
        writes, (seen, newest) = self._writes, self._newest
        if known_at is None and seen == writes:
            return newest
        with self.reading() as cursor:
            version = data_version(cursor, known_at)
        if known_at is None:
            self._newest = writes, version
        return version

    def standing(self, cursor: duckdb.DuckDBPyConnection) -> list[int]:
        """The batches that stand now."""
        return standing_batches(cursor, data_version(cursor))


def _transaction(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    cursor = connection.cursor()
    try:
        return cursor.execute("begin")
    except duckdb.Error:
        cursor.close()
        raise


def _upgrade(connection: duckdb.DuckDBPyConnection, path: Path, timezone: str, *, new: bool) -> None:
    """Bring a store of an older layout to this one, a copy of it kept beside. Raises StoreNewer for one that a newer program has had."""
    if new:
        return create_layout(connection, timezone, new=True)
    if has_this_layout(connection):
        return
    if found := newer_parts(connection):
        raise StoreNewer(NEWER.format(path=path, what=", ".join(found[:3])))
    if is_older(connection):
        keep_before_upgrade(connection, path)
    create_layout(connection, timezone)


def lock_down(connection: duckdb.DuckDBPyConnection, folder: Path, memory_limit: str) -> None:
    """Let the engine touch nothing but the store's own folder, load nothing, and keep these settings."""
    connection.execute(f"set allowed_directories = [{quoted_paths([folder])}]")
    connection.execute(f"set temp_directory = {quoted_paths([folder / 'spill'])}")
    connection.execute(f"set memory_limit = '{memory_limit}'")
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set global timezone = 'UTC'")  # else moments would be read in the zone of the machine
    for setting in ("enable_external_access", "autoinstall_known_extensions", "autoload_known_extensions", "python_enable_replacements"):
        connection.execute(f"set {setting} = false")
    connection.execute("set lock_configuration = true")
