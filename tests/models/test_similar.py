"""Who was most like an account, and how they ended: by hand."""

import polars as pl
import pytest

from models.card import Curve
from models.similar import LEAST_PAST, MOST_LIKE, MOST_TOLD, similar

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


def counted(found) -> list[tuple[int, int] | None]:
    """How many were most like each, and how many of them were lost."""
    return [one and (one.accounts, one.lost) for one in found]


def now(**given) -> pl.DataFrame:
    plain = {"account_id": "A", "lead_days": 90, "used": 0.0, "idle": 0.0}
    return pl.DataFrame([plain | given], schema_overrides={"used": pl.Float64})


def test_the_nearest_accounts_are_counted_once_each_by_hand():
    # The twenty nearest to 0 are 0 to 1.9, of which ten were lost; those nearest to 5 lie around it.
    assert counted(similar(now(), past(), CURVES)) == [(MOST_LIKE, 10)]
    assert counted(similar(now(used=5.0), past(), CURVES)) == [(MOST_LIKE, 0)]


def test_an_account_is_not_like_itself():
    # Without 0 itself the twentieth is 2.0: nine of ten lost ones remain.
    assert counted(similar(now(account_id="P0"), past(), CURVES)) == [(MOST_LIKE, 10 - 1)]


def test_looks_from_as_far_alone_are_compared():
    near = past().with_columns(churned=pl.col("churned") & (pl.col("lead_days") == 30))
    assert counted(similar(now(lead_days=12), near, CURVES)) == [(MOST_LIKE, 10)]
    assert counted(similar(now(lead_days=31), near, CURVES)) == [(MOST_LIKE, 0)]
    assert counted(similar(now(lead_days=200), near, CURVES)) == [(MOST_LIKE, 0)]


def test_what_is_not_known_is_like_what_is_not_known():
    unknown = past().with_columns(used=pl.when(pl.col("account_id").is_in([f"P{n}" for n in range(20)])).then(None).otherwise("used"))
    assert counted(similar(now(used=None), unknown, CURVES)) == [(MOST_LIKE, 10)]


def test_of_few_accounts_fewer_are_like_one():
    assert counted(similar(now(), past(accounts=LEAST_PAST), CURVES)) == [(LEAST_PAST // 6, 10)]


def test_too_few_looks_tell_nothing():
    assert counted(similar(now(), past(accounts=LEAST_PAST - 1), CURVES)) == [None]
    assert similar(now(), past().clear(), CURVES) == similar(now(), past(), ()) == [None]


def test_the_nearest_are_told_with_how_alike_they_are_by_hand():
    # Odds fall by 0.4 for each 1.0 of "used": those nearest to 0 are 0, 0.1, 0.2 ... The middle one of 120 looks is at 5.95, since places
    # are counted three times each; so a tenth lies 0.1 / 5.95 of the way to it.
    (found,) = similar(now(), past(), CURVES)
    assert [one.row // 6 for one in found.nearest] == list(range(MOST_TOLD))
    assert [one.likeness for one in found.nearest] == pytest.approx([1 - n / 10 / 5.95 for n in range(MOST_TOLD)], abs=1e-3)


def test_it_is_told_in_which_inputs_they_are_alike_and_in_which_not():
    # At 0 "used" weighs 2.0, and at 0.7 still 1.72: alike. "idle" never weighs as much as is told.
    (found,) = similar(now(), past(), CURVES)
    assert {(one.alike, one.apart) for one in found.nearest} == {(("used",), ())}
    curves = (*CURVES, Curve("new", ((0.0, 0.0), (1.0, 0.15)), None, 0.1))
    (other,) = similar(now(new=1.0), past().with_columns(new=0.0), curves)
    assert {(one.alike, one.apart) for one in other.nearest} == {(("used",), ("new",))}


def test_where_most_looks_are_the_same_only_these_are_alike():
    same = past().with_columns(used=5.0)
    (alike,), (apart,) = similar(now(used=5.0, idle=None), same, CURVES[:1]), similar(now(used=0.0), same, CURVES[:1])
    assert {one.likeness for one in alike.nearest} == {1.0}
    assert {one.likeness for one in apart.nearest} == {0.0}
