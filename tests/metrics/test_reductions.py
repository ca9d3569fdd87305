"""Reductions: lines below zero lower their contract while they run, never below nothing; each balance written out."""

from datetime import date

import polars as pl
import pytest

from metrics.balances import account_states, balances
from metrics.book_quality import below_zero
from metrics.commitments import committed
from metrics.grace import whole_reductions, with_grace
from metrics.movements import movements
from metrics.reductions import counted_reductions
from metrics.rules import preset
from tests.metrics.books import effective, lines

CORE = {
    "product": "Core",
    "contract_id": "1",
    "starts_on": date(2025, 1, 1),
    "ends_on": date(2026, 1, 1),
    "amount": "12000",
    "period": "1 year",
}
MORE = CORE | {"starts_on": date(2025, 4, 1), "amount": "6000"}
LESS = CORE | {"starts_on": date(2025, 7, 1), "amount": "-3600"}


def arr(*rows: dict, day: date, rules: str = "house", as_of: date | None = None) -> int:
    found = balances(effective(*rows, rules=rules, as_of=as_of or day), days=[day]).collect()
    return found["arr"].sum() // 100


def test_a_reduction_lowers_its_contract_while_it_runs():
    days = (date(2025, 2, 1), date(2025, 5, 1), date(2025, 8, 1))
    assert [arr(CORE, MORE, LESS, day=day) for day in days] == [12_000, 18_000, 18_000 - 3_600]
    ends = LESS | {"ends_on": date(2025, 10, 1)}
    assert arr(CORE, ends, day=date(2025, 9, 30)) == 8_400
    assert arr(CORE, ends, day=date(2025, 10, 1)) == 12_000


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((CORE, LESS | {"amount": "-15000"}), 0),  # 12,000 - 15,000 counts nothing
        ((CORE, LESS | {"amount": "-15000"}, CORE | {"contract_id": "2", "amount": "5000"}), 5_000),  # the other contract is not touched
        ((CORE, LESS, LESS | {"amount": "-9000"}), 0),  # 12,000 - 3,600 - 9,000: the second takes away 8,400
        ((CORE, LESS | {"contract_id": "9"}), 12_000),  # a contract of its own has nothing to take away
        ((LESS,), 0),
        ((CORE | {"contract_id": None}, LESS | {"contract_id": None}), 8_400),  # lines without a contract are one
        ((CORE, LESS | {"kind": "adjustment"}), 12_000),  # adjustments make no ARR
    ],
)
def test_no_contract_falls_below_nothing(rows, expected):
    assert arr(*rows, day=date(2025, 8, 1)) == expected


LAPSED = CORE | {"ends_on": date(2025, 11, 15)}
OFF = LAPSED | {"starts_on": date(2025, 7, 1), "amount": "-3600"}
NOTICE = {"cancelled_on": date(2025, 11, 1)}


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((LAPSED, OFF), 12_000 - 3_600),  # both lapsed, both count on
        ((LAPSED | NOTICE, OFF), 0),  # the line has notice: nothing is left to take away from
        ((LAPSED | NOTICE, OFF | {"ends_on": None}), 0),
        ((LAPSED, OFF | {"ends_on": None}), 12_000 - 3_600),
        ((LAPSED, OFF | NOTICE), 12_000),  # the reduction was cancelled
        ((LAPSED | NOTICE, OFF, LAPSED | {"contract_id": "2", "amount": "5000"}), 5_000),  # the other contract is in grace, untouched
        ((LAPSED | NOTICE, LAPSED | {"amount": "2000"}, OFF), 0),  # of the contract 2,000 are in grace, less 3,600: nothing
    ],
)
def test_in_grace_a_reduction_lowers_what_is_in_grace_of_its_contract(rows, expected):
    assert arr(*rows, day=date(2025, 11, 25)) == expected


def test_what_is_cut_off_is_told_by_day_and_line():
    """15,000 off 12,000 from July: 3,000 cut; from October, when 6,000 more are there, nothing."""
    more = CORE | {"starts_on": date(2025, 10, 1), "amount": "6000"}
    rows = lines(CORE, LESS | {"amount": "-15000"}, more)
    parts = counted_reductions(rows).sort("starts_on").collect()
    assert parts.select("starts_on", "arr", "cut").rows() == [
        (date(2025, 7, 1), -1_200_000, 300_000),
        (date(2025, 10, 1), -1_500_000, 0),
    ]
    assert below_zero(rows).collect().select("subject", "arr").rows() == [("1", 300_000)]
    assert not below_zero(lines(CORE, LESS)).collect().height


