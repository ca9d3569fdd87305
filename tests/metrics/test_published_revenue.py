"""Worked examples that others published, with their sources; amounts in cents."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from metrics.balances import balances, live
from metrics.commitments import committed
from metrics.lines import contract_lines
from metrics.movements import movements
from metrics.ramps import ramps
from metrics.retention import retention
from metrics.rules import preset
from tests.metrics.books import book, effective, lines


def mrr_on(day: date, *rows: dict, rules: str = "strict", value: str = "mrr") -> int:
    return balances(effective(*rows, rules=rules), days=[day]).collect()[value].sum()


def moved(month: date, *rows: dict, kind: str) -> int:
    bridge = movements(effective(*rows), start=date(2019, 12, 31), end=date(2025, 12, 31)).collect()
    return bridge.filter(pl.col("month") == month)[kind].sum()


YEARLY = {"contract_id": "y", "starts_on": date(2021, 1, 10), "ends_on": date(2022, 1, 10), "amount": "2000", "period": "1 year"}
SIXTY = {"contract_id": "s", "starts_on": date(2021, 3, 5), "ends_on": date(2021, 6, 5), "amount": "60", "period": "1 month"}
BACK = {"contract_id": "b", "starts_on": date(2022, 9, 1), "amount": "150", "period": "1 month"}  # 3 x $50
STORY = (YEARLY, SIXTY, BACK)


@pytest.mark.parametrize(
    ("month", "kind", "cents"),
    [
        (date(2021, 1, 1), "new", 16667),  # E-1: 2,000 / 12
        (date(2021, 3, 1), "expansion", 6000),  # E-2
        (date(2021, 6, 1), "contraction", 6000),  # E-3: one of two lines ending is no churn
        (date(2021, 6, 1), "churn", 0),
        (date(2022, 1, 1), "churn", 16667),  # E-4: in the month in which the paid year ends
        (date(2022, 9, 1), "reactivation", 15000),  # E-5
        (date(2022, 9, 1), "new", 0),
    ],
)
def test_chartmogul_story_of_one_account(month, kind, cents):
    """ChartMogul help 201244842."""
    assert moved(month, *STORY, kind=kind) == cents


def test_a_year_of_2000_is_arr_2000_though_its_months_round():
    assert mrr_on(date(2021, 2, 1), YEARLY, value="arr") == 200000


@pytest.mark.parametrize("day", [1, 16])
def test_upgrade_counts_the_plan_not_the_invoice(day):
    """E-6 and E-7, ChartMogul help 360012519560: 100 to 250 is +150, also when half a month is invoiced."""
    upgrade = date(2021, 6, day)
    rows = (
        {"contract_id": "a", "starts_on": date(2021, 1, 1), "ends_on": upgrade, "amount": "100"},
        {"contract_id": "b", "starts_on": upgrade, "amount": "250"},
    )
    assert mrr_on(date(2021, 6, 30), *rows) == 25000
    assert moved(date(2021, 6, 1), *rows, kind="expansion") == 15000


@pytest.mark.parametrize(
    ("amount", "period", "mrr"),
    [("90", "3 month", 3000), ("100", "1 week", 43333), ("10", "1 day", 30417)],  # 90/3; 100 x 52/12; 10 x 365/12
)
def test_periods(amount, period, mrr):
    """E-8, ChartMogul developer documentation; E-62, erpclaw.ai."""
    assert mrr_on(date(2021, 1, 1), {"amount": amount, "period": period}) == mrr


def test_stripe_portfolio():
    """E-17, Stripe billing analytics: 100 x $100 a month + 50 x $600 a year = 10,000 + 2,500."""
    monthly = [{"account_id": f"m{n}", "contract_id": f"m{n}", "amount": "100"} for n in range(100)]
    yearly = [{"account_id": f"y{n}", "contract_id": f"y{n}", "amount": "600", "period": "1 year"} for n in range(50)]
    assert mrr_on(date(2021, 1, 1), *monthly, *yearly) == 1250000


@pytest.mark.parametrize(("discount", "ends", "mrr"), [(None, None, 10000), (0.5, None, 5000), (0.5, date(2021, 4, 1), 10000)])
def test_stripe_ignores_discounts_that_end(discount, ends, mrr):
    """E-18, Stripe: $1,200 a year; with 50 % off forever; with 50 % off for three months."""
    row = {"amount": "1200", "period": "1 year", "discount": discount, "discount_ends_on": ends}
    assert mrr_on(date(2021, 1, 1), row, rules="stripe") == mrr


def cohort(*accounts: tuple[int, int]) -> pl.LazyFrame:
    """Accounts that pay one amount on 2021-01-01 and another on 2022-01-01, in currency units."""
    rows = []
    for number, (before, after) in enumerate(accounts):
        shape = {"account_id": f"a{number}"}
        rows += (
            [shape | {"contract_id": f"{number}x", "starts_on": date(2020, 6, 1), "ends_on": date(2021, 6, 1), "amount": str(before)}]
            if before
            else []
        )
        rows += [shape | {"contract_id": f"{number}y", "starts_on": date(2021, 6, 1), "amount": str(after)}] if after else []
    return effective(*rows)


@pytest.mark.parametrize(
    ("accounts", "nrr", "grr"),
    [
        ([(25_000, 0), (100_000, 75_000), (875_000, 1_025_000)], 1.10, 0.95),  # E-19 docs.vitally.io: -25K, -25K, +150K on 1M
        ([(50_000, 0), (100_000, 50_000), (850_000, 1_050_000)], 1.10, 0.90),  # E-21: +200k -50k -50k on 1M; 900/1000 kept
        ([(8_000, 0), (10_000, 5_000), (82_000, 97_000)], 1.02, 0.87),  # E-22 theprimecalculator.com: +15k -5k -8k on 100k
        ([(10, 0), (20, 10), (70, 70)], 0.80, 0.80),  # E-10 ChartMogul: 10 + 10 lost of 100 is 20 % gross churn
        ([(10, 0), (20, 10), (70, 80)], 0.90, 0.80),  # E-11: with 10 expansion, 10 % net churn
    ],
)
def test_published_bridges(accounts, nrr, grr):
    row = retention(cohort(*accounts), start=date(2021, 1, 1), end=date(2022, 1, 1)).collect().row(0, named=True)
    assert (row["nrr"], row["grr"]) == pytest.approx((nrr, grr), abs=1e-12)


def test_logo_retention_leaves_new_logos_out():
    """E-25, cloudblue: 1,000 at the start; 950 at the end, of them 100 new: 850 of 1,000."""
    stayed = retention(cohort(*[(1, 1)] * 850, *[(1, 0)] * 150, *[(0, 1)] * 100), start=date(2021, 1, 1), end=date(2022, 1, 1)).collect()
    assert stayed.select("opening_accounts", "retained_accounts", "logo_retention").row(0) == (1000, 850, 0.85)


TERM = {"contract_id": "1", "starts_on": date(2022, 6, 1), "ends_on": date(2023, 6, 1), "amount": "120000", "period": "term"}
FIRST = TERM | {"booked_on": date(2022, 5, 1)}
RENEWAL = FIRST | {
    "contract_id": "2",
    "booked_on": date(2023, 5, 1),
    "starts_on": date(2023, 6, 1),
    "ends_on": date(2024, 6, 1),
    "amount": "240000",
}


def arr_and_carr(day: date, *rows: dict) -> tuple[int, int]:
    money = effective(*rows)
    return live(money, day).collect()["arr"].sum(), committed(money, day=day).collect()["arr"].sum()


def test_saasops_case_1_booked_before_it_starts():
    """E-37, saasops test case 1."""
    seen = [arr_and_carr(day, FIRST) for day in (date(2022, 5, 31), date(2022, 6, 30), date(2023, 5, 31), date(2023, 6, 30))]
    assert seen == [(0, 12000000), (12000000, 12000000), (12000000, 12000000), (0, 0)]
    assert (moved(date(2022, 6, 1), FIRST, kind="new"), moved(date(2023, 6, 1), FIRST, kind="churn")) == (1000000, 1000000)


def test_saasops_case_2_a_booked_renewal_replaces_in_carr_at_once():
    """E-38, saasops test case 2."""
    both = (FIRST, RENEWAL)
    seen = [arr_and_carr(day, *both) for day in (date(2023, 4, 30), date(2023, 5, 31), date(2023, 6, 30))]
    assert seen == [(12000000, 12000000), (12000000, 24000000), (24000000, 24000000)]
    assert moved(date(2023, 6, 1), *both, kind="expansion") == 1000000


def test_saasops_case_4_half_a_year_is_annualised():
    """E-40, saasops test case 4: $60,000 for six months."""
    half = FIRST | {"booked_on": None, "ends_on": date(2022, 12, 1), "amount": "60000"}
    assert [arr_and_carr(date(2022, month, 28), half)[0] for month in (6, 11, 12)] == [12000000, 12000000, 0]
    assert moved(date(2022, 12, 1), half, kind="churn") == 1000000


def test_consecutive_lines_are_neither_churn_nor_new():
    """E-64, support.planhat.com article 6320813 (ends exclusive, as the importer stores them)."""
    first = {"contract_id": "a", "starts_on": date(2021, 1, 1), "ends_on": date(2022, 1, 1)}
    second = {"contract_id": "b", "starts_on": date(2022, 1, 1)}
    assert [moved(date(2022, 1, 1), first, second, kind=kind) for kind in ("churn", "new", "reactivation")] == [0, 0, 0]


def test_a_year_is_one_window_not_the_sum_of_its_quarters():
    """E-34, opexengine.com: 1,250 of 10,000 lost over the year is 12.5 %."""
    row = retention(cohort((1_250, 0), (8_750, 8_750)), start=date(2021, 1, 1), end=date(2022, 1, 1)).collect().row(0, named=True)
    assert 1 - row["grr"] == pytest.approx(0.125)


RAMP = [
    {
        "contract_id": "r",
        "booked_on": date(2020, 12, 15),
        "starts_on": date(2021 + n, 1, 1),
        "ends_on": date(2022 + n, 1, 1),
        "amount": f"{10 * (n + 1)}000",
        "period": "1 year",
    }
    for n in range(3)
]


def test_a_ramp_has_entrance_average_and_exit_arr():
    """E-36, Kellblog: $10k, $20k, $30k a year."""
    found = ramps(lines(*RAMP)).select("entrance_arr", "average_arr", "exit_arr", "steps").collect()
    assert found.rows() == [(1_000_000, 2_000_000, 3_000_000, 3)]
    assert [mrr_on(date(2021 + n, 6, 1), *RAMP, value="arr") for n in range(3)] == [1_000_000, 2_000_000, 3_000_000]


@pytest.mark.parametrize(("step", "cents"), [("entrance", 1_000_000), ("average", 2_000_000), ("exit", 3_000_000)])
def test_rules_choose_the_step_of_a_ramp(step, cents):
    money = contract_lines(book(*RAMP), rules=replace(preset("strict"), ramp=step)).filter("paying")
    assert [live(money, date(year, 6, 1)).collect()["arr"].to_list() for year in (2021, 2022, 2023)] == [[cents]] * 3


def test_an_upgrade_booked_later_is_no_step_of_a_ramp():
    later = [row | {"booked_on": row["starts_on"]} for row in RAMP]
    assert ramps(lines(*later)).collect().height == 0


def test_years_whose_booking_nobody_knows_are_no_ramp():
    """They may have been renewed year by year: each counts as it is, whatever the rule."""
    unknown = [row | {"booked_on": None} for row in RAMP]
    money = contract_lines(book(*unknown), rules=replace(preset("strict"), ramp="exit")).filter("paying")
    assert [live(money, date(year, 6, 1)).collect()["arr"].to_list() for year in (2021, 2022, 2023)] == [
        [1_000_000],
        [2_000_000],
        [3_000_000],
    ]


def test_a_discount_on_the_way_makes_no_ramp_of_a_line_and_no_step_of_its_own():
    """10,000 a year, half off to July: 5,000, then 10,000, under the rule of the exit, too. The ramp keeps three steps, and enters at 5,000."""
    half_off = RAMP[0] | {"discount": 0.5, "discount_ends_on": date(2021, 7, 1)}
    money = contract_lines(book(half_off), rules=replace(preset("strict"), ramp="exit")).filter("paying")
    assert [live(money, date(2021, month, 1)).collect()["arr"].to_list() for month in (6, 8)] == [[500_000], [1_000_000]]
    found = ramps(lines(half_off, *RAMP[1:])).select("steps", "entrance_arr", "exit_arr").collect()
    assert found.rows() == [(3, 500_000, 3_000_000)]


def test_churn_falls_into_the_period_in_which_one_is_first_absent():
    """E-61, PostHog issue 39439: active 10 11 11 11 10 10, new 0 1 0 0 0 0, churned 0 0 0 0 1 0."""
    ten = [
        {"account_id": f"o{n}", "contract_id": f"o{n}", "amount": "1", "ends_on": date(2021, 5, 1) if n == 0 else None} for n in range(10)
    ]
    eleventh = {"account_id": "n", "contract_id": "n", "amount": "1", "starts_on": date(2021, 2, 1)}
    bridge = movements(effective(*ten, eleventh), start=date(2020, 12, 31), end=date(2021, 6, 30)).collect()
    assert bridge["accounts"].to_list() == [10, 11, 11, 11, 10, 10]
    assert bridge["new"].to_list() == [0, 100, 0, 0, 0, 0]
    assert bridge["churn"].to_list() == [0, 0, 0, 0, 100, 0]


def test_a_book_without_lines_has_no_rows():
    assert lines(*[]).collect().height == 0
    assert book().collect().height == 0
