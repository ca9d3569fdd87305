"""Accounts that pay and leave between two balance days: found by a walk over the days, on books small and random."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings

from metrics.balances import balances
from metrics.between_closes import paid_and_left
from metrics.movements import balance_days
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


def test_who_was_free_pays_and_leaves_is_named_and_who_stays_free_is_not():
    """F is free (100 % off) at the close of January, pays 114.71 from 16 February and leaves on the 26th; G pays as long and is free
    again at the close; H leaves without paying again; R's reduction takes all that it pays until 10 February: it pays 60 from then to the
    20th. All four have paid in 2022."""
    paid = [line(account, date(2022, 1, 1), date(2023, 1, 1), 10) for account in "FGHR"]
    free = [line(account, date(2023, 1, 1), None if account == "G" else date(2023, 2, 26), 0) for account in "FGH"]
    pays = [line("F", date(2023, 2, 16), date(2023, 2, 26)) | {"amount": "114.71"}, line("G", date(2023, 2, 16), date(2023, 2, 26))]
    held = [line("R", date(2023, 1, 1), date(2023, 2, 20), 60), line("R", date(2023, 1, 1), date(2023, 2, 10), -60)]
    found = paid_and_left(effective(*paid, *free, *pays, *held), start=JAN, end=MAR).collect()
    assert found.select("account_id", "opens_on", "paid_from", "left_on", "mrr").rows() == [
        ("F", date(2023, 1, 31), date(2023, 2, 16), date(2023, 2, 26), 11_471),
        ("R", date(2023, 1, 31), date(2023, 2, 10), date(2023, 2, 20), 6_000),
    ]


@settings(max_examples=60, deadline=None)
@given(books)
def test_it_is_who_pays_on_a_day_in_between_and_leaves(book):
    """Found by looking at every day: nothing paid at the opening, something in between, and no customer at the close."""
    money = effective(*book, rules="house", as_of=SEEN)
    days = balance_days(FIRST, SEEN, "quarter")
    every_day = [FIRST + timedelta(days=n) for n in range((SEEN - FIRST).days + 1)]
    seen = {(account, day): (mrr, live) for day, account, mrr, _, live in balances(money, days=every_day, rates=RATES).collect().rows()}
    walked = {}
    for opening, close in pairwise(days):
        for account in {account for account, _ in seen}:
            paid = [day for day in every_day if opening < day < close and seen[account, day][0] > 0]
            if paid and seen[account, opening][0] == 0 and seen[account, close][1] == 0:
                walked[account, opening] = (paid[0], paid[-1] + timedelta(days=1), seen[account, paid[0]][0])
    found = paid_and_left(money, start=FIRST, end=SEEN, every="quarter", rates=RATES).collect()
    told = found.select("account_id", "opens_on", "paid_from", "left_on", "mrr").rows()
    assert {(account, opening): rest for account, opening, *rest in told} == {key: list(value) for key, value in walked.items()}
