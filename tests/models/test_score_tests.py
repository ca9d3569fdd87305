"""Whether a score tells who renews: against pairs that are counted, on companies made so that the answer is known, and by chance."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from metrics.account_measures import MEASURES
from metrics.health import components, scores
from metrics.health_lab import SCORE, series
from models.score_tests import Tried, gain, together, tried
from reports.health.scorecard import in_file

CARD = in_file()
DAY = date(2024, 1, 1)
COMPANIES, LEAVE = 100, 0.2


def by_pairs(churned: np.ndarray, points: np.ndarray) -> float:
    """Of every pair of one that renewed and one that left, how often the first has more points; a tie is half."""
    left, stayed = points[churned], points[~churned]
    return sum((stay > gone) + (stay == gone) / 2 for stay in stayed for gone in left) / len(left) / len(stayed)


def test_the_auc_is_that_of_counted_pairs_and_unknown_points_are_left_out():
    rng = np.random.default_rng(3)
    churned, points = rng.random(200) < 0.3, np.round(rng.normal(size=200), 1)
    points[::9] = np.nan
    found, some = tried(churned, points, np.arange(200)), ~np.isnan(points)
    assert found.auc == pytest.approx(by_pairs(churned[some], points[some]))
    assert (found.rows, found.churned) == (some.sum(), churned[some].sum())
    assert found.low < found.auc < found.high


def test_too_few_of_either_kind_say_nothing():
    for left in (29, 71):
        found = tried(np.arange(100) < left, np.arange(100.0), np.arange(100))
        assert (found.finding, found.auc) == ("too_few", None)


def test_the_way_round_is_told():
    churned = np.arange(200) < 60
    noise = np.random.default_rng(0).normal(scale=60, size=200)
    assert tried(churned, np.arange(200) + noise, np.arange(200)).finding == "predicts"
    assert tried(churned, -np.arange(200) - noise, np.arange(200)).finding == "against"


def test_of_many_that_are_tried_at_once_those_hold_that_hold_together():
    """Holm's own order: 0.01 <= 0.05 / 4 and 0.016 <= 0.05 / 3 hold; 0.03 > 0.05 / 2 does not, and so nothing after it."""
    found = {name: Tried(100, 40, 0.6, 0.51, 0.7, p=p) for name, p in {"a": 0.03, "b": 0.01, "c": 0.016, "d": 0.04}.items()}
    few = {"e": Tried(10, 3)}
    assert together(found | few) == {"a": "may_be_luck", "b": "predicts", "c": "predicts", "d": "may_be_luck", "e": "too_few"}


def test_a_score_gains_nothing_over_itself_and_much_over_noise():
    rng = np.random.default_rng(1)
    churned = np.arange(300) < 90
    good, noise = churned * -20 + rng.normal(scale=20, size=300), rng.normal(size=300)
    same = gain(churned, good, good, np.arange(300))
    assert (same.difference, same.low, same.high, same.needed()) == (0, 0, 0, None)
    more = gain(churned, noise, good, np.arange(300))
    assert more.low > 0
    assert more.difference == pytest.approx(by_pairs(churned, good) - by_pairs(churned, noise))
    assert gain(churned[:100], noise[:100], good[:100], np.arange(100)) is None  # ten renewed


def test_twice_the_error_needs_four_times_the_churns():
    found = gain(np.arange(300) < 90, *np.random.default_rng(5).normal(size=(2, 300)), np.arange(300))
    needed = 90 * (1.96 * found.error / found.difference) ** 2
    assert found.needed() == (None if found.difference <= 0 else int(np.ceil(needed)))


def company(seed: int, told: float) -> pl.DataFrame:
    """Looks at 150 accounts, two each, with every measure of the score; `told`: how strongly they decide who leaves (0: not at all).

    Accounts differ in how likely they are to leave and in what is measured of them, so that two looks at one are alike.
    """
    rng = np.random.default_rng([seed, 11])
    accounts = np.repeat(np.arange(150), 2)
    well = (rng.normal(size=150)[accounts] + rng.normal(size=300)) / np.sqrt(2)
    likely = np.log(LEAVE / (1 - LEAVE)) - told * well + rng.normal(scale=0.5, size=150)[accounts]
    spread = {"seat_use": (0.5, 0.2), "usage_trend": (0.0, 0.2), "features_used": (5, 2), "stickiness": (0.5, 0.2), "open_tickets": (2, -1)}
    measured = {
        name: middle + step * (well + rng.normal(size=300) if told else rng.normal(size=150)[accounts] + rng.normal(size=300))
        for name, (middle, step) in spread.items()
    }  # fmt: skip
    days = [DAY if at % 2 else date(2024, 7, 1) for at in range(300)]
    unknown = {name: np.full(300, np.nan) for name in MEASURES if name not in spread}
    rows = pl.DataFrame({"account_id": accounts.astype(str), "day": days, "segment": "SMB", "nps_answer_age": 1, **measured, **unknown})
    parts = components(rows.lazy().fill_nan(None), CARD).collect()
    looks = series(parts.lazy(), scores(parts.lazy(), CARD))
    drawn = pl.DataFrame({"account_id": rows["account_id"], "day": days, "churned": rng.random(300) < 1 / (1 + np.exp(-likely))})
    return looks.join(drawn, on=["account_id", "day"])


def found_in(looks: pl.DataFrame, name: str) -> Tried:
    points = looks[name].fill_null(float("nan")).to_numpy()
    return tried(looks["churned"].to_numpy(), points, looks["account_id"].to_numpy())


def test_it_finds_what_was_planted():
    looks = company(0, told=1.0)
    assert found_in(looks, SCORE).finding == "predicts"
    names = [name for name in looks.columns if name.startswith("measure ")]
    assert "predicts" in together({name: found_in(looks, name) for name in names}).values()


@pytest.mark.long
def test_by_chance_at_most_five_of_a_hundred_companies_pass():
    """The score, and of its groups and measures any at all: each at most five times of a hundred."""
    passed = measures = 0
    for seed in range(COMPANIES):
        looks = company(seed, told=0.0)
        passed += found_in(looks, SCORE).finding == "predicts"
        names = [name for name in looks.columns if name.startswith(("group ", "measure "))]
        measures += "predicts" in together({name: found_in(looks, name) for name in names}).values()
    assert passed <= COMPANIES * 0.05
    assert measures <= COMPANIES * 0.05
