"""Accounts that pay and leave between two balance days: found by a walk over the days, on books small and random."""

from datetime import date, timedelta
from itertools import pairwise

import polars as pl
from hypothesis import given, settings

from metrics.balances import balances
from metrics.between_closes import paid_and_left
from metrics.movements import account_movements, balance_days
from tests.metrics.books import effective
from tests.metrics.test_revenue_properties import FIRST, RATES, SEEN, books

JAN, MAR = date(2022, 12, 31), date(2023, 3, 31)


def line(account: str, start: date, end: date | None, amount: int = 100) -> dict:
    return {"account_id": account, "contract_id": f"{account}{start}", "starts_on": start, "ends_on": end, "amount": str(amount)}


def test_an_account_between_two_closes_is_named_with_its_days_and_its_money():
    """P pays 30 + 20 from 6 to 20 February, and once more in March; S stays; O was there at the opening; L is still there at the close."""
    book = [
        line("P", date(2023, 2, 6), date(2023, 2, 16), 30), line("P", date(2023, 2, 6), date(2023, 2, 20), 20),
        line("P", date(2023, 3, 2), date(2023, 3, 31), 70), line("S", date(2023, 1, 1), None),
        line("O", date(2023, 1, 1), date(2023, 2, 10)), line("O", date(2023, 2, 12), date(2023, 2, 20)),
        line("L", date(2023, 2, 12), date(2023, 3, 1)),
    ]  # fmt: skip
    found = paid_and_left(effective(*book), start=JAN, end=MAR).collect()
    assert found.select("account_id", "month", "opens_on", "closes_on", "paid_from", "left_on", "mrr").rows() == [
        ("P", date(2023, 2, 1), date(2023, 1, 31), date(2023, 2, 28), date(2023, 2, 6), date(2023, 2, 20), 5_000),
        ("P", date(2023, 3, 1), date(2023, 2, 28), date(2023, 3, 31), date(2023, 3, 2), date(2023, 3, 31), 7_000),
    ]
    assert paid_and_left(effective(*book), start=JAN, end=MAR, every="quarter").collect()["account_id"].to_list() == ["L", "O", "P"]
    assert paid_and_left(effective(*book), start=MAR, end=MAR).collect().is_empty()


@settings(max_examples=60, deadline=None)
@given(books)
def test_it_is_who_pays_on_a_day_in_between_and_is_in_no_row_of_the_bridge(book):
    money = effective(*book, rules="house", as_of=SEEN)
    days = balance_days(FIRST, SEEN, "quarter")
    every_day = [FIRST + timedelta(days=n) for n in range((SEEN - FIRST).days + 1)]
    held = balances(money, days=every_day, rates=RATES).filter(pl.col("live") > 0).select("account_id", "day").collect()
    seen = account_movements(money, start=FIRST, end=SEEN, every="quarter", rates=RATES).collect().select("account_id", "opens_on").rows()
    walked = {
        (account, opening)
        for opening, close in pairwise(days)
        for account in set(held.filter(pl.col("day") > opening, pl.col("day") < close)["account_id"])
        if (account, opening) not in set(seen)
    }
    found = paid_and_left(money, start=FIRST, end=SEEN, every="quarter", rates=RATES).collect()
    assert set(found.select("account_id", "opens_on").rows()) == walked
