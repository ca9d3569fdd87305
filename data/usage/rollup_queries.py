"""How a query over the rollups of usage is asked: of which accounts, in what order, without hidden events, and how long its rows are kept."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import date
from typing import Self, TypeVar

import duckdb
import polars as pl

from data.log.keyed_rows import batch_list
from data.usage.events import counting
from data.usage.people import people

OF_USAGE = ("usage_events", "accounts", "account_aliases", "contracts", "feature_catalogue")
"""The tables by which usage changes: events, what says of which account they are, and which of them are no use of the product."""
OF_NAMES = OF_USAGE[1:]
NO_MONTH = date.min  # has no events: what a query of months finds in one without any
T = TypeVar("T")


class RollupQueries(ABC):
    """Queries over the rollups; `_subjects` says which number stands for which account in scope."""

    cursor: duckdb.DuckDBPyConnection

    @property
    @abstractmethod
    def usage_standing(self) -> list[int]:
        """The standing batches of usage events."""

    @property
    @abstractmethod
    def hidden_events(self) -> tuple[str, ...]:
        """The events that the feature catalogue hides, in order."""

    @abstractmethod
    def _once(self, key: tuple[object, ...], look_up: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """What was looked up under this key; `look_up` is called where nothing was."""

    @abstractmethod
    def _shared(self, key: tuple[object, ...], look_up: Callable[[], pl.DataFrame], of: Sequence[str] = ()) -> pl.DataFrame:
        """The same for what is so for every viewer, and changes with batches of the tables `of` alone."""

    @abstractmethod
    def _settled(self, key: tuple[object, ...], look_up: Callable[[], T], of: Sequence[str] = ()) -> T:
        """The same for small things."""

    @abstractmethod
    def by_account(self, key: tuple[object, ...], work: Callable[[Self], pl.DataFrame], of: Sequence[str] = ()) -> pl.DataFrame:
        """The same for what says of each account what it says whoever else is looked at."""

    @property
    @abstractmethod
    def looks_at_few(self) -> bool:
        """Whether rows of a few accounts are looked at that nobody else asks for."""

    @abstractmethod
    def _check_read(self, of: Sequence[str]) -> None:
        """Raises RuntimeError where what is worked out may not read these tables."""

    @abstractmethod
    def _subjects(self) -> pl.DataFrame:
        """subject, account_id of the accounts in scope."""

    def _hidden_numbers(self) -> list[int]:
        """The numbers of the hidden events that any file has named."""
        return self._numbers_of(self.hidden_events)

    def _numbers_of(self, events: Sequence[str]) -> list[int]:
        query = "select event_no from event_names where list_contains(?, event) order by 1"
        return [one for (one,) in self.cursor.execute(query, [list(events)]).fetchall()] if events else []

    def _shown(self) -> str:
        """SQL condition that leaves hidden events out of counts."""
        hidden = self._hidden_numbers()
        return f"and event_no not in {batch_list(hidden)}" if hidden else ""

    def _bits(self) -> str:
        """SQL for the active days of users without those on which they had hidden events alone."""
        hidden = self._hidden_numbers()
        if not hidden:
            return "usage_bits"
        return f"""(select batch, subject, user_no, month, bits from usage_bits n where not exists (select 1 from usage_event_bits p
            where p.batch = n.batch and p.user_no = n.user_no and p.month = n.month)
            union all select batch, subject, user_no, month, bits from usage_event_bits where event_no not in {batch_list(hidden)})"""

    def _people(self) -> pl.DataFrame:
        return people(self.cursor, self.usage_standing)

    def _users(self) -> str:
        """SQL for the users by their numbers, those who are one person by one id."""
        if self._shared(("people",), self._people, OF_USAGE).is_empty():
            return "users"
        return "(select user_no, coalesce(p.person, n.user_id) as user_id from users n left join scope_people p on p.user_id = n.user_id)"

    def _usage(
        self, query: str, *parameters: object, by: tuple[str, ...], starts: pl.DataFrame | None = None, of: Sequence[str] = OF_USAGE,
        more: tuple[object, ...] = (),
    ) -> pl.DataFrame:  # fmt: skip
        """Run a query over the rollups, its rows in the order of the columns `by`; scope_subjects says which subject belongs to which
        account in scope. of: the tables by which it changes, where `query` and `more` do not say all."""
        frames = {} if starts is None else {"scope_starts": starts}
        named = (tuple(one) if isinstance(one, list) else one for one in parameters)
        key = (query, *named, *more, *(hashlib.sha256(one.write_csv().encode()).digest() for one in frames.values()))
        return self.by_account(key, lambda view: view._usage_now(query, parameters, frames).sort(by), of)

    def _by_month(self, query: str, since: date, until: date, *, by: tuple[str, ...]) -> pl.DataFrame:
        """Run a query of the months between two for each month from that of `since` to that of `until`, the rows of each in the order of the
        columns `by`, of which account_id is the first. The query has the account's place among all in place of its id: numbers are grouped
        and put in order at a fraction of what ids cost. A month is kept until a batch with events of that month comes or goes: most imports bring the newest one or two. Of a
        few accounts that nobody else asks for all months are read at once."""
        self._check_read(OF_USAGE)
        first, last = since.replace(day=1), until.replace(day=1)
        if last < first:
            return self._months(query, first, first, by).clear()
        if self.looks_at_few:
            rows = self._months(query, first, last, by)
            return rows.sort("month" if "month" in rows.columns else pl.col("day").dt.month_start(), maintain_order=True)
        months = [month for month in pl.date_range(first, last, "1mo", eager=True).to_list() if month in self._batches_by_month()]
        return pl.concat([self._months(query, month, month, by) for month in months or [NO_MONTH]])

    def _months(self, query: str, first: date, last: date, by: tuple[str, ...]) -> pl.DataFrame:
        batches = sorted({batch for month, own in self._batches_by_month().items() if first <= month <= last for batch in own})
        asked = query.format(batches=batch_list(batches), counting=counting(batches))
        key = (asked, first, last, self._of_people())
        return self.by_account(key, lambda view: view._with_ids(view._usage_now(asked, [first, last], {}), by), OF_NAMES)

    def _with_ids(self, rows: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
        """Rows in the order of the columns `by`, with account_id in place of the account's place."""
        ids = self._once(("placed subjects",), self._placed)["account_id"].unique().sort()
        ordered = rows.sort("place", *by[1:])
        return ordered.select(ids.gather(ordered["place"]).alias("account_id"), pl.exclude("place"))

    def _placed(self) -> pl.DataFrame:
        """subject, account_id of the accounts in scope, and the account's place among them by its id, from 0."""
        return self._subjects().with_columns(place=(pl.col("account_id").rank("dense") - 1).cast(pl.UInt32))

    def _batches_by_month(self) -> dict[date, tuple[int, ...]]:
        """The standing batches that have events of each month."""
        return self._settled(("batches by month",), self._months_of_batches, OF_USAGE)

    def _months_of_batches(self) -> dict[date, tuple[int, ...]]:
        query = f"select month, list(distinct batch order by batch) from usage_spans where batch in {batch_list(self.usage_standing)} group by 1"
        return {month: tuple(batches) for month, batches in self.cursor.execute(query).fetchall()}

    def _of_people(self) -> bytes:
        """Who is which person, as part of a key."""
        return self._settled(("digest of people",), self._digest_of_people, OF_USAGE)

    def _digest_of_people(self) -> bytes:
        return hashlib.sha256(self._shared(("people",), self._people, OF_USAGE).write_csv().encode()).digest()

    def _usage_now(self, query: str, parameters: Sequence[object], more: dict[str, pl.DataFrame]) -> pl.DataFrame:
        frames = {
            "scope_subjects": self._once(("placed subjects",), self._placed),
            "scope_people": self._shared(("people",), self._people, OF_USAGE),
        } | more
        named = {name: frame for name, frame in frames.items() if name in query}
        for name, frame in named.items():
            self.cursor.register(name, frame.to_arrow())
        try:
            return self.cursor.sql(query, params=list(parameters)).pl()
        finally:
            for name in named:
                self.cursor.unregister(name)
