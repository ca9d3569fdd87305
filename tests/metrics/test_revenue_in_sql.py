"""Retention and movements on random books, against plain SQL that walks day by day, under every preset and in two currencies.

Nothing of ours is in the SQL: it reads the contracts as they were imported, prices them, and says of every account on every day
what it pays, with what its neighbours on the calendar say about grace.
"""

from datetime import date, timedelta

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.movements import movements
from metrics.retention import retention, retention_series
from tests.metrics.books import book, effective

FIRST, SEEN = date(2021, 1, 1), date(2022, 9, 17)
CHOICES = {
    "house": {"grace": 30, "ending": True, "notice": False, "free": True, "monthly": False},
    "strict": {"grace": 0, "ending": True, "notice": False, "free": True, "monthly": False},
    "chartmogul": {"grace": 0, "ending": True, "notice": False, "free": True, "monthly": True},
    "stripe": {"grace": 0, "ending": False, "notice": True, "free": False, "monthly": False},
}
# Seven odd decimals: no amount in the books lands on half a cent.
RATES = [(date(2021, 2, 1), 1.0837123), (date(2021, 9, 15), 1.1937411), (date(2022, 4, 1), 0.9371239)]

DAILY = """
create or replace table daily as
with priced as (
    select row_key, account_id, coalesce(currency, 'USD') as currency, starts_on, cancelled_on, discount_ends_on,
           coalesce(kind, 'recurring') = 'recurring' and not coalesce(is_trial, false) as counts,
           case when $notice and cancelled_on is not null then least(ends_on, greatest(cancelled_on, starts_on)) else ends_on end as stop,
           (amount * 100)::hugeint as cents, ((1 - coalesce(discount, 0)) * 10000)::hugeint as kept,
           case when period = 'term' then 365 when period like '%week' then 52 when period like '%day' then 365 else 1 end::hugeint as over,
           case when period = 'term' then 365 * datesub('month', starts_on, ends_on)
                     + 12 * (ends_on - (starts_on + to_months(datesub('month', starts_on, ends_on)::integer))::date)
                when period like '%month' then split_part(period, ' ', 1)::integer
                else 12 * split_part(period, ' ', 1)::integer end::hugeint as under
    from contracts),
on_day as (
    select p.*, d.day, cents * over * case when discount_ends_on is null then kept when not $ending then 10000
                                            when d.day < discount_ends_on then kept else 10000 end as top
    from priced p join (select range::date as day from range(date '2020-12-01', date '2022-10-01', interval 1 day)) d
      on d.day >= starts_on and (stop is null or d.day < stop) where counts and under > 0)
select row_key, account_id, currency, day, stop, cancelled_on, ((2 * top + 10000 * under) // (20000 * under))::bigint as mrr,
       (24 * top + 10000 * under) // (20000 * under) > 0 as pays,
       (2 * top + 10000 * under) // (20000 * under) > 0 as pays_monthly from on_day"""

HELD = """
create or replace table held as
with paid as (select * from daily where case when $monthly then pays_monthly else pays end),
free as (
    select * replace (0 as mrr) from daily f where $free and not case when $monthly then pays_monthly else pays end
      and f.day >= (select min(p.day) from paid p where p.account_id = f.account_id)),
counting as (select * from paid union all by name select * from free),
days as (select distinct account_id, day from counting),
calendar as (select account_id, d.day from (select distinct account_id from days),
             (select range::date as day from range(date '2020-12-01', date '2022-10-01', interval 1 day)) d),
gaps as (select c.account_id, c.day, (select max(p.day) + 1 from days p where p.account_id = c.account_id and p.day < c.day) as e,
                (select min(n.day) from days n where n.account_id = c.account_id and n.day > c.day) as again
         from calendar c anti join days using (account_id, day)),
graced as (
    select g.account_id, g.day, p.currency, p.mrr from gaps g join counting p on p.account_id = g.account_id and p.day = g.e - 1 and p.stop = g.e
    where $grace > 0 and g.day < g.e + $grace and g.e <= $seen and (p.cancelled_on is null or p.cancelled_on > $seen)
      and ($seen < g.e + $grace or (g.again < g.e + $grace and g.again <= $seen)))
select account_id, day, currency, sum(mrr)::bigint as mrr from (
    select account_id, day, currency, mrr from counting union all select * from graced) group by all"""

RATE = (
    "(select case when {c} = 'USD' then 1 else coalesce(arg_max(rate, day) filter (where day <= {d}), arg_min(rate, day)) end from rates)"
)
RETENTION = f"""
with o as (select account_id, sum(round(mrr * {RATE.format(c="h.currency", d="$start")}))::bigint as m from held h where day = $start group by 1),
c as (select account_id, sum(round(mrr * {RATE.format(c="h.currency", d="$start")}))::bigint as m from held h where day = $end group by 1)
select sum(o.m)::bigint, coalesce(sum(c.m), 0)::bigint, sum(least(o.m, coalesce(c.m, 0)))::bigint, count(*), count(c.account_id)
from o left join c using (account_id) where o.m > 0"""
BRIDGE = f"""
with o as (select account_id, sum(round(mrr * {RATE.format(c="h.currency", d="$start")}))::bigint as m from held h where day = $start group by 1),
k as (select account_id, sum(round(mrr * {RATE.format(c="h.currency", d="$start")}))::bigint as m from held h where day = $end group by 1),
c as (select account_id, sum(round(mrr * {RATE.format(c="h.currency", d="$end")}))::bigint as m from held h where day = $end group by 1),
b as (select account_id from held where day <= $start group by 1),
j as (select account_id, o.account_id is not null as was, k.account_id is not null as isnow, coalesce(o.m, 0) as om, coalesce(k.m, 0) as km,
             coalesce(c.m, 0) as cm, b.account_id is not null as before
      from o full join k using (account_id) full join c using (account_id) left join b using (account_id))
select sum(om), sum(km) filter (where isnow and not was and not before), sum(km) filter (where isnow and not was and before),
       sum(km - om) filter (where was and isnow and km > om), sum(om - km) filter (where was and isnow and km < om),
       sum(om) filter (where was and not isnow), sum(cm - km), sum(cm), count(*) filter (where cm > 0) from j"""


