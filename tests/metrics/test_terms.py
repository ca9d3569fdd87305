"""Who has a term and who has none, month by month, in accounts that can be counted."""

from datetime import date

import pytest

from metrics.terms import hardly_any_term, months_by_term
from tests.metrics.books import effective, lines

YEAR = {"account_id": "A", "starts_on": date(2025, 1, 1), "ends_on": date(2026, 1, 1)}
OPEN = {"account_id": "B", "starts_on": date(2025, 1, 1)}
MONTH = {"account_id": "C", "starts_on": date(2025, 1, 31), "ends_on": date(2025, 2, 28)}


def months(*rows: dict, rules: str = "strict") -> list[tuple]:
    money = effective(*rows, rules=rules, as_of=date(2026, 6, 30))
    return months_by_term(money, lines(*rows), start=date(2025, 1, 31), end=date(2025, 3, 31)).collect().rows()


def test_a_year_is_a_term_and_a_month_or_an_open_end_is_none():
    """A has a term; B has no end; C's 28 days roll monthly, and C is gone in March: of two without a term one is lost in February."""
    assert months(YEAR, OPEN, MONTH) == [(date(2025, 2, 1), 3, 1, 2, 1), (date(2025, 3, 1), 2, 1, 1, 0)]


def test_who_is_in_grace_after_a_term_has_not_lost_it():
    """A's term ended on 20 February and was renewed on 10 March: at the close of February A is in grace, and still one with a term."""
    ended = YEAR | {"ends_on": date(2025, 2, 20)}
    again = YEAR | {"starts_on": date(2025, 3, 10)}
    assert months(ended, again, rules="house") == [(date(2025, 2, 1), 1, 1, 0, 0), (date(2025, 3, 1), 1, 1, 0, 0)]


@pytest.mark.parametrize("cancelled_on", [None, date(2025, 1, 2)])
def test_a_term_that_has_ended_beside_a_line_that_runs_is_none_any_more(cancelled_on):
    """A year's line ended on 20 February beside one without an end: no grace, as the account goes on. At the close of January it is an
    account with a term, at that of February one without; nobody is lost."""
    ended = YEAR | {"ends_on": date(2025, 2, 20), "cancelled_on": cancelled_on}
    beside = YEAR | {"ends_on": None}
    assert months(ended, beside, rules="house") == [(date(2025, 2, 1), 1, 1, 0, 0), (date(2025, 3, 1), 1, 0, 1, 0)]


@pytest.mark.parametrize(("with_term", "paying", "hardly"), [(9, 100, True), (10, 100, False), (0, 0, False), (0, 1, True)])
def test_hardly_any_is_less_than_a_tenth(with_term, paying, hardly):
    assert hardly_any_term(with_term, paying) is hardly
