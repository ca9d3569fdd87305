"""What a view of one moment reads is read once, and what is worked out of it is kept until something changes that it comes of."""

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from copy import copy
from datetime import date
from typing import Protocol, Self, TypeVar

import duckdb
import polars as pl

from data.log.moments import LOGGED, data_version, standing_batches
from data.schema import TABLES, WORK_TABLES
from data.store.readings import Readings
from data.usage.view import UsageView
from data.viewer import EVERYONE, Scope, Viewer

T = TypeVar("T")
IN_FILES = tuple(name for name in TABLES if name not in WORK_TABLES)
"""What no conversation or task that is logged on a page changes."""
FIGURES = (*IN_FILES, LOGGED)


class Readable(Protocol):
    """What a view is made on: a store, or a store as it would be."""

    readings: Readings

    def reading(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]: ...


class ReadingOnce(UsageView):
    """The part of a view that keeps what was read, for whom it may be kept: for everybody, or for who sees the same."""

    viewer: Viewer
    where: tuple[tuple[str, tuple[str, ...]], ...]
    data_version: int
    _versions: Mapping[str, int]
    _readings: Readings
    _looked_up: dict[tuple[object, ...], pl.DataFrame]
    _may_read: frozenset[str] | None
    _past: Readable | None
    _told_of: date | None
    _accounts: pl.DataFrame

    @abstractmethod
    def _everybody(self) -> pl.DataFrame:
        """The accounts as who sees all has them."""

    def _once(self, key: tuple[object, ...], look_up: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """A view is one moment: what several parts of a report ask is looked up once. Frames are never changed in place."""
        if key not in self._looked_up:
            self._looked_up[key] = look_up()
        return self._looked_up[key]

    def _version(self, of: Sequence[str]) -> int:
        """The last log entry that changes what is read of some tables; where none is named, of all from which figures come. The day's work
        changes no figure, so that what is worked out is not worked out anew after each task that somebody closes."""
        return max(self._versions.get(name, 0) for name in ("", *(of or FIGURES)))

    @property
    def standing(self) -> list[int]:
        """The batches that stand at this moment."""
        return self._readings.once((self.data_version, "standing"), lambda: standing_batches(self.cursor, self.data_version))

    def _settled(self, key: tuple[object, ...], look_up: Callable[[], T], of: Sequence[str] = ()) -> T:
        """What the log says at this moment, whoever looks, is looked up once for all views of the store, and again once batches of the
        tables `of` change it."""
        return self._readings.once((self._version(of), *key), look_up)

    def _shared(self, key: tuple[object, ...], look_up: Callable[[], pl.DataFrame], of: Sequence[str] = ()) -> pl.DataFrame:
        """The same for frames, which one view asks for several times."""
        return self._once(key, lambda: self._settled(key, look_up, of))

    def worked_out(self, key: tuple[object, ...], work: Callable[[], pl.DataFrame], of: Sequence[str] = ()) -> pl.DataFrame:
        """What comes of what this view sees is worked out once for all views of the same moment, viewer, filters and, where accounts have
        states, day of these. key: what is worked out, and all else that it depends on, a day that is looked at among it. of: the tables that it is read from; all that figures come from, where
        none is named. The day's work is not read in it: RuntimeError."""
        scope = self._scope_of(self.viewer, self.where)
        self._check_read(of or FIGURES)
        return self._once((*scope, *key), lambda: self._settled((*scope, *key), lambda: self._reading(of or FIGURES, work), of))

    def _scope_of(self, viewer: Viewer, where: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[object, ...]:
        return "worked out", self._seen(viewer), where, self._told_of

    def _reading(self, of: Sequence[str], work: Callable[[], T]) -> T:
        """Let something be worked out that reads some tables alone: it is kept until these change."""
        before, self._may_read = self._may_read, frozenset(of)
        try:
            return work()
        finally:
            self._may_read = before

    def _check_read(self, of: Sequence[str]) -> None:
        """Raises RuntimeError where what is worked out reads a table that it did not name: it would be kept when that changes."""
        strange = set(of) - self._may_read if self._may_read is not None else None
        if strange:
            raise RuntimeError(f"What is worked out reads {', '.join(sorted(strange))}, and is not said to come of it.")

    def by_account(self, key: tuple[object, ...], work: Callable[[Self], pl.DataFrame], of: Sequence[str] = ()) -> pl.DataFrame:
        """As worked_out, of rows that each say of one account (account_id) what they say whoever else is looked at. They are worked out of
        everybody, once for all viewers, and those of the accounts in scope are taken from there. work: works them out of the view that it
        is given, be it this one or that of everybody."""
        if self._sees_whole or not self._is_shared(key, of):
            return self.worked_out(key, lambda: work(self), of)
        return self._once(("taken", *key), lambda: self._of_mine(self._whole().by_account(key, work, of)))

    def learned(self, key: tuple[object, ...], work: Callable[[Self], pl.DataFrame], of: Sequence[str] = ()) -> pl.DataFrame:
        """As worked_out, of what is learned of everybody and tells of no single account, such as the rate of a segment: the same whoever
        looks and whatever is filtered. work: works it out of the view that it is given, which is that of everybody."""
        whole = self if self._sees_whole else self._whole()
        return whole.worked_out(key, lambda: work(whole), of)

    def _is_shared(self, key: tuple[object, ...], of: Sequence[str]) -> bool:
        """Whether rows are taken from those of everybody: where these are held, or many will ask for them."""
        held = (self._version(of), *self._scope_of(EVERYONE, ()), *key)
        return not self.looks_at_few or self._readings.held(held) is not None

    @property
    def looks_at_few(self) -> bool:
        """Whether it is accounts by their ids, or a moment that has gone, that are looked at, for which few will ask."""
        return self._past is not None or any(column == "account_id" for column, _ in self.where)

    def _of_mine(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.filter(pl.col("account_id").is_in(self._accounts["account_id"].implode()))

    def _whole(self) -> Self:
        """The same moment as it is for who sees all, to work out what others take their rows from: never handed out."""
        whole = copy(self)
        whole.viewer, whole.where, whole._looked_up, whole._accounts = EVERYONE, (), {}, self._everybody()
        return whole

    def _seen(self, viewer: Viewer) -> tuple[str | None, Scope | None, int]:
        """Which accounts a viewer sees: the same for all who see the same. Of a past moment rights are those of now, and so change with
        the newest log."""
        now = 0 if self._past is None or viewer.scope is None else data_version(self.cursor)
        return viewer.owner, viewer.scope, now

    @property
    def _sees_whole(self) -> bool:
        return self.viewer.sees_all and not self.where
