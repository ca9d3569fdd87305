"""Unit economics against published examples (amounts in cents), on their edges, and on a book that can be read."""

import math
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from metrics.lifetime_bounds import enough, rate_bounds
from metrics.renewals import decided, renewal_results
from metrics.unit_economics import (
    account_counts,
    acquisition_cost,
    annual_churn,
    lifetime_value,
    lifetime_value_by_renewal,
    margins,
    payback_months,
    quick_ratio,
    renewal_period,
    unit_economics,
)
from tests.metrics.books import effective, lines


def value(expression: pl.Expr) -> object:
    return pl.select(expression).item()


def test_lifetime_value():
    """E-14, ChartMogul LTV: 100 / 5 %. E-30, mhq: 500 x 75 % / 2.5 %, and 15,000 / 6,000 = 2.5. E-31, guidewhale: 50 x .75 / .05."""
    assert value(lifetime_value(pl.lit(10_000), pl.lit(0.05))) == 200_000
    assert value(lifetime_value(pl.lit(50_000), pl.lit(0.025), pl.lit(0.75))) == 1_500_000
    assert 1_500_000 / 600_000 == 2.5
    assert value(lifetime_value(pl.lit(5_000), pl.lit(0.05), pl.lit(0.75))) == 75_000
    assert value(lifetime_value(pl.lit(5_000), pl.lit(0.0))) is None


def test_acquisition_cost_and_payback():
    """E-31, guidewhale: (10k + 15k) / 100 = 250; 750 / 250 = 3.0; 250 / (50 x .75) = 6.7 months."""
    cac = value(acquisition_cost(pl.lit(2_500_000), pl.lit(100)))
    assert cac == 25_000
    assert 75_000 / cac == 3.0
    assert value(payback_months(pl.lit(cac), pl.lit(5_000), pl.lit(0.75))) == pytest.approx(6.7, abs=0.05)
    assert value(payback_months(pl.lit(cac), pl.lit(5_000), pl.lit(-0.1))) is None
    assert value(acquisition_cost(pl.lit(2_500_000), pl.lit(0))) is None


def test_lifetime_value_by_renewal():
    """E-13: ARPA x renewal period x gross margin. 100 a month for 36 months at 80 %: 2,880. A year renewed at 75 % lasts 48 months."""
    assert value(lifetime_value_by_renewal(pl.lit(10_000), pl.lit(36.0), pl.lit(0.8))) == 288_000
    assert value(renewal_period(pl.lit(12.0), pl.lit(0.75))) == 48
    assert value(renewal_period(pl.lit(12.0), pl.lit(1.0))) is None


def test_quick_ratio():
    """E-26, pitchkit.net: (20k + 8k) / (5k + 3k) = 3.5."""
    assert value(quick_ratio(pl.lit(20_000 + 8_000), pl.lit(5_000 + 3_000))) == 3.5
    assert value(quick_ratio(pl.lit(1), pl.lit(0))) is None


def test_annual_churn():
    """E-15, ChartMogul: 5 % a month is 1 - .95^12 = 45.96 % a year."""
    assert value(annual_churn(pl.lit(0.05))) == pytest.approx(0.4596, abs=5e-5)


def line(account: str, start: date, end: date | None, amount: int = 100) -> dict:
    return {"account_id": account, "contract_id": f"{account}{start}", "starts_on": start, "ends_on": end, "amount": str(amount)}


def outcomes(*rows: dict, as_of: date, grace_days: int = 0) -> pl.LazyFrame:
    return decided(renewal_results(lines(*rows), start=date.min, end=as_of, as_of=as_of, grace_days=grace_days))


BOOK = (
    line("A", date(2023, 1, 1), date(2024, 1, 1)),
    line("A", date(2024, 1, 1), None),  # renewed
    line("B", date(2023, 1, 1), date(2023, 7, 1)),  # lapsed
    line("C", date(2023, 3, 1), date(2024, 3, 1)),
    line("D", date(2023, 5, 10), None, 300),
)


