"""Active days of users told apart by event, so that an event which is no use of the product can be left out of them exactly.

Active days are kept per user and month, whatever happened on them. Of users and months with an event that the feature catalogue hides, or
ever hid, they are kept by event, too: of each such event by itself, and of all others together. Which events of which months of a batch
are told apart stands beside. Days of which rollups alone are kept were told apart by every event when the events went; those of a store
that let go of them before it kept this are not, and whoever reads is told so.
"""

import duckdb

from data.log.tables import local_time
from data.usage.active_days import bit_of

EVER_HIDDEN = "(select event_no from event_names where event in (select event from rows_feature_catalogue where is_hidden))"
OTHERS = 0
"""Stands for all events that are not told apart."""


def tell_hidden_apart(cursor: duckdb.DuckDBPyConnection, batch: int | None = None) -> list[int]:
    """Tell every event apart that the catalogue hides or ever hid: in one batch, or in all. Costs as much as there are events in the months
    that have such events and were not told apart before. Returns the batches of these months."""
    if not cursor.execute(f"select 1 from {EVER_HIDDEN} limit 1").fetchall():
        return []
    return _tell_apart(cursor, " and ".join([f"event_no in {EVER_HIDDEN}", *([] if batch is None else [f"batch = {batch}"])]))


def tell_all_apart(cursor: duckdb.DuckDBPyConnection, before: str) -> None:
    """Tell every event of the days before an ISO day apart, while these are still kept one by one."""
    _tell_apart(cursor, f"day < date '{before}'")


def _tell_apart(cursor: duckdb.DuckDBPyConnection, which: str) -> list[int]:
    kept = "(select batch, max(kept_from) as kept_from from reduced group by 1)"
    cursor.execute(
        f"""create or replace temp table fresh_apart as
        select distinct batch, event_no, date_trunc('month', day)::date as month from usage_counts left join {kept} k using (batch)
        where {which} and (kept_from is null or date_trunc('month', day) >= kept_from)
        except select batch, event_no, month from usage_told_apart"""
    )
    told = [one for (one,) in cursor.execute("select distinct batch from fresh_apart order by 1").fetchall()]
    if told:
        batches, months = "batch in (select batch from fresh_apart)", "({0}batch, {0}month) in (select (batch, month) from fresh_apart)"
        cursor.execute("insert into usage_told_apart select batch, event_no, month from fresh_apart order by all")
        cursor.execute(f"delete from usage_event_bits where {months.format('')}")
        cursor.execute(f"insert into usage_event_bits {by_event(cursor, batches, months.format('d.'))} order by batch, month")
    cursor.execute("drop table fresh_apart")
    return told


def by_event(cursor: duckdb.DuckDBPyConnection, batches: str, months: str = "true") -> str:
    """SQL for the active days by event as usage_told_apart says, worked out from the events of some batches, and of months of these (d)."""
    moment = local_time(cursor)
    days = f"""select d.batch, user_no, coalesce(t.event_no, {OTHERS}) as event_no, d.month, bit_or(bit) as bits
        from (select batch, user_no, event_no, date_trunc('month', {moment})::date as month, {bit_of(moment)} as bit from usage_events
            where {batches}) d left join usage_told_apart t on t.batch = d.batch and t.event_no = d.event_no and t.month = d.month
        where {months} group by all"""
    return f"""select batch, subject, user_no, month, event_no, bits from (select *, max(event_no) over (partition by batch, user_no, month) as apart
        from ({days})) join users using (user_no) where apart > {OTHERS}"""
