"""What a cohort is still to bring, by hand, and against draws of accounts."""

import random

import numpy as np
import polars as pl
import pytest

from models.cohort_projection import foreseen, paid_back, still_there
from models.lifetime import Fit, fitted_to

ROWS = [(1, True)] * 30 + [(2, True)] * 20 + [(3, True)] * 10 + [(3, False)] * 60
FIT: Fit = fitted_to(pl.DataFrame(ROWS, schema=["renewals", "lost"], orient="row"))


def test_the_share_goes_down_with_each_renewal_that_comes_up():
    """By the year: one account has held 5 months, so that its first renewal comes in 7; the other 20, its second in 4 and third in 16."""
    accounts = pl.DataFrame({"term_months": [12, 12], "held": [5.0, 20.0]})
    share, low, high = still_there(accounts, {12: FIT}, months=18)
    rates = FIT.lifetime.renewal_rate([1, 2, 3])
    assert share[2] == 1 and share[3] == pytest.approx((1 + rates[1]) / 2) and share[6] == pytest.approx((rates[0] + rates[1]) / 2)
    assert share[15] == pytest.approx((rates[0] + rates[1] * rates[2]) / 2)
    assert (low <= share).all() and (share <= high).all()


def test_accounts_without_a_curve_are_told_where_they_are_many():
    held = {"term_months": [12] * 9 + [None], "held": [5.0] * 9 + [None]}
    assert still_there(pl.DataFrame(held), {12: FIT}, months=12) is not None  # nine of ten
    assert still_there(pl.DataFrame(held).tail(9), {12: FIT}, months=12) is None
    assert still_there(pl.DataFrame(held).clear(), {12: FIT}, months=12) is None


def test_limits_hold_what_chance_does_among_few_accounts():
    """Twelve accounts that bring 1 a month each and leave with 5 % a month: 95 of 100 draws of what they bring lie within."""
    rng, share = random.Random(1), 0.95 ** np.arange(1, 25)
    best, low, high = foreseen(100.0, 12.0, (share, share, share), accounts=12)
    assert best[0] == pytest.approx(100 + 12 * 0.95) and best[1] == pytest.approx(100 + 12 * (0.95 + 0.95**2))
    drawn = [100 + sum(next((t for t in range(24) if rng.random() >= 0.95), 24) for _ in range(12)) for _ in range(400)]
    assert 0.92 <= np.mean([low[-1] <= one <= high[-1] for one in drawn]) <= 0.98
    _, certain, _ = foreseen(100.0, 12.0, (np.ones(3), np.ones(3), np.ones(3)), accounts=12)
    assert certain.tolist() == pytest.approx([112, 124, 136])  # nobody can leave, so that nothing is left to chance


def test_payback_is_the_first_month_that_covers_the_cost():
    assert (
        paid_back([10, 20, 30], 20) == 2
        and paid_back([10, 20, 30], 31) is None
        and paid_back([None, 5], 5) == 2
        and paid_back([], 1) is None
    )
