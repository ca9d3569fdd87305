"""What became of renewals: what goes on with what ended, early, late, in part, or not at all."""

from datetime import date

import pytest

from metrics.renewals import decided, due, renewal_results
from tests.metrics.books import lines

CORE = {
    "product": "Core",
    "contract_id": "1",
    "starts_on": date(2024, 2, 1),
    "ends_on": date(2025, 2, 1),
    "amount": "12000",
    "period": "1 year",
}
ADDON = CORE | {"product": "Add-on", "contract_id": "2", "amount": "3000"}
SEEN = date(2025, 6, 30)


def again(row: dict, starts: date, amount: str | None = None, **more: object) -> dict:
    return row | {"starts_on": starts, "ends_on": starts.replace(year=starts.year + 1), "amount": amount or row["amount"]} | more


def results(*rows: dict, as_of: date = SEEN) -> list[tuple]:
    found = renewal_results(lines(*rows), start=date(2024, 12, 31), end=as_of, as_of=as_of, grace_days=30)
    return [(state, owed // 100, kept // 100) for state, owed, kept in found.collect().select("state", "due", "kept").rows()]


@pytest.mark.parametrize(
    ("next_line", "expected"),
    [
        (again(CORE, date(2025, 2, 1), "14400"), ("on_time", 12_000, 12_000)),  # growth is no renewal
        (again(CORE, date(2025, 2, 1), "9000"), ("on_time", 12_000, 9_000)),
        (again(CORE, date(2025, 2, 20)), ("late", 12_000, 12_000)),
        (again(CORE, date(2025, 3, 3)), ("lost", 12_000, 0)),  # 30 days
        (again(CORE, date(2025, 3, 2)), ("late", 12_000, 12_000)),  # 29
        (again(CORE, date(2024, 12, 1), "9000"), ("on_time", 12_000, 9_000)),  # early: it keeps its amount
        (again(CORE, date(2024, 8, 2)), ("on_time", 12_000, 12_000)),  # 366 days: the second half begins on 2024-08-02
        (again(CORE, date(2024, 8, 1)), ("lost", 12_000, 0)),  # it came beside Core in the first half: another line
        (again(CORE, date(2024, 2, 1), ends_on=None), ("lost", 12_000, 0)),  # it ran from the same day: a parallel line
        (again(CORE, date(2025, 2, 1), "0"), ("on_time", 12_000, 0)),  # it goes on free
    ],
)
def test_the_renewal_of_one_line(next_line, expected):
    first = results(CORE, next_line | {"contract_id": "9"})[0]
    assert first == expected


def test_who_lost_the_plan_and_kept_an_add_on_lost_the_plan():
    runs_on = ADDON | {"starts_on": date(2024, 1, 1), "ends_on": None}
    assert results(CORE, runs_on) == [("lost", 12_000, 0)]


def test_what_ends_together_is_kept_in_part():
    assert results(CORE, ADDON, again(ADDON, date(2025, 2, 1))) == [("on_time", 15_000, 3_000)]


def test_another_product_at_the_end_leaves_the_renewal_open():
    other = again(CORE, date(2025, 2, 10), product="Pro", contract_id="9")
    assert results(CORE, other) == [("open", 12_000, 0)]
    assert results(CORE, again(other, date(2025, 3, 3))) == [("lost", 12_000, 0)]  # 30 days later: another sale
    found = renewal_results(lines(CORE, other), start=date(2024, 12, 31), end=SEEN, as_of=SEEN, grace_days=30)
    assert decided(found).collect().height == 0


def test_what_is_kept_does_not_change_when_a_discount_ends_later():
    """Renewed at 12,000 with 25 % off until May: 9,000 on the day of the renewal, seen before and after the discount's end."""
    row = again(CORE, date(2025, 2, 1), discount=0.25, discount_ends_on=date(2025, 5, 1))
    assert results(CORE, row, as_of=date(2025, 3, 31)) == results(CORE, row, as_of=SEEN) == [("on_time", 12_000, 9_000)]


def test_steps_of_a_ramp_are_no_renewals():
    booked = {"booked_on": date(2024, 1, 15)}
    first, second = CORE | booked, again(CORE, date(2025, 2, 1), "14000") | booked
    assert results(first, second) == []
    assert results(first, second | {"booked_on": date(2025, 1, 15)}) == [("on_time", 12_000, 12_000)]  # agreed anew


def test_lines_that_roll_monthly_are_no_terms():
    month = CORE | {"starts_on": date(2025, 2, 28), "ends_on": date(2025, 3, 31), "period": "1 month"}  # 31 days
    assert results(month) == []
    assert results(month | {"starts_on": date(2025, 2, 27)}) == [("lost", 144_000, 0)]  # 32 days, 12 x 12,000


def test_the_term_is_told_in_calendar_months():
    """1 February 2024 to 1 March 2025 is 13 months, whatever the price is for; 29 February 2024 to 28 February 2025 is 12."""
    for row, months in (
        (CORE | {"ends_on": date(2025, 3, 1), "period": "1 month"}, 13),
        (CORE | {"starts_on": date(2024, 2, 29), "ends_on": date(2025, 2, 28)}, 12),
    ):
        found = renewal_results(lines(row), start=date(2024, 12, 31), end=SEEN, as_of=SEEN, grace_days=30).collect()
        assert found["months"].to_list() == [months]


def test_a_renewal_booked_twice_is_kept_once():
    twice = again(CORE, date(2025, 2, 1))
    assert results(CORE, twice, twice | {"contract_id": "8"}) == [("on_time", 12_000, 12_000)]


def test_forty_lines_that_end_on_one_day_are_one_renewal():
    many = [CORE | {"contract_id": str(number), "amount": "100"} for number in range(40)]
    kept = [again(row, date(2025, 2, 1)) for row in many[:30]]  # each renews its own contract
    assert results(*many, *kept) == [("on_time", 4_000, 3_000)]


LESS = ADDON | {"amount": "-9000"}


def test_a_reduction_takes_nothing_of_another_contract():
    """The add-on's contract, 3,000 - 9,000, is nothing: on the day of its end, and of what goes on."""
    assert results(CORE, ADDON, LESS) == [("lost", 12_000, 0)]
    assert results(CORE, CORE | {"amount": "3000"}, CORE | {"amount": "-9000"}) == [("lost", 12_000 + 3_000 - 9_000, 0)]  # of one contract
    nexts = [again(row, date(2025, 2, 1)) for row in (CORE, ADDON)]
    assert results(CORE, ADDON, *nexts, again(LESS, date(2025, 2, 1))) == [("on_time", 12_000 + 3_000, 12_000)]


# ---- the list of what is due ----

DAY = date(2024, 12, 1)


def listed(*rows: dict, day: date = DAY, within: int = 90) -> list[tuple]:
    return [(ends, arr // 100) for ends, arr in due(lines(*rows), day=day, within=within).collect().select("ends_on", "arr").rows()]


def test_an_addition_takes_no_renewal_from_the_list():
    assert listed(CORE, again(ADDON, date(2025, 3, 1), booked_on=date(2024, 11, 1))) == [(date(2025, 2, 1), 12_000)]


def test_another_product_takes_none_before_somebody_says_so():
    assert listed(CORE, again(ADDON, date(2025, 2, 1), booked_on=date(2024, 11, 1))) == [(date(2025, 2, 1), 12_000)]


def test_in_part_renewed_stays_with_the_open_part():
    renewed = again(ADDON, date(2025, 2, 1), booked_on=date(2024, 11, 1))
    assert listed(CORE, ADDON, renewed) == [(date(2025, 2, 1), 12_000)]
    assert listed(CORE, ADDON, renewed, again(CORE, date(2025, 2, 1), "9000", booked_on=date(2024, 11, 1))) == []


def test_on_the_list_a_reduction_takes_nothing_of_another_contract():
    assert listed(CORE, ADDON, LESS) == [(date(2025, 2, 1), 12_000)]  # the add-on's contract, 3,000 - 9,000, is nothing
    assert listed(CORE, ADDON, LESS | {"amount": "-1000"}) == [(date(2025, 2, 1), 12_000 + 2_000)]
    assert listed(ADDON, LESS) == []


def test_what_renews_itself_is_listed_at_the_end_of_its_year():
    """Since 31 January 2021 without an end: the fourth year ends on 31 January 2025, 61 days after 1 December."""
    row = CORE | {"starts_on": date(2021, 1, 31), "ends_on": None, "auto_renew": True}
    assert listed(row) == [(date(2025, 1, 31), 12_000)]
    assert listed(row, within=60) == []
    assert listed(row | {"period": "12 month"}) == [(date(2025, 1, 31), 12_000)]
    assert listed(row | {"period": "24 month"}, day=date(2024, 12, 1)) == [(date(2025, 1, 31), 6_000)]  # 2021, 2023, 2025
    assert listed(row | {"period": "11 month"}) == listed(row | {"period": "1 month"}) == listed(row | {"auto_renew": False}) == []