def test_accounts_that_open_churn_and_are_new():
    rows = account_counts(effective(*BOOK), start=date(2023, 4, 30), end=date(2023, 7, 31)).collect()
    assert rows.rows() == [  # month, mrr, opening, churned, new, paying
        (date(2023, 5, 1), 60_000, 3, 0, 1, 4),
        (date(2023, 6, 1), 60_000, 4, 0, 0, 4),
        (date(2023, 7, 1), 50_000, 4, 1, 0, 3),
    ]


def test_who_comes_back_is_not_new():
    back = (line("A", date(2023, 1, 1), date(2023, 2, 1)), line("A", date(2023, 4, 1), None))
    rows = account_counts(effective(*back), start=date(2023, 1, 31), end=date(2023, 4, 30)).collect()
    assert rows.select("churned_accounts", "new_accounts", "accounts").rows() == [(1, 0, 0), (0, 0, 0), (0, 0, 1)]


@pytest.mark.parametrize(("as_of", "known"), [(date(2024, 3, 30), 2), (date(2024, 3, 31), 3)])
def test_a_renewal_is_decided_when_its_grace_has_passed(as_of, known):
    """C ended on 2024-03-01; the house grants 30 days."""
    found = outcomes(*BOOK, as_of=as_of, grace_days=30).collect()
    expected = [("B", date(2023, 7, 1), False), ("A", date(2024, 1, 1), True), ("C", date(2024, 3, 1), False)]
    assert found.select("account_id", "ends_on", "renewed").rows() == expected[:known]


def test_the_end_of_a_discount_is_no_renewal():
    row = line("A", date(2023, 1, 1), date(2024, 1, 1)) | {"discount": 0.2, "discount_ends_on": date(2023, 4, 1)}
    found = outcomes(row, as_of=date(2024, 6, 1)).collect()
    assert found.select("ends_on", "renewed").rows() == [(date(2024, 1, 1), False)]


def costs(*rows: tuple[int, str, str]) -> pl.LazyFrame:
    full = [(date(2023, month, 1), kind, Decimal(amount)) for month, kind, amount in rows]
    return pl.LazyFrame(full, schema={"month": pl.Date, "kind": pl.String, "amount": pl.Decimal(18, 4)}, orient="row")


def months() -> pl.LazyFrame:
    counted = account_counts(effective(*BOOK), start=date(2022, 12, 31), end=date(2023, 12, 31))
    return counted.with_columns(won=pl.lit(0), lost=pl.lit(0)).collect().lazy()


def test_a_year_of_it():
    """MRR in December: A 100, C 100, D 300. Openings Jan to Dec: 0 2 2 3 3 4 4 3 3 3 3 3 = 33; one of them churned."""
    spent = costs((3, "sales", "900.50"), (5, "marketing", "99.50"), (12, "cost of revenue", "125"))
    renewals = outcomes(*BOOK, as_of=date(2023, 12, 31))
    table = unit_economics(months(), margins(months(), spent), spent, renewals).collect()
    row = table.row(-1, named=True)
    assert row["arpa"] == 16_667  # 500 / 3
    assert row["gross_margin"] == 0.75  # (500 - 125) / 500
    assert (row["churned_accounts"], row["opening_accounts"], row["customer_churn"]) == (1, 33, 1 / 33)
    # 500 / 3 x .75 x 33 = 4,125.00 would be the LTV, from one churn alone: it is not told, and the bounds stand beside.
    assert (row["ltv"], row["ltv_without_margin"], row["ltv_to_cac"]) == (None, None, None)
    low, high = wilson(1, 33)
    assert (row["ltv_low"], row["ltv_high"]) == (round(50_000 / 3 * 0.75 / high), round(50_000 / 3 * 0.75 / low))
    assert row["ltv_low"] < 412_500 < row["ltv_high"]
    # March brought C and May brought D: 1,000 for two. The months without known spending count on neither side.
    assert (row["spent"], row["new_paid_for"], row["cac"]) == (100_000, 2, 50_000)
    assert row["payback_months"] == pytest.approx(500 / (500 / 3 * 0.75))
    assert (row["due"], row["renewed"], row["renewal_rate"]) == (1, 0, 0.0)
    assert row["term_months"] == 6  # one term from 1 January to 1 July, in calendar months; not renewed
    assert (row["renewal_period"], row["ltv_by_renewal"]) == (None, None)  # one lost renewal is too few to say how long accounts renew


