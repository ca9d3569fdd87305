"""CARR: what a booked line takes the place of, and what stays beside it; each sum written out."""

from datetime import date

import pytest

from metrics.balances import balances
from metrics.commitments import committed
from tests.metrics.books import effective

DAY = date(2025, 5, 15)
CORE = {
    "product": "Core",
    "contract_id": "1",
    "starts_on": date(2024, 7, 1),
    "ends_on": date(2025, 7, 1),
    "amount": "100000",
    "period": "1 year",
}
ADDON = CORE | {"product": "Add-on", "contract_id": "2", "amount": "20000"}


def carr(*rows: dict, day: date = DAY, rules: str = "house") -> int:
    grace = 30 if rules == "house" else 0
    booked = committed(effective(*rows, rules=rules, as_of=day), day=day, grace_days=grace).collect()
    return booked["arr"].sum() // 100


def ahead(row: dict, starts: date, *, amount: str | None = None, booked: date = date(2025, 5, 2), **more: object) -> dict:
    ends = starts.replace(year=starts.year + 1)
    return row | {"starts_on": starts, "ends_on": ends, "booked_on": booked, "amount": amount or row["amount"]} | more


def test_an_addition_booked_a_month_after_core_ends_replaces_nothing():
    assert carr(CORE, ahead(ADDON, date(2025, 8, 1))) == 100_000 + 20_000


def test_a_booked_renewal_takes_the_place_of_its_contract_or_product():
    assert carr(CORE, ahead(CORE, date(2025, 7, 1), amount="110000")) == 110_000
    assert carr(CORE, ahead(CORE, date(2025, 7, 1), amount="110000", contract_id="9")) == 110_000
    assert carr(CORE, ahead(CORE, date(2025, 7, 1), amount="110000"), day=date(2025, 5, 1)) == 100_000  # not booked yet


def test_a_line_that_runs_counts_whenever_it_was_written_down():
    """CORE runs since July 2024 and was booked a year later: it is in ARR, and so in CARR. What has not begun counts once it is booked;
    a reduction that runs counts as soon, whatever its booking day."""
    late = CORE | {"booked_on": date(2025, 6, 30)}
    assert carr(late) == 100_000
    assert carr(late, late | {"line_id": "2", "amount": "-20000"}) == 80_000
    assert carr(late, ahead(ADDON, date(2025, 8, 1), booked=date(2025, 5, 16))) == 100_000
    assert carr(late, ahead(CORE, date(2025, 7, 1), amount="110000")) == 110_000


def test_of_two_lines_of_a_product_its_own_contract_is_renewed():
    other = CORE | {"contract_id": "2", "amount": "40000"}
    assert carr(CORE, other, ahead(other, date(2025, 7, 1), amount="50000")) == 100_000 + 50_000
    assert carr(CORE, other, ahead(other, date(2025, 7, 1), amount="150000", contract_id="3")) == 150_000  # one for both


def test_what_the_file_says_it_renews_it_renews():
    """A bundle under a new contract takes the place of contract 1, and not that of contract 2, which has the same product."""
    bundle = ahead(CORE, date(2025, 7, 1), amount="150000", product="Bundle", contract_id="9", renews_contract="1")
    assert carr(CORE, bundle) == 150_000
    other = CORE | {"contract_id": "2", "amount": "40000"}
    assert carr(CORE, other, bundle | {"product": "Core"}) == 150_000 + 40_000


def test_another_product_of_the_same_contract_is_a_change_where_the_contract_had_none_of_it():
    pro = CORE | {"product": "Pro", "amount": "130000"}
    assert carr(CORE, ahead(pro, date(2025, 7, 1))) == 130_000
    inside = ADDON | {"contract_id": "1"}  # the add-on is renewed in the contract of Core: that renews the add-on
    assert carr(CORE, inside, ahead(inside, date(2025, 7, 1), amount="25000")) == 100_000 + 25_000


@pytest.mark.parametrize(("amount", "expected"), [("20000", 100_000), ("130000", 130_000), ("100000", 100_000)])
def test_change_or_addition_is_open_within_grace_and_the_larger_counts(amount, expected):
    assert carr(CORE, ahead(ADDON, date(2025, 7, 30), amount=amount)) == expected  # 29 days after Core ends


def test_a_day_after_grace_it_is_an_addition():
    assert carr(CORE, ahead(ADDON, date(2025, 7, 31))) == 120_000  # 30 days


def test_of_a_ramp_the_step_counts_that_is_live_or_due_next():
    """Kellblog's ramp, E-36, booked together ahead: 10k before and in year 1, then 20k, then 30k."""
    steps = [
        {"starts_on": date(2026 + year, 1, 1), "ends_on": date(2027 + year, 1, 1), "amount": f"{year + 1}0000", "period": "1 year",
         "booked_on": date(2025, 12, 1)}
        for year in range(3)
    ]  # fmt: skip
    days = (date(2025, 11, 30), date(2025, 12, 31), date(2026, 6, 1), date(2027, 6, 1), date(2028, 6, 1), date(2029, 6, 1))
    assert [carr(*steps, day=day) for day in days] == [0, 10_000, 10_000, 20_000, 30_000, 0]


def test_a_ramp_takes_the_place_of_what_it_renews_with_its_first_step():
    first = ahead(CORE, date(2025, 7, 1), amount="120000", contract_id="7")
    second = ahead(CORE, date(2026, 7, 1), amount="140000", contract_id="7")
    assert carr(CORE, first, second) == 120_000


def test_renewals_booked_one_after_another_count_the_last():
    assert (
        carr(CORE, ahead(CORE, date(2025, 7, 1), amount="110000", booked=date(2025, 4, 1)), ahead(CORE, date(2026, 7, 1), amount="115000"))
        == 115_000
    )


def test_the_price_that_is_live_counts_whatever_a_discount_does_later():
    """1,000 a year at half price until September: 500 in May, no line of 1,000 is booked beside it; 1,000 once the discount is over."""
    row = CORE | {"amount": "1000", "discount": 0.5, "discount_ends_on": date(2025, 6, 1)}
    assert (carr(row), carr(row, day=date(2025, 6, 1))) == (500, 1_000)


def test_free_first_months_of_who_never_paid_commit_nothing():
    row = CORE | {"starts_on": date(2025, 5, 1), "ends_on": date(2026, 5, 1), "discount": 1.0, "discount_ends_on": date(2025, 8, 1)}
    assert (carr(row), carr(row, day=date(2025, 8, 1))) == (0, 100_000)


def test_a_line_under_notice_leaves_at_its_end():
    row = CORE | {"cancelled_on": date(2025, 5, 1)}
    assert (carr(row), carr(row, day=date(2025, 6, 30)), carr(row, day=date(2025, 7, 1))) == (100_000, 100_000, 0)


def test_a_renewal_that_overlaps_counts_beside_the_line_until_that_ends():
    """From May 2025 to 1 July both run, and ARR is 100,000 + 110,000 as well."""
    early = ahead(CORE, date(2025, 5, 1), amount="110000", booked=date(2025, 4, 1))
    assert carr(CORE, early) == 210_000
    assert balances(effective(CORE, early, as_of=DAY), days=[DAY]).collect()["arr"].item() == 21_000_000
    assert carr(CORE, early, day=date(2025, 7, 1)) == 110_000
