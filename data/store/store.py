"""The store: one DuckDB file that holds a log of imports. Rows are only ever added; what stands is a matter of the log.

An import is one batch, written in one transaction. Undoing and redoing a batch add an entry to the log and touch no row.
"""

import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import polars as pl

from data import private
from data.audit import heads
from data.audit.entries import head, heads_after, newest_of
from data.audit.verify import Verified, verify
from data.erasure.keys import Erased, known
from data.log import workspace
from data.log.feed_settings import FeedSettings, feed_settings
from data.log.layouts import is_older, newer_parts
from data.log.moments import data_version, standing_batches
from data.log.progress import Progress, silent
from data.log.staged import Staged
from data.log.tables import create_layout, has_this_layout, quoted_paths, timezone_of
from data.schema import KEYED_TABLES, TABLES
from data.store import anew, integrity, stopping
from data.store.anew import Change
from data.store.copies import copy_of, keep_before_upgrade
from data.store.integrity import Checked
from data.store.readings import Readings
from data.store.turns import StillRead, Turns
from data.store.writing import REDO, UNDO, BatchResult, DiskFull, StoreError, StoreHeld, StoreNewer, mark, write_batch
from data.viewer import Actor

FULL = "The disk is full. Nothing of this was kept, and all that was there before is. Make room, then do it again."
NEWER = (
    "{path} was last opened by a newer version of Holdfast (it has {what}), and this version could misread it. Nothing was changed. Start the "
    "newer version again; or, with this one, `restore` a backup from before the upgrade."
)
NO_SPACE = ("No space left on device", "max_temp_directory_size")
READERS_LEAVE = 120.0  # seconds for which readers are waited for where the store's file is written anew
STILL_READ = "Pages or exports have been reading the store for two minutes on end. Nothing was changed: do it again once they are done."
T = TypeVar("T")
Before = Callable[[duckdb.DuckDBPyConnection, BatchResult], Readings]
Beside = Callable[[Staged, BatchResult], AbstractContextManager[Staged]]


class NotWorkedOut(Exception):
    """What was to be worked out before a batch stands could not be; the engine may have given up the batch for it."""


