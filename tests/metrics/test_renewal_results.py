"""What became of renewals: what goes on with what ended, early, late, in part, or not at all."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.balances import balances
from metrics.renewals import decided, due, renewal_results
from metrics.succession import successions, told_whole
from tests.metrics.books import effective, lines

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
FIRST = date(2023, 1, 1)


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


def test_after_notice_only_a_line_of_the_day_itself_leaves_the_renewal_open():
    """Notice leaves no days of grace: nine days later neither answer makes a renewal of it, so nobody is asked."""
    left, other = CORE | {"cancelled_on": date(2025, 1, 10)}, again(CORE, date(2025, 2, 10), product="Pro", contract_id="9")
    assert results(left, other) == [("lost", 12_000, 0)]
    assert results(left, again(CORE, date(2025, 2, 10)), other) == [("lost", 12_000, 0)]  # it came back, with another beside it
    assert results(left, again(other, date(2025, 2, 1))) == [("open", 12_000, 0)]
    assert results(left, ADDON, other) == [("open", 15_000, 0)]  # notice for a part: the days of grace run


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


def test_one_line_that_renews_two_is_kept_once():
    """Two years of 12,000 and 3,000, three weeks apart, go on in one line that runs from 1 February: of 14,000 the first keeps 12,000 and
    the second 2,000; of 9,000 the first keeps all. Of two lines each renewal keeps first what renews it alone."""
    second = CORE | {"contract_id": "2", "amount": "3000", "starts_on": date(2024, 2, 22), "ends_on": date(2025, 2, 22)}
    joint = again(CORE, date(2025, 2, 1), contract_id="9", ends_on=date(2026, 3, 1))
    first = ("on_time", 12_000, 12_000)
    assert results(CORE, second, joint | {"amount": "14000"}) == [first, ("on_time", 3_000, 2_000)]
    assert results(CORE, second, joint | {"amount": "9000"}) == [("on_time", 12_000, 9_000), ("on_time", 3_000, 0)]
    assert results(CORE, second, joint | {"amount": "99000"}) == [first, ("on_time", 3_000, 3_000)]
    own = again(CORE, date(2025, 2, 1), "10000", renews_contract="1", contract_id="8")
    assert results(CORE, second, own, joint | {"amount": "4000"}) == [first, ("on_time", 3_000, 4_000 - 2_000)]


@pytest.mark.long
@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(40, 400), st.integers(-600, 900), st.sampled_from("123")), min_size=2, max_size=7)
)
def test_never_more_is_kept_than_was_due_or_is_there(book):
    """Of random lines and reductions of one account in up to three contracts: no renewal keeps more than was due, or than the account is
    worth on its day; and all together keep no more than the lines are worth that go on with anything."""
    rows = [
        CORE | {"contract_id": contract, "starts_on": FIRST + timedelta(days=start), "ends_on": FIRST + timedelta(days=start + length),
                "amount": str(amount)}
        for start, length, amount, contract in book
    ]  # fmt: skip
    told = lines(*rows)
    found = renewal_results(told, start=FIRST, end=SEEN, as_of=SEEN, grace_days=30).filter(pl.col("kept") > 0).collect()
    for due_then, kept_then, on in found.select("due", "kept", "renewed_on").rows():
        there = balances(effective(*rows), days=[on]).collect()["arr"].sum()
        assert kept_then <= min(due_then, there)
    going_on = successions(told_whole(told)).select("account_id", line_key="next_key").unique()
    most = told.join(going_on, on=["account_id", "line_key"], how="semi").select(pl.col("arr").sum()).collect().item()
    assert found["kept"].sum() <= (most or 0)


def test_a_line_is_kept_again_when_it_ends_in_turn():
    years = [again(CORE, date(2024 + n, 2, 1), starts_on=date(2023 + n, 2, 1)) for n in range(3)]
    found = [row | {"starts_on": date(2022 + n, 2, 1), "ends_on": date(2023 + n, 2, 1)} for n, row in enumerate(years)]
    told = renewal_results(lines(*found, CORE | {"starts_on": date(2025, 2, 1), "ends_on": None}), start=date(2022, 12, 31), end=SEEN,
                           as_of=SEEN, grace_days=30).collect()  # fmt: skip
    assert told["kept"].to_list() == [1_200_000] * 3


def test_no_contract_keeps_or_owes_more_than_it_is_worth():
    """A reduction of another product lowers the contract, too: 12,000 - 13,000 is nothing, 12,000 - 5,000 is 7,000, due and kept."""
    less = CORE | {"product": "Credit", "ends_on": None}
    assert results(CORE, less | {"amount": "-13000"}) == []
    assert results(CORE, less | {"amount": "-5000"}, again(CORE, date(2025, 2, 1))) == [("on_time", 7_000, 7_000)]
    assert results(CORE, again(CORE, date(2025, 2, 1)), again(less, date(2025, 2, 1), "-5000")) == [("on_time", 12_000, 7_000)]
    # Two lines of one contract go on in another, which is worth 12,000 + 3,000 - 9,000: 6,000 for both together.
    plus = CORE | {"product": "Plus", "amount": "3000", "starts_on": date(2024, 2, 22), "ends_on": date(2025, 2, 22)}
    nexts = [again(CORE, date(2025, 2, 1), contract_id="2"), again(plus, date(2025, 2, 22), contract_id="2")]
    credit = again(less, date(2025, 2, 1), "-9000", contract_id="2")
    assert results(CORE, plus, *nexts, credit) == [("on_time", 12_000, 3_000), ("on_time", 3_000, 3_000)]
    assert listed(CORE, less | {"amount": "-5000"}) == [(date(2025, 2, 1), 7_000)]
    assert listed(CORE, less | {"amount": "-13000"}) == []


def test_money_of_one_currency_is_added_up_before_it_is_converted():
    """Three lines of 100.05 EUR at 1.1: 300.15 x 1.1 = 330.165, half a cent up; one by one they would be 3 x 110.06 = 330.18."""
    rates = pl.LazyFrame({"day": [date(2020, 1, 1)], "currency": ["EUR"], "rate": [1.1]})
    rows = [CORE | {"contract_id": str(n), "amount": "100.05", "currency": "EUR"} for n in range(3)]
    nexts = [again(row, date(2025, 2, 1)) for row in rows]
    told = due(lines(*rows), day=DAY, within=90, rates=rates).collect()
    found = renewal_results(
        lines(*rows, *nexts), start=date(2024, 12, 31), end=SEEN, as_of=SEEN, grace_days=30, rates=rates
    ).collect()  # fmt: skip
    book = balances(effective(*rows), days=[DAY], rates=rates).collect()
    assert told["arr"].to_list() == found["due"].to_list() == found["kept"].to_list() == book["arr"].to_list() == [33_017]


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
