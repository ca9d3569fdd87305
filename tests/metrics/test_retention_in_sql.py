"""Retention on real contracts, against a plain SQL computation written without any of ours: account by account, day by day."""

from datetime import date, timedelta

import duckdb
import polars as pl
import pytest

from metrics.grace import with_grace
from metrics.lines import contract_lines
from metrics.movements import movements
from metrics.retention import retention
from metrics.rules import preset
from tests.datasets import FOLDER, needs_datasets
from tests.metrics.books import SCHEMA

AS_OF = date(2023, 7, 1)
WINDOWS = [(date(2022, 2, 1) + timedelta(days=17 * n), date(2022, 2, 1) + timedelta(days=17 * n + 90 + 4 * n)) for n in range(20)]

# What an account pays on a day: its live lines; if none, the lines that ended last (on e), when the account started another
# line within the grace and by the day of looking, or when that day is itself within the grace.
PAID = """
create or replace macro paid(d) as table (
    with live as (select account_id, sum(mrr) as m from subs where start_date <= d and end_date > d group by 1),
    last_end as (select account_id, max(end_date) as e from subs where end_date <= d group by 1),
    graced as (
        select s.account_id, sum(s.mrr) as m from subs s join last_end l on l.account_id = s.account_id and s.end_date = l.e
        where s.account_id not in (select account_id from live) and d < l.e + $grace
          and (date '2023-07-01' < l.e + $grace or exists (
              from subs n where n.account_id = s.account_id and n.start_date > l.e and n.start_date < l.e + $grace and n.start_date <= date '2023-07-01'))
        group by 1)
    select * from live union all select * from graced)
"""


@pytest.fixture(scope="module")
def contracts():
    raw = pl.read_csv(FOLDER / "crm_simulation" / "subscription.csv", schema_overrides={"account_id": pl.String}, try_parse_dates=True)
    named = raw.with_row_index("line").select(
        "account_id", "product", starts_on="start_date", ends_on="end_date", amount=pl.col("mrr").cast(pl.Decimal(18, 4)),
        period=pl.lit("1 month"), line=pl.col("line").cast(pl.Int64), row_key=pl.col("line").cast(pl.String),
    )  # fmt: skip
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in SCHEMA.items() if name not in named.columns]
    return named.with_columns(missing).lazy()


def naive(connection, start: date, end: date) -> tuple:
    query = """with o as (from paid(?::date)), c as (from paid(?::date))
        select sum(coalesce(c.m, 0)) / sum(o.m), sum(least(o.m, coalesce(c.m, 0))) / sum(o.m), count(c.m) / count(*), count(*)
        from o left join c using (account_id)"""
    return connection.execute(query, [start, end]).fetchall()[0]


@needs_datasets
@pytest.mark.parametrize(("rules", "grace"), [("strict", 0), ("house", 30), ("chartmogul", 0), ("stripe", 0)])
def test_twenty_windows_agree_with_plain_sql(contracts, rules, grace):
    connection = duckdb.connect()
    connection.execute("create table subs as select * from read_csv(?)", [str(FOLDER / "crm_simulation" / "subscription.csv")])
    connection.execute(PAID.replace("$grace", str(grace)))
    money = with_grace(contract_lines(contracts, rules=preset(rules)), as_of=AS_OF, rules=preset(rules)).collect().lazy()
    for start, end in WINDOWS:
        assert end <= AS_OF
        ours = retention(money, start=start, end=end).select("nrr", "grr", "logo_retention", "opening_accounts").collect().row(0)
        assert ours == pytest.approx(naive(connection, start, end), abs=1e-12)
        assert ours[3] > 10


@needs_datasets
@pytest.mark.parametrize("rules", ["strict", "house"])
@pytest.mark.parametrize("value", ["mrr", "arr"])
def test_every_month_closes_to_the_cent(contracts, rules, value):
    money = with_grace(contract_lines(contracts, rules=preset(rules)), as_of=AS_OF, rules=preset(rules))
    bridge = movements(money, start=date(2021, 12, 31), end=date(2023, 6, 30), value=value).collect()
    assert bridge.height == 18
    total = sum(bridge[part] for part in ("opening", "new", "reactivation", "expansion", "fx")) - bridge["contraction"] - bridge["churn"]
    assert total.to_list() == bridge["closing"].to_list()
    assert bridge["opening"][1:].to_list() == bridge["closing"][:-1].to_list()
