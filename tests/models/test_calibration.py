"""Slopes over several parts, the range of a slope, and how far probabilities may go, against arithmetic that can be read here."""

import math

import numpy as np
import pytest

from models.calibration import LEAST_TRIED, calibration, odds_tried, slope_range, surest
from models.evaluation import parts_of


def test_parts_share_a_slope_and_have_an_intercept_each():
    # Near: 1/2 and 1/5 happen where 1/3 and 1/9 were said (odds 1, 1/4 against 1/2, 1/8: log odds all too low by ln 2).
    # Far: 2/3 and 1/3 happen where 2/3 and 1/3 were said. Slope 1 in both, intercepts ln 2 and 0, weighed by the rarer outcome.
    near = np.array([1] * 10 + [0] * 10 + [1] * 4 + [0] * 16)
    far = np.array([1] * 20 + [0] * 10 + [1] * 10 + [0] * 20)
    outcomes = np.r_[near, far]
    said = np.r_[np.repeat([1 / 3, 1 / 9], 20), np.repeat([2 / 3, 1 / 3], 30)]
    parts = parts_of(outcomes, np.repeat([0, 1], [40, 60]))
    weight = 14 / (14 + 30)
    assert calibration(outcomes, said, parts) == pytest.approx((1.0, weight * math.log(2)), abs=1e-3)


def test_odds_that_are_equal_have_no_slope():
    outcomes = np.array([0, 1, 0, 1])
    assert math.isnan(calibration(outcomes, np.full(4, 0.5))[0])
    assert slope_range(outcomes, np.full(4, 0.5), np.arange(4)) is None


def test_the_range_of_a_slope_is_what_other_samples_show():
    rng = np.random.default_rng(3)
    slopes, ranges = [], []
    for _ in range(60):
        odds = rng.normal(-1, 1, 400)
        said, outcomes = 1 / (1 + np.exp(-odds)), (rng.random(400) < 1 / (1 + np.exp(-odds))).astype(int)
        slopes.append(calibration(outcomes, said)[0])
        ranges.append(slope_range(outcomes, said, np.arange(400)))
    width = np.mean([high - low for low, high in ranges])
    assert width / (2 * 1.96) == pytest.approx(np.std(slopes), rel=0.3)


def test_looking_at_the_same_accounts_four_times_makes_no_slope_surer():
    rng = np.random.default_rng(4)
    odds = rng.normal(-1, 1, 300)
    said, outcomes, accounts = 1 / (1 + np.exp(-odds)), (rng.random(300) < 1 / (1 + np.exp(-odds))).astype(int), np.arange(300)
    once = slope_range(outcomes, said, accounts)
    often = slope_range(np.tile(outcomes, 4), np.tile(said, 4), np.tile(accounts, 4))
    assert often == pytest.approx(once, abs=1e-3)


def test_odds_count_as_far_as_five_cases_were_tried_there():
    # Cases 0 to 19 with odds 0 to 19, each looked at twice, the second time half a point higher.
    odds, cases = np.r_[np.arange(20.0), np.arange(20) + 0.5], np.r_[np.arange(20), np.arange(20)]
    assert LEAST_TRIED == 5
    assert odds_tried(odds, cases) == (4.0, 15.5)


def test_where_hardly_anything_was_tried_the_middle_is_all():
    assert odds_tried(np.array([1.0, 2.0, 9.0]), np.arange(3)) == (2.0, 2.0)


def test_so_many_cases_allow_no_surer_probability():
    # Three cases with the outcome, one of them looked at twice, and eight without: 1 / (8 + 2) and (3 + 1) / (3 + 2).
    outcomes, cases = np.array([1] * 4 + [0] * 8), np.array([0, 0, 1, 2, *range(3, 11)])
    assert surest(outcomes, cases) == pytest.approx((0.1, 0.8))
