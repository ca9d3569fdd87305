"""The store: one DuckDB file that holds a log of imports. Rows are only ever added; what stands is a matter of the log.

An import is one batch, written in one transaction. Undoing and redoing a batch add an entry to the log and touch no row.
"""

import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from data import private
from data.audit.entries import head
from data.audit.verify import Verified, verify
from data.erasure.keys import Erased, known
from data.log import workspace
from data.log.feed_settings import FeedSettings, feed_settings
from data.log.progress import Progress, silent
from data.log.staged import Staged
from data.store import anew, integrity
from data.store.anew import Change
from data.store.batches import Batches
from data.store.copies import copy_of
from data.store.integrity import Checked
from data.store.open_file import FULL as FULL
from data.store.open_file import lock_down
from data.store.readings import Readings
from data.store.turns import StillRead
from data.store.writing import REDO, UNDO, BatchResult, DiskFull, StoreError, StoreHeld, mark, write_batch
from data.viewer import Actor

READERS_LEAVE = 120.0  # seconds for which readers are waited for where the store's file is written anew
STILL_READ = "Pages or exports have been reading the store for two minutes on end. Nothing was changed: do it again once they are done."
T = TypeVar("T")
Before = Callable[[duckdb.DuckDBPyConnection, BatchResult], Readings]
Beside = Callable[[Staged, BatchResult], AbstractContextManager[Staged]]


class NotWorkedOut(Exception):
    """What was to be worked out before a batch stands could not be; the engine may have given up the batch for it."""


class Store(Batches):
    """One open store: what is written to it, and what it says of itself as a whole."""

    @classmethod
    def open(cls, path: Path | str, *, memory_limit: str = "3GB", timezone: str = "UTC") -> "Store":
        """Open the store at `path`, made if it is missing. Raises StoreHeld where another process has it open."""
        path = Path(path).expanduser().resolve()
        private.place_for(path)
        store = cls(path, memory_limit, timezone)
        workspace.clear(path)
        private.close_store(path)
        return store

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
        before: Before | None = None, beside: Beside | None = None, in_place_of: Sequence[int] = (),
    ) -> BatchResult:  # fmt: skip
        """Write a staged file as one batch: all of its accepted rows, or none. told: what the audit says of it besides. before: works out
        what will be asked for, of the store with the batch, before anybody sees it; where it fails, the batch is written without.
        beside: what is to be known of the batch where it stands, and nowhere else: rows of another table, as a batch of their own, written
        in the same transaction, so that no kill leaves one without the other. What it raises gives up both. in_place_of: batches that are
        undone with it, before its rows are held against those that are there. Raises StoreError where one of them does not stand."""
        with self._write_lock:
            if before is not None:
                with suppress(NotWorkedOut):
                    return self._commit(staged, who, progress, told, before, beside, in_place_of)
            return self._commit(staged, who, progress, told, None, beside, in_place_of)

    def _commit(
        self, staged: Staged, who: str | Actor, progress: Progress, told: Mapping[str, Any] | None, before: Before | None,
        beside: Beside | None, in_place_of: Sequence[int],
    ) -> BatchResult:  # fmt: skip
        result = readings = None
        try:
            with self.writing() as cursor:
                for batch in in_place_of:
                    mark(cursor, UNDO, batch, who, store=self.path, replaced=True)
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
        lock_down(connection, folder, self._memory_limit)
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
