"""What a view says of usage: read from the rollups, never from the events.

Events that the feature catalogue hides are no use of the product, and count in nothing here, whatever day they are of; but they do show
that a feed goes on and knows an account, so that what is told of feeds counts them.
"""

import hashlib
import tomllib
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Self, TypeVar

import duckdb
import polars as pl

from data.log.keyed_rows import batch_list
from data.log.quantities import PLACES
from data.log.tables import local_time
from data.usage.active_days import bit_of, first_of, from_on
from data.usage.events import counting
from data.usage.overlap import HELD_BY
from data.usage.people import people

OF_USAGE = ("usage_events", "accounts", "account_aliases", "contracts", "feature_catalogue")
"""The tables by which usage changes: events, what says of which account they are, and which of them are no use of the product."""
OF_NAMES = OF_USAGE[1:]
QUANTITIES = {
    "account_id": pl.String, "event": pl.String, "day": pl.Date, "count": pl.Int64, "told": pl.Int64, "quantity": pl.Decimal(38, PLACES),
    "below": pl.Decimal(38, PLACES),
}  # fmt: skip
NO_MONTH = date.min  # has no events: what a query of months finds in one without any
T = TypeVar("T")


def claims_days(mapping: str | None) -> bool:
    """Whether the mapping under which a file came says which days it covers, so that a day without events is one."""
    try:
        return "covers" in tomllib.loads(mapping or "").get("options", {})
    except tomllib.TOMLDecodeError:
        return False


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


