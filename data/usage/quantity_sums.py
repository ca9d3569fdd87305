"""What a view says of quantities that events tell: their sums, and since when these are known."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from data.log.keyed_rows import batch_list
from data.log.quantities import PLACES
from data.usage.events import counting
from data.usage.rollup_queries import OF_USAGE, RollupQueries

QUANTITIES = {
    "account_id": pl.String, "event": pl.String, "day": pl.Date, "count": pl.Int64, "told": pl.Int64, "quantity": pl.Decimal(38, PLACES),
    "below": pl.Decimal(38, PLACES),
}  # fmt: skip


class QuantitySums(RollupQueries):
    """The part of a view that adds up quantities."""

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
