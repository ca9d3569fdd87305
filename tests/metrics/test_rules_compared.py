"""Which choice of the rules makes a line's difference: each choice by itself, on lines small enough to read."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from metrics.rules import preset
from metrics.rules_compared import CAUSES, rules_compared
from tests.metrics.books import book

DAY = date(2024, 6, 15)
HOUSE = preset("house")
YEAR = {"starts_on": date(2024, 1, 1), "ends_on": date(2025, 1, 1), "amount": "100"}  # 1,200 a year
PAUSED = YEAR | {"status": "paused", "paused_on": date(2024, 6, 1), "billing_system": "stripe"}
STEP = {"booked_on": date(2023, 12, 1), "contract_id": "r"}
NEXT = YEAR | STEP | {"starts_on": date(2025, 1, 1), "ends_on": date(2026, 1, 1), "amount": "250"}
THIRD = {"starts_on": date(2023, 7, 1), "ends_on": date(2024, 6, 1), "amount": "100", "period": "1 month"}  # in grace until 1 July


def told(other: dict[str, Any], *rows: dict[str, Any]) -> list[tuple[str, int, int]]:
    found = rules_compared(book(*rows), day=DAY, as_of=DAY, one=HOUSE, other=replace(HOUSE, **other))
    return found.collect().select("cause", "arr_one", "arr_other").rows()


@pytest.mark.parametrize(
    ("other", "rows", "expected"),
    [
        ({"grace_days": 0}, [THIRD], ("in grace", 120_000, 0)),
        ({"count_ending_discounts": False}, [YEAR | {"discount": 0.25, "discount_ends_on": date(2024, 7, 1)}], ("discount that ends", 90_000, 120_000)),
        ({"end_on_notice": True}, [YEAR | {"cancelled_on": date(2024, 6, 10)}], ("notice given", 120_000, 0)),
        ({"arr_from_mrr": True}, [YEAR | {"amount": "2000", "period": "1 year"}], ("ARR from MRR", 200_000, 12 * 16_667)),
        ({"reductions": False}, [YEAR, YEAR | {"amount": "-30"}], ("reduction", -36_000, 0)),
        ({"ramp": "exit"}, [YEAR | STEP, NEXT], ("ramp", 120_000, 300_000)),
        ({"ramp": "average"}, [YEAR | STEP, NEXT], ("ramp", 120_000, 210_000)),
        ({"count_paused": "stripe, chargebee"}, [PAUSED], ("paused subscription", 0, 120_000)),
        ({"count_paused": "all"}, [PAUSED | {"billing_system": None}], ("paused subscription", 0, 120_000)),
        ({"count_unpaid": True}, [PAUSED | {"status": "unpaid"}], ("unpaid subscription", 0, 120_000)),
    ],
)  # fmt: skip
def test_one_choice_is_named_with_what_it_makes_of_the_line(other, rows, expected):
    assert told(other, *rows) == [expected]


@pytest.mark.parametrize(
    ("other", "rows"),
    [
        ({"count_paused": "recurly"}, [PAUSED]),
        ({"count_unpaid": True}, [PAUSED]),
        ({"ramp": "exit"}, [YEAR, NEXT | {"booked_on": None}]),
        ({"count_paid_and_left": False}, [YEAR, THIRD]),  # of churn, never of ARR
        ({"free_is_churn": True}, [YEAR, YEAR | {"amount": "0", "contract_id": "f"}]),  # a free line brings nothing under either
    ],
)
def test_a_choice_that_moves_no_line_is_not_named(other, rows):
    assert told(other, *rows) == []


def test_every_choice_has_its_words():
    """Two choices that each make all of a difference are not told apart: who is paused and discounted brings nothing but under both."""
    assert set(CAUSES) == {name for name in HOUSE.__dataclass_fields__ if name != "name"}
    both = PAUSED | {"discount": 0.5, "discount_ends_on": date(2024, 7, 1)}
    assert told({"count_paused": "all", "count_ending_discounts": False}, both) == [("several choices together", 0, 120_000)]
