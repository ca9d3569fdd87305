"""Whether usage that came in under a feed is there under another one already, where it would count twice."""

from dataclasses import dataclass

import duckdb

from data.log.keyed_rows import batch_list


@dataclass(frozen=True)
class Elsewhere:
    """feed, batch: where the same is. days: how many days of an account with the same event both have; of: how many came in."""

    feed: str
    batch: int
    days: int
    of: int


def same_elsewhere(cursor: duckdb.DuckDBPyConnection, batches: list[int], standing: list[int], feed: str) -> Elsewhere | None:
    """The feed that has the most of what batches of a feed brought, told by account (or contract), event and day; None where no other
    feed's standing batches have any of it."""
    query = f"""
        with came as (select distinct subject, event_no, day from usage_counts where batch in {batch_list(batches)})
        select b.feed, min(b.batch), count(distinct (subject, event_no, day))::bigint as days, (select count(*) from came)
        from usage_counts join came using (subject, event_no, day) join batches b using (batch)
        where b.feed <> ? and batch in {batch_list(standing)} group by b.feed order by days desc, b.feed limit 1"""
    found = cursor.execute(query, [feed]).fetchall()
    return Elsewhere(*found[0]) if found else None