@st.composite
def chains(draw):
    """Lines of one account, one after another, with the gaps on which grace turns."""
    account, starts, told = draw(st.sampled_from("ABC")), FIRST + timedelta(days=draw(st.integers(0, 300))), []
    for _ in range(draw(st.integers(1, 4))):
        last = draw(st.integers(0, 5)) == 0
        ends = None if last else starts + timedelta(days=draw(st.sampled_from([1, 20, 31, 60, 90, 180])))
        period = draw(st.sampled_from(["1 month", "1 month", "1 year", "3 month", "1 week", "1 day", "2 year", "term"]))
        if period == "term":
            starts, ends = starts.replace(day=min(starts.day, 28)), ends or starts + timedelta(days=100)
        told.append({
            "account_id": account, "starts_on": starts, "ends_on": ends, "period": period,
            "amount": str(draw(st.integers(1, 99999)) / 100 if draw(st.integers(0, 5)) else 0),
            "kind": draw(st.sampled_from([None, "recurring", "recurring", "recurring", "recurring", "usage"])),
            "currency": draw(st.sampled_from(["USD", "USD", None, "EUR"])),
            "cancelled_on": draw(st.sampled_from([None, None, None, starts + timedelta(days=25)])),
            "is_trial": draw(st.sampled_from([None, None, False, False, False, True])),
            "discount": draw(st.sampled_from([None, None, 0.25, 1.0])),
            "discount_ends_on": draw(st.sampled_from([None, starts + timedelta(days=40)])),
        })  # fmt: skip
        starts = (ends or starts) + timedelta(days=draw(st.sampled_from([-15, 0, 0, 1, 15, 29, 30, 31, 50])))
    return told


books = st.lists(chains(), min_size=1, max_size=4).map(lambda told: [row for chain in told for row in chain])
fx = pl.LazyFrame(
    [(day, "EUR", rate) for day, rate in RATES], schema={"day": pl.Date, "currency": pl.String, "rate": pl.Float64}, orient="row"
)


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as opened:
        opened.execute("create table rates (day date, currency varchar, rate double)")
        opened.executemany("insert into rates values (?, 'EUR', ?)", RATES)
        yield opened


def spread(connection, contracts: list[dict], rules: str) -> None:
    """Write into `held` what every account pays on every day."""
    connection.register("raw", book(*contracts).collect().to_arrow())
    connection.execute("create or replace table contracts as from raw")
    chosen = CHOICES[rules]
    connection.execute(DAILY, {name: chosen[name] for name in ("notice", "ending")})
    connection.execute(HELD, {name: chosen[name] for name in ("grace", "free", "monthly")} | {"seen": SEEN})


def telling_day(contracts: list[dict], choose) -> date:
    """A day around the end of some line, where grace, notice and discounts make the difference."""
    row = choose.choice(contracts)
    day = (row["ends_on"] or row["starts_on"]) + timedelta(days=choose.choice([-1, 0, 1, 20, 28, 29, 30]))
    return max(FIRST, min(day, SEEN))


@pytest.mark.parametrize("rules", ["house", *(pytest.param(rules, marks=pytest.mark.long) for rules in ("strict", "chartmogul", "stripe"))])
@settings(max_examples=60, deadline=None)
@given(contracts=books, choose=st.randoms(use_true_random=False))
def test_retention_and_bridges_agree_with_a_walk_over_the_days(connection, rules, contracts, choose):
    spread(connection, contracts, rules)
    money = effective(*contracts, rules=rules, as_of=SEEN)
    counted = ("opening_mrr", "closing_mrr", "retained_mrr", "opening_accounts", "retained_accounts")
    for _ in range(4):
        start, end = sorted([telling_day(contracts, choose), telling_day(contracts, choose)])
        ours = retention(money, start=start, end=end, rates=fx).select(counted).collect().row(0)
        theirs = connection.execute(RETENTION, {"start": start, "end": end}).fetchall()[0]
        assert ours == tuple(value or 0 for value in theirs)
    closes = [date(2022, 3, 31), date(2022, 4, 30)]
    series = retention_series(money, ends=closes, rates=fx).collect()
    for row, opened_on in zip(series.iter_rows(named=True), (date(2021, 3, 31), date(2021, 4, 30)), strict=True):
        theirs = connection.execute(RETENTION, {"start": opened_on, "end": row["day"]}).fetchall()[0]
        assert tuple(row[name] for name in counted) == tuple(value or 0 for value in theirs)
    bridge = movements(money, start=date(2021, 2, 28), end=date(2021, 9, 30), every="quarter", rates=fx).collect()
    bridge = bridge.drop("group", "month", "opens_on", "closes_on")
    quarters = [(date(2021, 2, 28), date(2021, 3, 31)), (date(2021, 3, 31), date(2021, 6, 30)), (date(2021, 6, 30), date(2021, 9, 30))]
    if bridge.height:
        told = [connection.execute(BRIDGE, {"start": opened, "end": closed}).fetchall()[0] for opened, closed in quarters]
        assert bridge.rows() == [tuple(int(value or 0) for value in row) for row in told]
