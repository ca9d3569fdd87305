"""What a view says of usage: read from the rollups, never from the events.

Events that the feature catalogue hides are no use of the product, and count in nothing here, whatever day they are of; but they do show
that a feed goes on and knows an account, so that what is told of feeds counts them.
"""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from data.log.keyed_rows import batch_list
from data.log.tables import local_time
from data.usage.active_days import bit_of, first_of, from_on
from data.usage.coverage import Coverage
from data.usage.events import counting
from data.usage.overlap import HELD_BY
from data.usage.quantity_sums import QuantitySums
from data.usage.rollup_queries import OF_NAMES, OF_USAGE


class UsageView(QuantitySums, Coverage):
    """The part of a view that reads usage."""

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

    def usage_accounts_by_day(self, since: date, until: date) -> pl.DataFrame:
        """How many accounts of the whole company used the product on each day of two (both included) on which any did: day, accounts."""
        query = f"""select day, count(distinct subject)::bigint as accounts from usage_counts
            where batch in {batch_list(self.usage_standing)} and day between ? and ? {self._shown()} group by 1 order by 1"""
        return self._shared(("accounts by day", since, until), lambda: self.cursor.sql(query, params=[since, until]).pl(), OF_USAGE)

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

    def usage_by_contract(self) -> pl.DataFrame:
        """Events per account, contract (null where the export names the account) and day: account_id, contract_id, day, count."""
        return self._usage(
            f"""select a.account_id, s.contract_id, c.day, sum(c.n)::bigint as count
            from (select * from usage_counts where {counting(self.usage_standing)}) c
            join scope_subjects a using (subject) join subjects s using (subject) group by 1, 2, 3""",
            by=("account_id", "contract_id", "day"),
        )
