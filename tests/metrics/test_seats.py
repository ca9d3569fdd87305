"""Seats: lines of a product add, the largest product counts, and what is said to add comes on top; in numbers."""

from datetime import date

import polars as pl
import pytest

from metrics.seats import seats_on
from tests.metrics.books import effective, lines

DAY = date(2025, 8, 1)
CORE = {
    "product": "Core",
    "contract_id": "1",
    "starts_on": date(2025, 1, 1),
    "ends_on": date(2026, 1, 1),
    "amount": "12000",
    "period": "1 year",
    "seats": 297,
}
ADDON = CORE | {"product": "Add-on", "contract_id": "2"}


def seats(*rows: dict, own: int | None = None, adding: tuple[str, ...] = ()) -> int | None:
    seen = pl.LazyFrame({"account_id": ["A"], "day": [DAY]})
    accounts = pl.LazyFrame({"account_id": ["A"], "seats": [own]}, schema={"account_id": pl.String, "seats": pl.Int64})
    found = seats_on(seen, lines=lines(*rows), effective=effective(*rows, as_of=DAY), accounts=accounts, adding=adding)
    return found.collect()["seats"].item()


@pytest.mark.parametrize(
    ("rows", "adding", "expected"),
    [
        ((CORE, ADDON), (), 297),  # the add-on sells the same people's seats again: not 594
        ((CORE, ADDON), ("Add-on",), 594),  # 297 + 297, where somebody says that they come on top
        ((CORE, CORE | {"contract_id": "3", "seats": 5}), (), 302),  # one product: 297 + 5
        ((CORE, CORE | {"starts_on": date(2025, 7, 1), "amount": "-1000", "seats": -40}), (), 257),  # 297 - 40
        ((CORE, ADDON | {"seats": 300}, ADDON | {"seats": 10, "contract_id": "4"}), (), 310),  # max(297, 300 + 10)
        ((CORE | {"product": None}, ADDON | {"product": None, "seats": 3}), (), 300),  # without a product: one product
        ((CORE | {"seats": None}, ADDON | {"seats": 9}), (), 9),
        ((CORE | {"unit": "users"}, CORE | {"contract_id": "3", "seats": 5, "unit": "users"}), (), 302),  # one unit: 297 + 5
        ((CORE | {"unit": "users"}, CORE | {"contract_id": "3", "seats": 40, "unit": "viewers"}), (), 297),  # of two units the larger
        ((CORE, ADDON | {"seats": 50, "unit": "users"}, ADDON | {"seats": 40, "unit": "viewers"}), ("Add-on",), 347),  # 297 + 50 on top
    ],
)
def test_seats_of_products(rows, adding, expected):
    assert seats(*rows, adding=adding) == expected


def test_without_seats_on_lines_those_of_the_account_are_told():
    assert seats(CORE | {"seats": None}, own=12) == 12
    assert seats(CORE, own=12) == 297
