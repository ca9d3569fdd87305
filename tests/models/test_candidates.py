"""What an account that is like none before it is told, and how far a scale goes."""

import numpy as np
import pytest

from models.candidates import CANDIDATES, FARTHEST, Scale, fitted, raw_odds


def learned_from_what_hardly_varies(name: str):
    """Two inputs, one of which never moved by more than a hundredth; the outcome follows both."""
    rng = np.random.default_rng(0)
    rows = np.c_[rng.normal(size=600), rng.normal(size=600) / 100]
    lost = rng.random(600) < 1 / (1 + np.exp(1.5 + rows[:, 0] + 100 * rows[:, 1]))
    return fitted(name, rows, lost.astype(int), 100)


@pytest.mark.parametrize("name", CANDIDATES)
def test_a_hundred_deviations_away_is_no_surer_than_three(name):
    model = learned_from_what_hardly_varies(name)
    usual = raw_odds(model, np.array([[0.0, -0.01 * (FARTHEST + 0.5)]]))
    assert raw_odds(model, np.array([[0.0, -1.0]])) == pytest.approx(usual)


def test_a_scale_goes_as_far_as_was_tried_and_no_surer_than_the_cases_allow():
    scale = Scale(1.0, 0.0, ((30.0, -1.0), (90.0, 1.0)), tried=(-2.0, 2.0), low=0.1, high=0.9)
    # Beyond the odds of 2 it stays: 1 / (1 + e^-(2 - 1)) from 30 days; from 90 days 1 / (1 + e^-3) is above 0.9.
    said = scale.probabilities(np.array([50.0, 50.0, -50.0]), np.array([30.0, 90.0, 30.0]))
    assert said == pytest.approx([1 / (1 + np.exp(-1)), 0.9, 0.1])
    assert scale.limits == pytest.approx((0.1, 0.9))
