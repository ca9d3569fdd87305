"""The shift that whole quarters share: against a second integral, and against draws whose shift is known."""

import numpy as np
import pytest
from scipy import integrate, stats

from models.common_shock import LEVEL_PRIOR, LEVELS, SPREAD_PRIOR, SPREADS, shock_of


def sigmoid(log_odds):
    return 1 / (1 + np.exp(-log_odds))


def drawn(spread, *, quarters=24, each=400, chance=0.15, seed=3):
    """Quarters of cases whose log odds were shifted by a normal of a known spread."""
    random = np.random.default_rng(seed)
    quarter = np.repeat(np.arange(quarters), each)
    shift = random.normal(0, spread, quarters)[quarter]
    probability = np.full(len(quarter), chance)
    return quarter, probability, random.random(len(quarter)) < sigmoid(np.log(chance / (1 - chance)) + shift)


def test_the_spread_between_quarters_is_found_and_none_is_found_where_there_is_none():
    assert 0.35 < shock_of(*drawn(0.5)).spread < 0.65
    assert shock_of(*drawn(0.0)).spread < 0.08


def test_weights_equal_a_direct_integral_of_two_small_quarters():
    """Two quarters: 1 of 4 lost at 30 %, 3 of 5 lost at 20 %. Each grid point's weight is its prior times the integral over a normal,
    where the ends of the grid of spreads stand for half a step."""
    quarter, lost = np.array([0] * 4 + [1] * 5), np.array([1, 0, 0, 0, 1, 1, 1, 0, 0], dtype=bool)
    found = shock_of(quarter, np.array([0.3] * 4 + [0.2] * 5), lost)

    def seen(level, spread):
        told = stats.norm.pdf(level, 0, LEVEL_PRIOR) * stats.norm.pdf(spread, 0, SPREAD_PRIOR)
        for odds, gone, of in ((np.log(0.3 / 0.7), 1, 4), (np.log(0.2 / 0.8), 3, 5)):
            told *= integrate.quad(
                lambda z, odds=odds, gone=gone, of=of: stats.norm.pdf(z)
                * sigmoid(odds + level + spread * z) ** gone
                * (1 - sigmoid(odds + level + spread * z)) ** (of - gone),
                -8, 8,
            )[0]  # fmt: skip
        return told

    for first, second in (((7, 4), (16, 0)), ((20, 16), (27, 8))):
        ratio = seen(LEVELS[first[0]], SPREADS[first[1]]) / seen(LEVELS[second[0]], SPREADS[second[1]]) * (2 if second[1] == 0 else 1)
        assert found.weights[first] / found.weights[second] == pytest.approx(ratio, rel=0.01)


def test_few_quarters_leave_the_spread_as_open_as_it_was():
    """Of a half normal with 0.5 the mean is 0.5 x sqrt(2 / pi) = 0.399, less what lies beyond the widest that is looked at."""
    nothing = shock_of(np.array([]), np.array([]), np.array([]))
    assert nothing.quarters == 0
    assert nothing.spread == pytest.approx(SPREAD_PRIOR * np.sqrt(2 / np.pi), abs=0.005)
    one = shock_of(*drawn(0.0, quarters=1))
    assert one.spread > 0.2


def test_a_lasting_miss_moves_the_level_and_so_what_is_expected():
    """30 % were said and 15 % left, in every quarter: what is said is drawn most of the way to what happened."""
    quarter, _, lost = drawn(0.0, chance=0.15)
    shock = shock_of(quarter, np.full(len(quarter), 0.3), lost)
    assert shock.expected(np.array([0.3]))[0] == pytest.approx(0.15, abs=0.015)


def test_rates_are_averages_over_the_shifts():
    shock = shock_of(*drawn(0.5))
    for chance in (0.02, 0.2, 0.7):
        assert shock.expected(shock.centred(np.array([chance])))[0] == pytest.approx(chance, abs=1e-6)
    assert shock.centred(np.array([0.0, 1.0])).tolist() == [0.0, 1.0]


def test_what_is_certain_or_not_known_stays_as_it_is():
    shock = shock_of(*drawn(0.4))
    assert shock.expected(np.array([0.0, 1.0])).tolist() == [0.0, 1.0]
    assert np.isnan(shock.expected(np.array([np.nan]))[0])
    certain = shock_of(np.array([0, 1]), np.array([0.0, 1.0]), np.array([False, True]))
    assert certain.cases == 0
