"""The health of a company that is several accounts, by hand."""

import polars as pl
import pytest

from metrics.health_parents import rolled_up
from metrics.scorecard import Scorecard

CARD = Scorecard((), (), (("at_risk", 50.0), ("watch", 75.0), ("healthy", 100.0)), least_known=0.4)
SCHEMA = {
    "top": pl.String, "account_id": pl.String, "score": pl.Float64, "band": pl.String, "known_weight": pl.Float64, "arr": pl.Int64,
}  # fmt: skip


def told(*rows: tuple) -> dict:
    """One parent of accounts (score, band, known weight, ARR in cents)."""
    named = [("P", f"A{at}", *row) for at, row in enumerate(rows)]
    frame = pl.DataFrame(named, schema=SCHEMA, orient="row").with_columns(name=pl.col("account_id") + " Ltd").lazy()
    found = rolled_up(frame, CARD).collect()
    assert found.height == 1
    return found.row(0, named=True)


def test_scores_are_weighed_by_arr_and_each_alike():
    """(90 x 900 + 30 x 100) / 1000 = 84, healthy; (90 + 30) / 2 = 60, watch."""
    found = told((90.0, "healthy", 1.0, 90_000), (30.0, "at_risk", 0.8, 10_000))
    assert (found["score_by_arr"], found["band_by_arr"], found["score_by_count"], found["band_by_count"]) == (84, "healthy", 60, "watch")
    assert (found["customers"], found["scored"], found["in_lowest_band"], found["arr"]) == (2, 2, 1, 100_000)
    assert (found["lowest"], found["lowest_name"], found["lowest_score"]) == ("A1", "A1 Ltd", 30)
    assert (found["known_by_arr"], found["known_by_count"]) == (1, 1)


def test_what_is_not_known_counts_in_neither_and_is_said():
    """Of 1,000 the score of 900 is not known, and that of another is little known: 5 % of ARR and a third of the accounts are known."""
    found = told((None, None, 0.0, 90_000), (80.0, "healthy", 0.5, 5_000), (20.0, "little_known", 0.3, 5_000))
    assert (found["score_by_arr"], found["band_by_arr"], found["known_by_arr"]) == (80, "little_known", 0.05)
    assert (found["score_by_count"], found["band_by_count"], found["known_by_count"]) == (80, "little_known", pytest.approx(1 / 3))
    assert (found["customers"], found["scored"], found["lowest"]) == (3, 1, "A1")


def test_little_known_and_under_notice_is_in_the_lowest_band_and_makes_no_score():
    found = told((20.0, "at_risk", 0.3, 50_000), (80.0, "healthy", 1.0, 50_000))
    assert (found["score_by_arr"], found["in_lowest_band"], found["known_by_arr"]) == (80, 1, 0.5)


@pytest.mark.parametrize(("arr", "known"), [(0, None), (None, None)])
def test_where_nothing_is_paid_or_arr_cannot_be_told_there_is_no_score_by_arr(arr, known):
    found = told((80.0, "healthy", 1.0, arr), (60.0, "watch", 1.0, 0))
    assert (found["score_by_arr"], found["band_by_arr"], found["known_by_arr"], found["arr"]) == (None, None, known, arr)
    assert (found["score_by_count"], found["band_by_count"]) == (70, "watch")


def test_without_a_score_there_is_no_band():
    found = told((None, None, 0.0, 100), (None, None, 0.0, 100))
    assert [found[name] for name in ("score_by_arr", "band_by_arr", "score_by_count", "band_by_count", "lowest")] == [None] * 5
    assert (found["known_by_arr"], found["known_by_count"], found["scored"]) == (0, 0, 0)
