"""Events that stand under another feed already: repeats are told within a feed, so that the same events under two would count twice."""

import duckdb

from data.log.moments import data_version, standing_batches
from data.log.staged import Staged
from data.log.tables import local_time, quoted_paths
from data.usage.events import counting

LOOKED_AT = 2_000
"""Days of an event at an account of which the counts are compared, spread over all that came."""
SAME = 0.5
"""The share of those on days of the other feed that says as much there, from which on both are taken for the same events."""


def feeds_of_the_same(cursor: duckdb.DuckDBPyConnection, staged: Staged) -> list[str]:
    """The other feeds under which events stand that a staged file holds too, sorted: where of what both may tell at least half the days of an
    event at an account have the same count. Counts are kept also where single events were let go of, or never came in but as rollups."""
    standing = standing_batches(cursor, data_version(cursor))
    if not staged.parts or staged.people is None or staged.names is None or not standing:
        return []
    parts, people, names = (quoted_paths(paths) for paths in (staged.parts, [staged.people], [staged.names]))
    query = f"""with fresh as (
            select * from (
                select p.account_id, p.contract_id, n.event, {local_time(cursor)}::date as day, count(*) as n
                from read_parquet([{parts}]) e join read_parquet([{people}]) p on p.number = e.person
                    join read_parquet([{names}]) n on n.number = e.name
                group by all)
            order by hash(account_id, contract_id, event, day) limit {LOOKED_AT}),
        known as (
            select b.feed, s.account_id, s.contract_id, v.event, c.day, sum(c.n) as n
            from (select * from usage_counts where {counting(standing)}) c join batches b using (batch) join subjects s using (subject)
                join event_names v using (event_no)
            where b.feed <> ? and c.day between (select min(day) from fresh) and (select max(day) from fresh) group by all),
        spans as (select feed, min(day) as first, max(day) as last from known group by feed),
        compared as (
            select s.feed, count(*) as told, count(*) filter (where k.n = f.n) as same
            from fresh f join spans s on f.day between s.first and s.last
                left join known k on k.feed = s.feed and k.event = f.event and k.day = f.day
                    and k.account_id is not distinct from f.account_id and k.contract_id is not distinct from f.contract_id
            group by s.feed)
        select feed from compared where same > 0 and same >= {SAME} * told order by feed"""
    return [feed for (feed,) in cursor.execute(query, [staged.feed]).fetchall()]
