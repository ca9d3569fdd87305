"""Proposed weights: the measure that decides gets the weight, none is below zero, and percents total 100."""

import numpy as np
import pytest

from models.score_weights import fitted, with_weights
from reports.health.scorecard import from_toml, in_file, to_toml


def test_the_measure_that_decides_gets_the_weight():
    rng = np.random.default_rng(2)
    points = np.clip(rng.normal(60, 25, size=(400, 3)), 0, 100)
    churned = (rng.random(400) < 1 / (1 + np.exp((points[:, 1] - 40) / 12))).astype(float)
    points[::7, 0] = np.nan
    shares = fitted(points, churned, np.full(3, 1 / 3))
    assert shares.sum() == pytest.approx(1)
    assert (shares >= 0).all()
    assert shares.argmax() == 1
    assert shares[1] > 0.6


def test_a_measure_that_points_the_wrong_way_gets_none():
    rng = np.random.default_rng(4)
    points = rng.uniform(0, 100, size=(600, 2))
    churned = (rng.random(600) < 1 / (1 + np.exp((points[:, 0] - points[:, 1]) / 10))).astype(float)
    assert fitted(points, churned, np.full(2, 0.5)) == pytest.approx([1.0, 0.0], abs=0.02)


def test_shares_become_whole_percents_of_groups_and_of_the_measures_in_them():
    """Usage has 0.4 + 0.2 of the whole and support 0.4; within usage two thirds and one third, 67 and 33."""
    card = in_file()
    drafted = with_weights(card, {"seat_use": 0.4, "usage_trend": 0.2, "open_tickets": 0.4})
    assert {group.name: group.weight for group in drafted.groups} == {
        "usage": 60, "adoption": 0, "support": 40, "sentiment": 0, "relationship": 0
    }  # fmt: skip
    weights = {one.name: one.weight for one in drafted.measures}
    assert (weights["seat_use"], weights["usage_trend"], weights["open_tickets"], weights["csat_rating"]) == (67, 33, 100, 0)
    assert weights["features_used"] == 60  # of a group that counts no more: as it was
    assert from_toml(to_toml(drafted)) == drafted