class UsageView(ABC):
    """The part of a view that reads usage; `_subjects` says which number stands for which account in scope."""

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

    def usage_months(self, since: date, until: date, *, ids: bool = False) -> pl.DataFrame:
        """Active days per user and month: account_id, user_id (null = not known), month, bits (bit d-1 = active on day d), by month.

        A person with several ids is one user, by one of them; with `ids`, each id by itself.
        """
        return self._by_month(
            f"""select a.place, u.user_id, b.month, bit_or(b.bits)::bigint as bits
            from {self._bits()} b join scope_subjects a using (subject) left join {"users" if ids else self._users()} u on u.user_no = b.user_no
            where b.batch in {{batches}} and b.month between ? and ?
            group by 1, 2, 3""",
            since,
            until,
            by=("account_id", "user_id", "month"),
        )

    def accounts_with_users(self, since: date, before: date) -> pl.DataFrame:
        """account_id of those with usage in the whole months from the one of `since` to the last one before that of `before`."""
        return self._usage(
            f"""select distinct a.account_id from {self._bits()} b join scope_subjects a using (subject)
            where b.batch in {batch_list(self.usage_standing)} and b.month >= date_trunc('month', ?::date) and b.month < date_trunc('month', ?::date)""",
            since,
            before,
            by=("account_id",),
        )

    def feature_months(self, since: date, until: date) -> pl.DataFrame:
        """Days with an event per event name and month: account_id, event, month, bits (bit d-1 = on day d). Whole months are returned."""
        return self._by_month(
            f"""select a.place, n.event, date_trunc('month', c.day)::date as month, bit_or({bit_of("c.day")})::bigint as bits
            from (select * from usage_counts where batch in {{batches}} and day between ?::date and last_day(?::date) {self._shown()}) c
            join scope_subjects a using (subject) join event_names n using (event_no) group by 1, 2, 3""",
            since,
            until,
            by=("account_id", "event", "month"),
        )

    def usage_days(self, since: date, until: date) -> pl.DataFrame:
        """Events per account, event name and day: account_id, event, day, count. Both days are included."""
        return self._usage(
            f"""select a.account_id, n.event, c.day, sum(c.n)::bigint as count
            from (select * from usage_counts where day between ? and ? and {counting(self.usage_standing)} {self._shown()}) c
            join scope_subjects a using (subject) join event_names n using (event_no) group by 1, 2, 3""",
            since,
            until,
            by=("account_id", "day", "event"),
        )

    def usage_quantities(self, since: date, until: date) -> pl.DataFrame:
        """Quantities of the events that ever say one: account_id, event, day, count (how often it happened), told (how many of these say a
        quantity), quantity and below (the sums of all and of the negative ones, as decimals; null where none says one). Both days are
        included. Of months in which quantities_known_from says less, nothing is told of what went."""
        numbers = self._settled(("events with quantities",), self._with_quantities, OF_USAGE)
        if not numbers:
            return pl.DataFrame(schema=QUANTITIES)
        shown = f"and event_no in {batch_list(numbers)} {self._shown()}"
        months = self._by_month(
            f"""select a.place, n.event, c.day, sum(c.n)::bigint as count, sum(told)::bigint as told, sum(total) as quantity, sum(below) as below
            from (select subject, event_no, day, n, 0 as told, null as total, null as below from usage_counts
                    where day between $1::date and last_day($2::date) and {{counting}} {shown}
                union all select subject, event_no, day, 0, n, total, below from usage_quantities
                    where day between $1::date and last_day($2::date) and {{counting}} {shown}) c
            join scope_subjects a using (subject) join event_names n using (event_no) group by 1, 2, 3""",
            since,
            until,
            by=("account_id", "event", "day"),
        )
        return months.filter(pl.col("day").is_between(since, until))

    def amounts(self, events: Sequence[str], since: date, until: date) -> pl.DataFrame:
        """What each of `events` comes to between two days (both included), hidden or not: account_id, event, amount (the sum of its
        quantities, in which an event without one counts as 1). Events whose quantities of these days are lost are left out."""
        known = set(events) - set(self.quantities_known_from().filter(pl.col("known_from") > since)["event"])
        named = f"day between $1::date and $2::date and event_no in {batch_list(self._numbers_of(sorted(known)))}"
        return self._usage(
            f"""select a.account_id, n.event, sum(c.amount)::double as amount
            from (select subject, event_no, n as amount from usage_counts where {named} and {counting(self.usage_standing)}
                union all select subject, event_no, total - n from usage_quantities where {named} and {counting(self.usage_standing)}) c
            join event_names n using (event_no) join scope_subjects a using (subject) group by 1, 2""",
            since,
            until,
            by=("account_id", "event"),
        )

    def _with_quantities(self) -> list[int]:
        """The numbers of the events of which a standing batch tells a quantity, in order."""
        query = f"select distinct event_no from usage_quantities where batch in {batch_list(self.usage_standing)} order by 1"
        return [one for (one,) in self.cursor.execute(query).fetchall()]

    def quantities_known_from(self) -> pl.DataFrame:
        """Events, hidden or not, whose quantities of earlier days are not known, since those events went before quantities were added up: event, known_from
        (the day since which they are), in the order of events."""
        numbers = self._settled(("events with quantities",), self._with_quantities, OF_USAGE)
        query = f"""select n.event, max(l.known_from) as known_from from quantities_lost l
            join usage_counts c on c.batch = l.batch and c.day < l.known_from join event_names n using (event_no)
            where l.batch in {batch_list(self.usage_standing)} and event_no in {batch_list(numbers)} group by 1 order by 1"""
        return self._shared(("quantities known from",), lambda: self.cursor.sql(query).pl(), OF_USAGE)

    def event_use(self, since: date, until: date) -> pl.DataFrame:
        """How often each event happened between two days (both included), hidden ones too, and when last: account_id, event, count, last_used."""
        return self._usage(
            f"""select a.account_id, n.event, sum(c.n)::bigint as count, max(c.day) as last_used
            from (select * from usage_counts where day between ? and ? and {counting(self.usage_standing)}) c
            join scope_subjects a using (subject) join event_names n using (event_no) group by 1, 2""",
            since,
            until,
            by=("account_id", "event"),
        )

    def event_months(self, events: Sequence[str], since: date, until: date) -> pl.DataFrame:
        """Active days of users by some events alone: account_id, user_id (null = not known), month, bits, of the months of two days. Read from
        the single events, and where these went, from what was told apart before; see months_without_users. Costs as much as there are events."""
        numbers = batch_list(self._numbers_of(events))
        moment, standing = local_time(self.cursor), batch_list(self.usage_standing)
        return self._usage(
            f"""select a.account_id, p.user_id, e.month, bit_or(e.bits)::bigint as bits from (
                select user_no, date_trunc('month', {moment})::date as month, {bit_of(moment)} as bits from usage_events
                    where batch in {standing} and event_no in {numbers}
                union all select user_no, month, bits from usage_event_bits where batch in {standing} and event_no in {numbers}) e
            join users u using (user_no) join scope_subjects a using (subject) left join {self._users()} p on p.user_no = e.user_no
            where e.month between date_trunc('month', ?::date) and ? group by 1, 2, 3""",
            since,
            until,
            by=("account_id", "user_id", "month"),
            more=(self._of_people(),),
        )

    def months_without_users(self, events: Sequence[str]) -> list[date]:
        """The months in which it is not known whose some events were, since these were let go of before they were told apart, in order."""
        query = f"""select distinct date_trunc('month', day)::date as month from usage_counts c
            join (select batch, max(kept_from) as kept_from from reduced group by 1) r using (batch)
            where c.batch in {batch_list(self.usage_standing)} and event_no in {batch_list(self._numbers_of(events))} and day < kept_from
            and not exists (select 1 from usage_told_apart t
                where t.batch = c.batch and t.event_no = c.event_no and t.month = date_trunc('month', c.day)) order by 1"""
        return [month for (month,) in self.cursor.execute(query).fetchall()]

    def uses(self, events: Sequence[str], since: date, until: date) -> pl.DataFrame:
        """How often each of `events` happened between two days (both included), read from the events one by one: account_id, event, count,
        users (distinct ones; null where none is named). Costs as much as there are events in these days; of days of which rollups alone are
        kept nothing is told."""
        held = f"select e.*, coalesce(holder, 0) as holder from usage_events e {HELD_BY}"
        return self._usage(
            f"""select a.account_id, n.event, count(*)::bigint as count, nullif(count(distinct p.user_id), 0)::bigint as users
            from ({held} where occurred_at between ?::timestamp - interval 2 day and ?::timestamp + interval 3 day) e
            join event_names n using (event_no) join users u using (user_no) join scope_subjects a using (subject)
            left join {self._users()} p on p.user_no = u.user_no
            where {counting(self.usage_standing)} and list_contains(?, n.event) and {local_time(self.cursor)}::date between ? and ?
            group by 1, 2""",
            since,
            until,
            list(events),
            since,
            until,
            by=("account_id", "event"),
        )

    def usage_span(self, until: date) -> pl.DataFrame:
        """First and last day with an event, up to `until`: account_id, first_seen, last_seen."""
        if self.hidden_events:
            return self._span_of_shown(until)
        before = self._usage(  # kept for every day of the month
            f"""select a.account_id, min(s.first_day) as first_seen, max(s.last_day) as last_seen
            from usage_spans s join scope_subjects a using (subject)
            where s.batch in {batch_list(self.usage_standing)} and s.month < ? group by 1""",
            until.replace(day=1),
            by=("account_id",),
        )
        return self._with_newest(before, until)

    def _span_of_shown(self, until: date) -> pl.DataFrame:
        """The same where events are hidden, which the spans of months do not tell apart."""
        first = self._settled(("first month of usage",), self._first_month, OF_USAGE)
        months = self._by_month(
            f"""select a.place, date_trunc('month', c.day)::date as month, min(c.day) as first_seen, max(c.day) as last_seen
            from (select * from usage_counts where batch in {{batches}} and day between ?::date and last_day(?::date) {self._shown()}) c
            join scope_subjects a using (subject) group by 1, 2""",
            first,
            until.replace(day=1) - timedelta(days=1),
            by=("account_id", "month"),
        )
        return self._with_newest(months, until)

    def _with_newest(self, months: pl.DataFrame, until: date) -> pl.DataFrame:
        """First and last day of what is told of the months before that of a day, and of its own month up to it."""
        newest = (
            self.usage_daily(until.replace(day=1), until)
            .group_by("account_id")
            .agg(first_seen=pl.col("day").min(), last_seen=pl.col("day").max())
        )
        every = pl.concat([months.select(newest.columns), newest])
        return every.group_by("account_id").agg(pl.col("first_seen").min(), pl.col("last_seen").max()).sort("account_id")

    def _first_month(self) -> date:
        return min(self._batches_by_month(), default=date(1970, 1, 1))

    def usage_daily(self, since: date, until: date) -> pl.DataFrame:
        """Events per account and day: account_id, day, count, by month. Both days are included."""
        months = self._by_month(
            f"""select a.place, c.day, sum(c.n)::bigint as count
            from (select * from usage_counts where day between ?::date and last_day(?::date) and {{counting}} {self._shown()}) c
            join scope_subjects a using (subject) group by 1, 2""",
            since,
            until,
            by=("account_id", "day"),
        )
        return months.filter(pl.col("day").is_between(since, until))

    def usage_seen_in(self, until: date) -> pl.DataFrame:
        """Since when each account is in each feed of usage, be it by hidden events, up to `until`: account_id, feed, first_seen."""
        return self._usage(
            f"""select a.account_id, b.feed, min(s.first_day) as first_seen
            from usage_spans s join batches b using (batch) join scope_subjects a using (subject)
            where s.batch in {batch_list(self.usage_standing)} group by 1, 2""",
            by=("account_id", "feed"),
        ).filter(pl.col("first_seen") <= until)

    def usage_told_days(self, since: date, until: date) -> pl.DataFrame:
        """Days on which anybody of the whole company had an event, hidden or not, and those that a file claims to cover: feed, day."""
        first, last = since.replace(day=1), _month_end(until)  # kept for every other day of these months
        days = self._shared(("told days", first, last), lambda: self._told_days(first, last), OF_USAGE)
        return days.filter(pl.col("day").is_between(since, until))

    def _told_days(self, since: date, until: date) -> pl.DataFrame:
        of_usage = f"table_name = 'usage_events' and batch in {batch_list(self.usage_standing)}"
        seen = self.cursor.sql(
            f"select distinct b.feed, c.day from usage_counts c join batches b using (batch) where {of_usage} and c.day between ? and ?",
            params=[since, until],
        ).pl()
        files = self.cursor.execute(f"select feed, covers_from, covers_to, mapping from batches where {of_usage}").fetchall()
        claimed = [(feed, first, last) for feed, first, last, mapping in files if first and claims_days(mapping)]
        ranges = pl.DataFrame(claimed, schema={"feed": pl.String, "first": pl.Date, "last": pl.Date}, orient="row")
        every = ranges.with_columns(day=pl.date_ranges("first", "last")).explode("day").filter(pl.col("day").is_between(since, until))
        return pl.concat([seen, every.select("feed", "day")]).unique().sort("feed", "day")

    def usage_accounts_by_day(self, since: date, until: date) -> pl.DataFrame:
        """How many accounts of the whole company used the product on each day of two (both included) on which any did: day, accounts."""
        query = f"""select day, count(distinct subject)::bigint as accounts from usage_counts
            where batch in {batch_list(self.usage_standing)} and day between ? and ? {self._shown()} group by 1 order by 1"""
        return self._shared(("accounts by day", since, until), lambda: self.cursor.sql(query, params=[since, until]).pl(), OF_USAGE)

    def names_users(self, until: date) -> bool:
        """Whether any event of the whole company up to a day names its user."""
        query = f"""select 1 from {self._bits()} b join users u using (user_no) where b.batch in {batch_list(self.usage_standing)}
            and b.month <= ? and u.user_id is not null limit 1"""
        return self._settled(("names users", until), lambda: bool(self.cursor.execute(query, [until]).fetchall()), OF_USAGE)

    def user_first_days(self, starts: pl.DataFrame, until: date) -> pl.DataFrame:
        """The first active day of each user on or after the account's start, up to `until`: account_id, user_id, first_day, in no order.

        starts: account_id, started_on. A null user_id stands for the users that the export does not name.
        """
        newest = until.replace(day=1)
        before, later = (self._first_days(starts, until, months, newest) for months in ("<", ">="))
        return pl.concat([before, later.join(before, on=["account_id", "user_id"], how="anti", nulls_equal=True, maintain_order="left")])

    def _first_days(self, starts: pl.DataFrame, until: date, months: str, newest: date) -> pl.DataFrame:
        """The same by the months before the newest one, or by those from it on, which most imports bring: the others are kept meanwhile."""
        batches = {one for month, own in self._batches_by_month().items() if (month < newest) == (months == "<") for one in own}
        since_start = f"case when b.month < s.started_on then {from_on('b.bits', 's.started_on')} else b.bits end"
        return self._usage(
            f"""select account_id, user_id, min(first_day) as first_day from (
                select account_id, user_id, {first_of("bits", "month")} as first_day from (
                    select a.account_id, u.user_id, b.month, {since_start} as bits
                    from {self._bits()} b join scope_subjects a using (subject) join scope_starts s using (account_id)
                    left join {self._users()} u on u.user_no = b.user_no
                    where b.batch in {batch_list(sorted(batches))} and b.month {months} ?::date and b.month >= date_trunc('month', s.started_on))
                where bits <> 0)
            where first_day <= ?::date group by 1, 2""",
            newest,
            until,
            starts=starts,
            by=("account_id", "first_day", "user_id"),
            of=OF_NAMES,
            more=(self._of_people(),),
        )

    def event_first_days(self, starts: pl.DataFrame, events: Sequence[str], until: date) -> pl.DataFrame:
        """The first day of each of `events` on or after the account's start, up to `until`: account_id, event, first_day."""
        return self._usage(
            f"""select a.account_id, n.event, min(c.day) as first_day
            from usage_counts c join event_names n using (event_no) join scope_subjects a using (subject)
            join scope_starts s using (account_id)
            where c.batch in {batch_list(self.usage_standing)} and c.day between s.started_on and ?::date and list_contains(?, n.event)
            group by 1, 2""",
            until,
            list(events),
            starts=starts,
            by=("account_id", "event"),
        )

    def not_told_apart(self) -> pl.DataFrame:
        """The months of which active users count hidden events, too, since these went before they were told apart: month, in order. Counts
        of events and features are exact in these, too."""
        hidden = self._hidden_numbers()
        query = f"""select distinct date_trunc('month', day)::date as month from usage_counts c where c.batch in {batch_list(self.usage_standing)}
            and event_no in {batch_list(hidden)} and not exists (select 1 from usage_told_apart t
                where t.batch = c.batch and t.event_no = c.event_no and t.month = date_trunc('month', c.day)) order by 1"""
        if not hidden:
            return pl.DataFrame(schema={"month": pl.Date})
        return self._shared(("not told apart",), lambda: self.cursor.sql(query).pl(), OF_USAGE)

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

    def usage_by_contract(self) -> pl.DataFrame:
        """Events per account, contract (null where the export names the account) and day: account_id, contract_id, day, count."""
        return self._usage(
            f"""select a.account_id, s.contract_id, c.day, sum(c.n)::bigint as count
            from (select * from usage_counts where {counting(self.usage_standing)}) c
            join scope_subjects a using (subject) join subjects s using (subject) group by 1, 2, 3""",
            by=("account_id", "contract_id", "day"),
        )

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