def wilson(losses: int, trials: int) -> tuple[float, float]:
    """The score interval in plain numbers: the rates p with |losses / trials - p| = 1.96 x sqrt(p (1 - p) / trials)."""
    z, rate = 1.959963984540054, losses / trials
    spread = z * math.sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials))
    return tuple((rate + z * z / (2 * trials) + sign * spread) / (1 + z * z / trials) for sign in (-1, 1))


@pytest.mark.parametrize(
    ("losses", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_bounds_of_a_rate_are_the_published_ones(losses, trials, low, high):
    """Newcombe 1998, table I, method 3: the score interval without continuity correction."""
    found = pl.select(*(one.alias(name) for one, name in zip(rate_bounds(pl.lit(losses), pl.lit(trials)), "lh", strict=True))).row(0)
    assert found == pytest.approx((low, high), abs=5e-5)


def after(churns: int, cost: str) -> dict:
    """The last row of 20 accounts at 100.00 that lose one in each of so many months; cost is that of the last month's revenue."""
    book = [line(f"a{n}", date(2023, 1, 1), date(2023, 4 + n, 1) if n < churns else None) for n in range(20)]
    counted = account_counts(effective(*book), start=date(2022, 12, 31), end=date(2023, 12, 31)).with_columns(won=pl.lit(0), lost=pl.lit(0))
    months, spent = counted.collect().lazy(), costs((12, "cost of revenue", cost))
    return unit_economics(months, margins(months, spent), spent, outcomes(as_of=date(2023, 1, 1))).collect().row(-1, named=True)


def test_a_life_that_costs_more_than_it_brings_has_its_bounds_the_other_way_round():
    """16 accounts bring 1,600.00 and cost 2,400.00: a margin of -50 %, -50.00 a month and account. The longest life costs most."""
    low, high = wilson(4, 194)
    four, none = after(4, "2400"), after(0, "3000")
    assert (four["ltv_low"], four["ltv_high"]) == (round(-5_000 / low), round(-5_000 / high))
    assert four["ltv_low"] < four["ltv_high"] < 0
    assert none["opening_accounts"] == 20 * 11  # the accounts came in January
    assert (none["ltv_low"], none["ltv_high"]) == (None, round(-5_000 / wilson(0, 220)[1]))  # 2,000.00 and 3,000.00: -50 %, too


def test_lifetime_value_needs_five_churns():
    """20 accounts at 100.00 lose one in each of so many months; 4 churns give bounds alone, 5 give arpa x margin x openings / 5."""
    four, five = after(4, "320"), after(5, "320")  # of 1,600.00 or 1,500.00
    assert (four["churned_accounts"], four["ltv"]) == (4, None)
    # 20 open February to April, then 19, 18, 17 and 16 with four churns: the first ends on 1 April.
    assert four["opening_accounts"] == 20 * 3 + 19 + 18 + 17 + 16 * 5 == 194
    low, high = wilson(4, 194)
    assert (four["ltv_low"], four["ltv_high"]) == (round(10_000 * 0.8 / high), round(10_000 * 0.8 / low))
    assert five["opening_accounts"] == 20 * 3 + 19 + 18 + 17 + 16 + 15 * 4 == 190
    assert five["ltv"] == round(10_000 * (1500 - 320) / 1500 * 190 / 5)
    assert five["ltv_low"] < five["ltv"] < five["ltv_high"]


def test_two_churns_in_eight_hundred_account_months_are_no_lifetime_of_four_hundred():
    """1 / (2 / 800) = 400 months; what two churns allow lies between 1 / 0.0091 = 110 and 1 / 0.00069 = 1,459 months."""
    low, high = wilson(2, 800)
    assert (1 / high, 1 / low) == (pytest.approx(110, abs=1), pytest.approx(1459, abs=2))
    assert value(enough(pl.lit(2), lifetime_value(pl.lit(100), pl.lit(2 / 800)))) is None
    assert value(enough(pl.lit(5), lifetime_value(pl.lit(100), pl.lit(5 / 800)))) == 100 * 160


def test_without_a_churn_lifetime_value_has_a_lower_bound_alone():
    low, high = (value(one) for one in rate_bounds(pl.lit(0), pl.lit(800)))
    assert (value(lifetime_value(pl.lit(10_000), pl.lit(low))), low) == (None, 0.0)
    assert high == pytest.approx(1.959964**2 / (800 + 1.959964**2))


def test_too_little_history_and_no_costs_give_nothing_rather_than_nought():
    none = costs()
    table = unit_economics(months(), margins(months(), none), none, outcomes(as_of=date(2023, 1, 1))).collect()  # fmt: skip
    assert table["customer_churn"].null_count() == 2  # the third month is enough
    assert table["opening_accounts"].to_list()[:3] == [0, 2, 4]  # counts are told from the first month on: 0, then 2 and 2 more
    assert table.select("gross_margin", "ltv", "cac", "ltv_to_cac", "payback_months", "renewal_rate").null_count().row(0) == (12,) * 6


def test_lifetime_value_comes_from_the_exact_arpa():
    """3 accounts pay 100.00 together: ARPA is 33.333..., printed 33.33. LTV at 2 % churn is 1,666.67, of the printed one 1,666.50."""
    exact, printed = pl.lit(10_000) / 3, pl.lit(3_333)
    assert (value(lifetime_value(exact, pl.lit(0.02))), value(lifetime_value(printed, pl.lit(0.02)))) == (166_667, 166_650)
    book = [line("A", date(2023, 1, 1), None, 40), line("B", date(2023, 1, 1), None, 40), line("C", date(2023, 1, 1), None, 20)]
    book += [line(f"x{n}", date(2023, 1, 1), date(2023, 3, 1), 10) for n in range(5)]
    counted = account_counts(effective(*book), start=date(2022, 12, 31), end=date(2023, 3, 31)).with_columns(won=pl.lit(0), lost=pl.lit(0))
    none = costs()
    row = unit_economics(counted, margins(counted, none), none, outcomes(as_of=date(2023, 1, 1))).collect().row(-1, named=True)
    assert (row["arpa"], row["churned_accounts"], row["opening_accounts"]) == (3_333, 5, 16)
    assert row["ltv_without_margin"] == round(10_000 / 3 / (5 / 16)) == 10_667  # of the printed ARPA: 3,333 x 16 / 5 = 10,666


def test_who_pays_and_leaves_within_a_month_is_lost_and_could_be_lost():
    """Openings 0, 2, 2; nobody who opened left; in February five accounts paid for ten days: 5 of 4 + 5 account-months."""
    counted = account_counts(
        effective(line("A", date(2023, 1, 1), None), line("B", date(2023, 1, 1), None)), start=date(2022, 12, 31), end=date(2023, 3, 31)
    ).with_columns(won=pl.lit(0), lost=pl.lit(0))
    none = costs()

    def last(months: pl.LazyFrame) -> dict:
        return unit_economics(months, margins(months, none), none, outcomes(as_of=date(2023, 1, 1))).collect().row(-1, named=True)

    passing = counted.with_columns(paid_and_left=pl.Series([0, 5, 0]))
    row, without = last(passing), last(counted)
    assert (row["lost_accounts"], row["exposed_accounts"], row["customer_churn"]) == (5, 9, 5 / 9)
    assert row["ltv_without_margin"] == round(10_000 * 9 / 5)
    assert (without["lost_accounts"], without["exposed_accounts"], without["customer_churn"]) == (0, 4, 0.0)