def test_a_reduction_is_contraction_and_no_churn_down_to_nothing():
    gone = LESS | {"amount": "-12000"}
    row = movements(effective(CORE, gone), start=date(2025, 6, 30), end=date(2025, 7, 31)).collect().row(0, named=True)
    assert (row["opening"], row["contraction"], row["churn"], row["closing"], row["accounts"]) == (100_000, 100_000, 0, 0, 0)
    found = account_states(lines(CORE, gone), effective(CORE, gone), day=date(2025, 8, 1)).collect()
    assert found["state"].to_list() == ["free"]


def test_in_grace_a_contract_stays_what_it_was():
    assert arr(CORE, LESS, day=date(2026, 1, 30)) == 8_400  # 29 days after its end
    assert arr(CORE, LESS, day=date(2026, 1, 31)) == 0


def test_a_renewal_takes_the_place_of_the_contract_with_its_reduction():
    again = CORE | {"starts_on": date(2026, 1, 1), "ends_on": date(2027, 1, 1), "amount": "9000", "booked_on": date(2025, 11, 1)}
    booked = committed(effective(CORE, LESS, again, rules="house", as_of=date(2025, 12, 1)), day=date(2025, 12, 1), grace_days=30)
    assert booked.collect()["arr"].sum() == 900_000


def carr(*rows: dict, day: date = date(2025, 12, 1)) -> int:
    money = effective(*rows, rules="house", as_of=day)
    less = whole_reductions(lines(*rows, rules="house"), money, as_of=day, rules=preset("house"))
    return committed(money, day=day, grace_days=30, reductions=less).collect()["arr"].sum() // 100


NEXT = CORE | {"contract_id": "2", "starts_on": date(2026, 1, 1), "ends_on": date(2027, 1, 1), "booked_on": date(2025, 11, 1)}
OTHER = NEXT | {"product": "Plus", "amount": "10000"}


@pytest.mark.parametrize("ends_on", [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 1), None])
def test_a_contract_that_is_replaced_takes_its_reductions_with_it(ends_on):
    assert carr(CORE, LESS | {"ends_on": ends_on}, NEXT) == 12_000  # and not 12,000 - 3,600: that is of contract 1
    lapsed = date(2025, 11, 15)
    less = LESS | {"ends_on": ends_on and min(ends_on, lapsed)}
    assert carr(CORE | {"ends_on": lapsed}, less) == 12_000 - 3_600  # in grace, nothing booked
    assert carr(CORE | {"ends_on": lapsed}, less, NEXT | {"starts_on": date(2025, 12, 10)}) == 12_000


def test_in_one_contract_a_reduction_leaves_with_what_it_ran_beside():
    again, lapsed = NEXT | {"contract_id": "1"}, {"ends_on": date(2025, 11, 15)}
    soon = again | {"starts_on": date(2025, 12, 10)}
    assert carr(CORE | lapsed, LESS | lapsed, soon) == 12_000  # in grace
    assert carr(CORE | lapsed, LESS | {"ends_on": None}, soon) == 12_000 - 3_600  # goes on beyond the line, and lowers the next
    assert carr(CORE, LESS | {"ends_on": None}, again) == 12_000 - 3_600


def test_a_reduction_lowers_what_stays_of_its_contract():
    plus = CORE | {"product": "Plus", "amount": "5000", "ends_on": date(2026, 6, 1)}
    less = LESS | {"product": "Plus", "ends_on": date(2026, 6, 1)}
    assert carr(CORE, plus, less, NEXT) == 12_000 + (5_000 - 3_600)  # Core is renewed in contract 2
    assert carr(CORE, plus, less | {"amount": "-9000"}, NEXT) == 12_000 + 0  # 5,000 - 9,000 is nothing, and takes nothing of contract 2
    assert carr(CORE, NEXT, NEXT | {"amount": "-2000"}) == 12_000 - 2_000  # agreed with the renewal