class Store:
    """One open store. Every unit of work takes a cursor of its own; one writer at a time."""

    _writes, _newest = 0, (-1, 0)  # how often something was written; the newest log entry, and after how many writes it was that

    def __init__(self, path: Path, memory_limit: str, timezone: str) -> None:
        self.path = path
        self._memory_limit, self._timezone = memory_limit, timezone
        self._write_lock, self._opening = threading.RLock(), threading.Lock()
        self._connection = self._connected()
        self.readings, self._turns = Readings(), Turns()
        self._headed: int | None = None  # the last entry of the audit whose head is written; None where that is not known

    @classmethod
    def open(cls, path: Path | str, *, memory_limit: str = "3GB", timezone: str = "UTC") -> "Store":
        """Open the store at `path`, made if it is missing. Raises StoreHeld where another process has it open."""
        path = Path(path).expanduser().resolve()
        private.place_for(path)
        store = cls(path, memory_limit, timezone)
        workspace.clear(path)
        private.close_store(path)
        return store

    def _connected(self) -> duckdb.DuckDBPyConnection:
        new = not any(path.exists() for path in (self.path, self.path.with_name(f"{self.path.name}.wal")))
        try:
            connection = duckdb.connect(str(self.path))
        except duckdb.IOException as error:
            if "set lock" in str(error):
                raise StoreHeld(f"{self.path} is open in another process. Stop the server, or let it do the work.") from None
            raise StoreError(f"{self.path} cannot be opened as a store: {error}") from None
        try:
            _lock_down(connection, self.path.parent, self._memory_limit)
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

    def erased(self) -> Erased:
        """What is known of who was erased, by which files that name them are told. Raises KeyLost."""
        with self.reading() as cursor:
            return known(cursor, self.path)

    def feed_settings(self, table: str, feed: str) -> FeedSettings:
        """What the standing files of a feed have settled for all of them."""
        with self.reading() as cursor:
            return feed_settings(cursor, table, feed, self.standing(cursor))

    def commit(
        self, staged: Staged, who: str | Actor = "local", progress: Progress = silent, told: Mapping[str, Any] | None = None,
        before: Before | None = None, beside: Beside | None = None,
    ) -> BatchResult:  # fmt: skip
        """Write a staged file as one batch: all of its accepted rows, or none. told: what the audit says of it besides. before: works out
        what will be asked for, of the store with the batch, before anybody sees it; where it fails, the batch is written without.
        beside: what is to be known of the batch where it stands, and nowhere else: rows of another table, as a batch of their own, written
        in the same transaction, so that no kill leaves one without the other. What it raises gives up both."""
        with self._write_lock:
            if before is not None:
                with suppress(NotWorkedOut):
                    return self._commit(staged, who, progress, told, before, beside)
            return self._commit(staged, who, progress, told, None, beside)

    def _commit(
        self, staged: Staged, who: str | Actor, progress: Progress, told: Mapping[str, Any] | None, before: Before | None,
        beside: Beside | None,
    ) -> BatchResult:  # fmt: skip
        result = readings = None
        try:
            with self.writing() as cursor:
                result = write_batch(cursor, staged, who, progress, store=self.path, told=told)
                if beside is not None:
                    with beside(staged, result) as record:
                        write_batch(cursor, record, who, store=self.path)
                readings = _worked_out(before, cursor, result)
        except DiskFull:
            # The batch may be in the file already when the disk has no room for tidying up after it.
            if result is None or not any(found == result for found, _ in self.imports_of(staged.sha256, staged.mapping)):
                raise
        if readings is not None:
            self.readings.take(readings)
        return result

    @contextmanager
    def preview(self, staged: Staged) -> Generator[tuple[duckdb.DuckDBPyConnection, BatchResult]]:
        """A cursor that sees the store as if `staged` had been committed, and the counts; nothing of it remains afterwards."""
        with self.writing(keep=False) as cursor:
            result = write_batch(cursor, staged, "preview", store=self.path)
            yield cursor, result

    def undo(self, batch: int, who: str | Actor = "local") -> None:
        """Let a batch stand no more. Raises StoreError where there is no such batch or it is undone already."""
        self._mark(batch, UNDO, who)

    def redo(self, batch: int, who: str | Actor = "local") -> None:
        """Let an undone batch stand again. Raises StoreError where there is no such batch or it stands already."""
        self._mark(batch, REDO, who)

    def _mark(self, batch: int, action: str, who: str | Actor) -> None:
        with self.writing() as cursor:
            mark(cursor, action, batch, who, store=self.path)

    def imports(self) -> pl.DataFrame:
        """One row per batch, newest first: its counts, when and by whom it came, and whether it stands."""
        with self.reading() as cursor:
            return cursor.sql(_IMPORTS).pl().with_columns(pl.col("imported_at", "undone_at").dt.replace_time_zone("UTC"))

    def files(self) -> pl.DataFrame:
        """batch and file of every import, newest first: of `imports`, without a look at what stands."""
        with self.reading() as cursor:
            return cursor.sql("select batch, file from batches order by batch desc").pl()

    def imports_of(self, sha256: str, mapping: str | None = None) -> list[tuple[BatchResult, bool]]:
        """The batches that came from just these bytes (under just this mapping), newest first, each with whether it stands."""
        with self.reading() as cursor:
            standing = set(standing_batches(cursor, data_version(cursor)))
            names = "batch, file, table_name, feed, read, accepted, rejected, duplicate, waiting, coalesce(erased, 0), coalesce(too_old, 0)"
            query = f"select {names} from batches where sha256 = ? and mapping = coalesce(?, mapping) order by batch desc"
            return [(BatchResult(*row), row[0] in standing) for row in cursor.execute(query, [sha256, mapping]).fetchall()]

    def mapping(self, batch: int) -> str:
        """The mapping under which a batch came, as TOML; empty where there is no such batch."""
        with self.reading() as cursor:
            rows = cursor.execute("select mapping from batches where batch = ?", [batch]).fetchall()
            return rows[0][0] if rows else ""

    def table_of(self, batch: int) -> str | None:
        """The table to which a batch brought rows; None where there is no such batch."""
        with self.reading() as cursor:
            rows = cursor.execute("select table_name from batches where batch = ?", [batch]).fetchall()
            return rows[0][0] if rows else None

    def rollups_only(self, batch: int) -> tuple[int, date | None]:
        """How many events of a batch are kept as rollups only, and from which day on they are all there; 0 and None where all are."""
        with self.reading() as cursor:
            query = "select coalesce(sum(rows), 0)::bigint, max(kept_from) from reduced where batch = ?"
            return cursor.execute(query, [batch]).fetchall()[0]

    def accounts_of(self, batch: int) -> list[str]:
        """The accounts that the rows of a batch are about; none where its table is not about accounts."""
        table = self.table_of(batch)
        if table is None or table not in KEYED_TABLES or not TABLES[table].by_account:
            return []
        with self.reading() as cursor:
            return [row[0] for row in cursor.execute(f"select distinct account_id from rows_{table} where batch = ?", [batch]).fetchall()]

    def written(self, batch: int) -> tuple[str, datetime]:
        """Who wrote a batch, and when (UTC)."""
        with self.reading() as cursor:
            query = "select who, logged_at from log where batch = ? order by seq limit 1"
            return cursor.execute(query, [batch]).fetchall()[0]

    def is_edit(self, batch: int) -> bool:
        """Whether a batch was written on a page, from no file."""
        with self.reading() as cursor:
            return bool(cursor.execute("select coalesce(any_value(edit), false) from batches where batch = ?", [batch]).fetchall()[0][0])

    def problems(self, batch: int) -> pl.DataFrame:
        """What was wrong with a batch's file: line, column, value, reason, rejected."""
        with self.reading() as cursor:
            query = 'select line, "column", value, reason, rejected from problems where batch = ? order by line'
            return cursor.sql(query, params=[batch]).pl()

    def rejected_rows(self, batch: int) -> pl.DataFrame:
        """The rows of a batch's file that were turned away: line, cells."""
        with self.reading() as cursor:
            return cursor.sql("select line, cells from rejected_rows where batch = ? order by line", params=[batch]).pl()

    def header(self, batch: int) -> list[str]:
        """The header of a batch's file, in the file's own words."""
        with self.reading() as cursor:
            rows = cursor.execute("select header from batches where batch = ?", [batch]).fetchall()
            return list(rows[0][0] or []) if rows else []

    def audit_head(self) -> str:
        """Number and seal of the newest entry of the audit; empty where there is none."""
        with self.reading() as cursor:
            return head(cursor)

    def verified(self, kept: Path | None = None) -> Verified:
        """What a look at the whole audit found. kept: a file of heads that was kept elsewhere. Raises KeyUnreadable, OSError."""
        with self.reading() as cursor:
            return verify(cursor, self.path, kept)

    def check(self) -> list[str]:
        """Sentences about what is wrong with the store; empty where rows, rollups and log agree."""
        return self.checked().faults

    def checked(self, *, quick: bool = False) -> Checked:
        """What a check looked at and found: log and row counts where `quick`, else also checksums and rollups."""
        with self.reading() as cursor:
            return integrity.quick(cursor) if quick else integrity.thorough(cursor)

    def copy_to(self, path: Path) -> None:
        """Write the store as it is at this moment to a new file in its own folder; writers need not wait."""
        with self._turns.inside(), closing(self._connection.cursor()) as cursor:
            copy_of(cursor, path)

    def write_anew(self, change: Change[T], *, seconds: float = READERS_LEAVE, also: Callable[[], None] = lambda: None) -> T:
        """Change the store in one transaction, so that its file holds no byte any more of what the change took out: see anew.py.

        Readers go on meanwhile, and wait for the moment in which the files change places. All of it or nothing. Raises StoreError where
        readers do not leave for so many seconds, or what would come of it is not whole. also: done beside the store just before and just
        after, so that a kill between leaves it done or the store as it was.
        """
        with self._write_lock, workspace.place(workspace.folder(self.path), "anew") as place:
            made = place / "made.duckdb"
            self.copy_to(place / "work.duckdb")
            result = anew.changed(place / "work.duckdb", made, change, self._opened_apart)
            try:
                with self._turns.alone(seconds):
                    also()
                    self._put_in_place(made)
                    also()
            except StillRead:
                raise StoreError(STILL_READ) from None
            with self.writing():
                pass  # writes the heads of what the change added to the audit
            return result

    def _opened_apart(self, path: Path, folder: Path) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(str(path))
        _lock_down(connection, folder, self._memory_limit)
        return connection

    def _put_in_place(self, made: Path) -> None:
        with self._opening:
            self._connection.execute("checkpoint")
            self._connection.close()
            try:
                anew.put_in_place(made, self.path)
            finally:
                self._connection = self._connected_again()
                self.readings.clear()
                self._writes += 1
                private.close_store(self.path)

    def _connected_again(self) -> duckdb.DuckDBPyConnection:
        """The store opened where it was closed for a moment, in which another process may have looked at it."""
        until = time.monotonic() + 10
        while True:
            try:
                return self._connected()
            except StoreHeld:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)


