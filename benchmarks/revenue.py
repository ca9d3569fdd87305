"""Movements and retention against hand-written SQL over the same rows, in one run: python -m benchmarks.revenue.

10,000 accounts, 120,000 contract lines, 60 months; the results are equal or the run fails.
"""

import time
from collections.abc import Callable
from datetime import date, timedelta

import duckdb
import numpy as np
import polars as pl

from metrics.months import month_ends
from metrics.movements import movements
from metrics.retention import retention_series

ACCOUNTS, LINES, START, END = 10_000, 120_000, date(2019, 12, 31), date(2024, 12, 31)
SEGMENTS = ("Enterprise", "Mid-market", "SMB")
RUNS = 7

SHARED = (
    """create or replace temp table grid as select range::date - 1 as day, row_number() over (order by range) as place
             from range(date '2020-01-01', date '2025-02-01', interval 1 month)""",
    """create or replace temp table paid as select account_id, segment, place, sum(mrr)::bigint as mrr
             from lines join accounts using (account_id) join grid
             on starts_on <= day and (ends_on is null or ends_on > day) group by all""",
)

MOVEMENTS = """
    with firsts as (select account_id, min(starts_on) as first_paid from lines group by 1),
    pairs as (select coalesce(b.account_id, a.account_id) as account_id, coalesce(b.segment, a.segment) as segment,
                     coalesce(b.place, a.place + 1) as place, coalesce(a.mrr, 0) as opening, coalesce(b.mrr, 0) as closing
              from paid a full join paid b on a.account_id = b.account_id and b.place = a.place + 1)
    select segment as "group", date_trunc('month', n.day)::date as month, sum(opening)::bigint as opening,
           sum(case when opening = 0 and first_paid > o.day then closing else 0 end)::bigint as new,
           sum(case when opening = 0 and first_paid <= o.day then closing else 0 end)::bigint as reactivation,
           sum(case when opening > 0 and closing > opening then closing - opening else 0 end)::bigint as expansion,
           sum(case when closing > 0 and closing < opening then opening - closing else 0 end)::bigint as contraction,
           sum(case when closing = 0 then opening else 0 end)::bigint as churn, sum(closing)::bigint as closing,
           count(*) filter (where closing > 0) as accounts
    from pairs join firsts using (account_id) join grid n on n.place = pairs.place join grid o on o.place = pairs.place - 1
    group by all order by month, "group" """

RETENTION = """
    select n.day, o.segment as "group", sum(o.mrr)::bigint as opening_mrr, sum(coalesce(c.mrr, 0))::bigint as closing_mrr,
           sum(least(o.mrr, coalesce(c.mrr, 0)))::bigint as retained_mrr, count(*) as opening_accounts, count(c.mrr) as retained_accounts
    from paid o join grid n on n.place = o.place + 12 left join paid c on c.account_id = o.account_id and c.place = o.place + 12
    group by all order by n.day, "group" """


def book() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Twelve lines an account, of one to eighteen months, one in twenty without an end; and the accounts with a segment."""
    chance = np.random.default_rng(7)
    first = np.datetime64("2019-10-01") + chance.integers(0, 1700, LINES)
    length = chance.integers(28, 540, LINES).astype("timedelta64[D]")
    accounts = pl.DataFrame({"account_id": [f"A{n:05d}" for n in range(ACCOUNTS)], "segment": [SEGMENTS[n % 3] for n in range(ACCOUNTS)]})
    cents = chance.integers(100, 500_000, LINES)
    lines = pl.DataFrame(
        {"account_id": [f"A{n % ACCOUNTS:05d}" for n in range(LINES)], "starts_on": first, "ends_on": first + length,
         "mrr": cents, "arr": 12 * cents}
    ).with_columns(
        pl.col("starts_on", "ends_on").cast(pl.Date),
        currency=pl.lit("USD"),
    )  # fmt: skip
    return lines.with_columns(ends_on=pl.when(pl.int_range(LINES) % 20 > 0).then("ends_on")), accounts


def timed(*works: Callable[[], object]) -> list[tuple[float, object]]:
    """For each the best of several runs, in seconds, and what came out; the runs take turns, so that all meet the same load."""
    spent, results = [[] for _ in works], [None] * len(works)
    for _ in range(RUNS):
        for place, work in enumerate(works):
            began = time.perf_counter()
            results[place] = work()
            spent[place].append(time.perf_counter() - began)
    return list(zip(map(min, spent), results, strict=True))


def ours(lines: pl.DataFrame, accounts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    groups = accounts.lazy().rename({"segment": "group"})
    bridge = movements(lines.lazy(), start=START, end=END, groups=groups).collect()
    windows = [day for day in month_ends(START, END) if day > START + timedelta(days=360)]
    return bridge, retention_series(lines.lazy(), ends=windows, groups=groups).collect()


def theirs(connection: duckdb.DuckDBPyConnection) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What every account pays at the end of every month, once; then the two questions over it."""
    for statement in SHARED:
        connection.execute(statement)
    return connection.sql(MOVEMENTS).pl(), connection.sql(RETENTION).pl()


def same(mine: pl.DataFrame, other: pl.DataFrame, keys: list[str]) -> bool:
    """Whether the rows and columns that the SQL gives are ours to the cent."""
    inside = mine.join(other.select(keys), on=keys, how="semi").select(other.columns).sort(keys)
    return inside.cast(other.schema).equals(other.sort(keys)) and other.height > 0


def main() -> None:
    lines, accounts = book()
    connection = duckdb.connect()
    connection.register("lines_in", lines.to_arrow())
    connection.register("accounts_in", accounts.to_arrow())
    connection.execute("create table lines as from lines_in; create table accounts as from accounts_in; set threads = 2")
    (sql, (their_bridge, their_windows)), (mine, (bridge, windows)) = timed(lambda: theirs(connection), lambda: ours(lines, accounts))
    assert same(bridge, their_bridge.filter(pl.col("month") <= END), ["month", "group"]), "the bridges differ"
    assert same(windows, their_windows.filter(pl.col("day") <= END), ["day", "group"]), "the windows differ"
    print(f"{LINES:,} lines, {bridge.height} rows of movements, {windows.height} windows: equal")
    print(f"hand-written SQL {sql:.3f} s, ours {mine:.3f} s, ratio {mine / sql:.2f}")


if __name__ == "__main__":
    main()