def test_a_ramp_keeps_the_reduction_of_the_step_that_runs():
    ramp = CORE | {"booked_on": date(2024, 12, 1)}
    step = ramp | {"starts_on": date(2026, 1, 1), "ends_on": date(2027, 1, 1), "amount": "20000"}
    assert carr(ramp, step, LESS) == 12_000 - 3_600
    assert carr(ramp, step, LESS | {"ends_on": date(2027, 1, 1)}) == 12_000 - 3_600
    assert carr(ramp, step, step | {"amount": "-5000"}) == 12_000


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((CORE, LESS, OTHER), 10_000),  # 12,000 - 3,600 against 10,000
        ((CORE, OTHER), 12_000),
        ((CORE, LESS, OTHER, OTHER | {"amount": "-2000"}), 8_400),  # 8,400 against 10,000 - 2,000
        ((CORE, LESS, OTHER, OTHER | {"amount": "-1600"}), 8_400),  # 8,400 against 8,400: the older
        ((CORE, LESS | {"amount": "-15000"}, OTHER), 10_000),  # 12,000 - 15,000 is nothing
        ((CORE, LESS, OTHER, CORE | {"contract_id": "3", "product": "Max", "amount": "700", "ends_on": None}), 10_000 + 700),
    ],
)
def test_of_two_sides_each_counts_with_its_own_reductions(rows, expected):
    assert carr(*rows) == expected


def test_a_reduction_that_is_cut_today_lowers_what_renews_it_by_all_it_says():
    """12,000 - 15,000 is nothing, and ARR is 0; from January on the contract is worth 20,000 - 15,000."""
    less, again = LESS | {"amount": "-15000", "ends_on": None}, NEXT | {"contract_id": "1", "amount": "20000"}
    assert carr(CORE, less, again) == 20_000 - 15_000
    assert arr(CORE, less, again, day=date(2025, 12, 1)) == 0
    assert arr(CORE, less, again, day=date(2026, 1, 1)) == 20_000 - 15_000
    lapsed = {"ends_on": date(2025, 11, 15)}
    assert carr(CORE | lapsed, less, again | {"starts_on": date(2025, 12, 10)}) == 20_000 - 15_000  # in grace
    assert carr(CORE | lapsed, LESS | {"ends_on": None}) == 12_000 - 3_600  # in grace, and taken off once
    assert carr(CORE, less) == 0


def test_before_reductions_counted_they_did_nothing():
    rules = preset("house").__class__("house", grace_days=30, reductions=False)
    found = with_grace(lines(CORE, LESS, rules="house"), as_of=date(2025, 8, 1), rules=rules).filter(pl.col("starts_on") < date(2026, 1, 1))
    assert balances(found.collect().lazy(), days=[date(2025, 8, 1)]).collect()["arr"].sum() == 1_200_000


def test_who_has_all_taken_off_since_the_beginning_is_new_when_something_is_left():
    """1,000.00 a month from January, all of it taken off to April and 250.00 from then on: new in April at 750.00, and no customer before."""
    pilot = CORE | {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 4, 1), "amount": "-12000"}
    rows = (
        CORE,
        pilot,
        CORE | {"starts_on": date(2025, 4, 1), "amount": "-3000"},
        CORE | {"contract_id": "3", "starts_on": date(2025, 2, 1), "amount": "0"},
    )
    found = effective(*rows)
    months = movements(found, start=date(2024, 12, 31), end=date(2025, 4, 30)).collect()
    assert months["new"].to_list() == [0, 0, 0, 75_000]
    assert months["closing"].to_list() == [0, 0, 0, 75_000] and not months["expansion"].sum() + months["reactivation"].sum()
    days = (date(2025, 3, 31), date(2025, 4, 1))
    assert [account_states(lines(*rows), found, day=day).collect()["state"].to_list() for day in days] == [[], ["paying"]]
    assert [carr(*rows, day=day) for day in days] == [0, 9_000]
    back = CORE | {"contract_id": "2", "starts_on": date(2024, 3, 1), "ends_on": date(2024, 9, 1)}  # who paid before comes back
    again = movements(effective(back, *rows), start=date(2024, 12, 31), end=date(2025, 4, 30)).collect()
    assert (again["reactivation"].sum(), again["expansion"].sum(), again["new"].sum()) == (0, 75_000, 0)  # free since January


def test_only_reductions_are_no_customer():
    found = effective(LESS)
    assert found.collect().height == 0
    assert account_states(lines(LESS), found, day=date(2025, 8, 1)).collect().height == 0