def _worked_out(before: Before | None, cursor: duckdb.DuckDBPyConnection, result: BatchResult) -> Readings | None:
    """Raises NotWorkedOut."""
    try:
        return None if before is None else before(cursor, result)
    except Exception as error:
        raise NotWorkedOut from error


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


def _lock_down(connection: duckdb.DuckDBPyConnection, folder: Path, memory_limit: str) -> None:
    """Let the engine touch nothing but the store's own folder, load nothing, and keep these settings."""
    connection.execute(f"set allowed_directories = [{quoted_paths([folder])}]")
    connection.execute(f"set temp_directory = {quoted_paths([folder / 'spill'])}")
    connection.execute(f"set memory_limit = '{memory_limit}'")
    connection.execute("set preserve_insertion_order = false")
    connection.execute("set global timezone = 'UTC'")  # else moments would be read in the zone of the machine
    for setting in ("enable_external_access", "autoinstall_known_extensions", "autoload_known_extensions", "python_enable_replacements"):
        connection.execute(f"set {setting} = false")
    connection.execute("set lock_configuration = true")


_IMPORTS = """
with marks as (
    select batch, min(seq) as seq, min(logged_at) filter (where action = 'import') as imported_at,
           arg_min(who, seq) as who, arg_max(action, seq) <> 'undo' as standing,
           arg_max(logged_at, seq) filter (where action = 'undo') as undone_at, arg_max(who, seq) filter (where action = 'undo') as undone_by
    from log group by batch)
select batch, file, table_name as "table", feed, read, accepted, rejected, duplicate, waiting, coalesce(erased, 0) as erased, coalesce(too_old, 0) as too_old, imported_at, who, standing,
       case when not standing then undone_at end as undone_at, case when not standing then undone_by end as undone_by,
       covers_from, covers_to, edit, coalesce(reduced, 0) as reduced, kept_from
from batches join marks using (batch)
left join (select batch, sum(rows)::bigint as reduced, max(kept_from) as kept_from from reduced group by batch) using (batch) order by batch desc
"""
