"""Who was most like an account, and how they ended: by hand."""

import polars as pl

from models.card import Curve
from models.similar import LEAST_PAST, MOST_LIKE, similar

# The odds rise with "used" falling, and "idle" hardly moves them.
CURVES = (Curve("used", ((0.0, 2.0), (10.0, -2.0)), 5.0, 1.0), Curve("idle", ((0.0, 0.0), (1000.0, 0.001)), None, 0.1))


def past(accounts: int = 6 * MOST_LIKE) -> pl.DataFrame:
    """An account for each number, from 0 to 11.9 in tenths; those below one were lost, and each was looked at three times."""
    return pl.DataFrame(
        [
            {"account_id": f"P{n}", "lead_days": lead, "used": n / 10, "idle": 1000.0 * (n % 2), "churned": n < 10}
            for n in range(accounts) for lead in (30, 90) for _ in range(3)
        ]
    )  # fmt: skip


def now(**given) -> pl.DataFrame:
    plain = {"account_id": "A", "lead_days": 90, "used": 0.0, "idle": 0.0}
    return pl.DataFrame([plain | given], schema_overrides={"used": pl.Float64})


def test_the_nearest_accounts_are_counted_once_each_by_hand():
    # The twenty nearest to 0 are 0 to 1.9, of which ten were lost; those nearest to 5 lie around it.
    assert similar(now(), past(), CURVES) == [(MOST_LIKE, 10)]
    assert similar(now(used=5.0), past(), CURVES) == [(MOST_LIKE, 0)]


def test_an_account_is_not_like_itself():
    # Without 0 itself the twentieth is 2.0: nine of ten lost ones remain.
    assert similar(now(account_id="P0"), past(), CURVES) == [(MOST_LIKE, 10 - 1)]


def test_looks_from_as_far_alone_are_compared():
    near = past().with_columns(churned=pl.col("churned") & (pl.col("lead_days") == 30))
    assert similar(now(lead_days=12), near, CURVES) == [(MOST_LIKE, 10)]
    assert similar(now(lead_days=31), near, CURVES) == [(MOST_LIKE, 0)]
    assert similar(now(lead_days=200), near, CURVES) == [(MOST_LIKE, 0)]


def test_what_is_not_known_is_like_what_is_not_known():
    unknown = past().with_columns(used=pl.when(pl.col("account_id").is_in([f"P{n}" for n in range(20)])).then(None).otherwise("used"))
    assert similar(now(used=None), unknown, CURVES) == [(MOST_LIKE, 10)]


def test_of_few_accounts_fewer_are_like_one():
    assert similar(now(), past(accounts=LEAST_PAST), CURVES) == [(LEAST_PAST // 6, 10)]


def test_too_few_looks_tell_nothing():
    assert similar(now(), past(accounts=LEAST_PAST - 1), CURVES) == [None]
    assert similar(now(), past().clear(), CURVES) == similar(now(), past(), ()) == [None]
