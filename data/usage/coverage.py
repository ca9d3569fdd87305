"""What is known of usage at all: the days of which feeds tell, the accounts that they know, and the months of which users are not known."""

import tomllib
from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from data.log.keyed_rows import batch_list
from data.usage.rollup_queries import OF_USAGE, RollupQueries


def claims_days(mapping: str | None) -> bool:
    """Whether the mapping under which a file came says which days it covers, so that a day without events is one."""
    try:
        return "covers" in tomllib.loads(mapping or "").get("options", {})
    except tomllib.TOMLDecodeError:
        return False


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


class Coverage(RollupQueries):
    """The part of a view that says what usage covers."""

    def months_without_users(self, events: Sequence[str]) -> list[date]:
        """The months in which it is not known whose some events were, since these were let go of before they were told apart, in order."""
        query = f"""select distinct date_trunc('month', day)::date as month from usage_counts c
            join (select batch, max(kept_from) as kept_from from reduced group by 1) r using (batch)
            where c.batch in {batch_list(self.usage_standing)} and event_no in {batch_list(self._numbers_of(events))} and day < kept_from
            and not exists (select 1 from usage_told_apart t
                where t.batch = c.batch and t.event_no = c.event_no and t.month = date_trunc('month', c.day)) order by 1"""
        return [month for (month,) in self.cursor.execute(query).fetchall()]

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

    def names_users(self, until: date) -> bool:
        """Whether any event of the whole company up to a day names its user."""
        query = f"""select 1 from {self._bits()} b join users u using (user_no) where b.batch in {batch_list(self.usage_standing)}
            and b.month <= ? and u.user_id is not null limit 1"""
        return self._settled(("names users", until), lambda: bool(self.cursor.execute(query, [until]).fetchall()), OF_USAGE)

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
