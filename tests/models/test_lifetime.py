"""The shifted beta geometric model against Fader and Hardie's two series."""

import random
from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from scipy import optimize, special

from models import lifetime as model
from models.lifetime import Lifetime, fitted_lifetime, fitted_to, log_likelihood, renewals_seen, why_not_fitted

REGULAR = [100, 63.1, 46.8, 38.2, 32.6, 28.9, 26.2, 24.1, 22.3, 20.7, 19.4, 18.3, 17.3]
HIGH_END = [100, 86.9, 74.3, 65.3, 59.3, 55.1, 51.7, 49.1, 46.8, 44.5, 42.7, 40.9, 39.4]


def test_high_end_fit_as_published():
    # jdmaturen/shifted_beta_geometric_py
    found = fitted_lifetime(HIGH_END[:8])
    assert (found.alpha, found.beta) == pytest.approx((0.668, 3.806), abs=1e-3)
    assert log_likelihood(np.array(HIGH_END[:8]), 1.0, 1.0) == pytest.approx(-2.1155, abs=5e-5)


def test_high_end_years_that_were_not_fitted_as_published():
    # same source; what happened was 46.8 44.5 42.7 40.9 39.4
    ahead = 100 * fitted_lifetime(HIGH_END[:8]).survival(range(8, 13))
    assert ahead.tolist() == pytest.approx([46.0, 43.6, 41.4, 39.5, 37.8], abs=0.05)


def test_discounted_residual_lifetime_as_published():
    # same source, alpha and beta as inputs
    known = Lifetime(0.668, 3.806, 0.0)
    found = [known.residual_lifetime(renewals) for renewals in range(8)]
    assert found == pytest.approx([5.415, 5.902, 6.294, 6.620, 6.897, 7.136, 7.345, 7.530], abs=5e-4)


def test_regular_series_is_projected_within_two_points():
    # Fader and Hardie 2007 show the projection of this series to lie on what happened.
    ahead = 100 * fitted_lifetime(REGULAR[:8]).survival(range(8, 13))
    assert ahead.tolist() == pytest.approx(REGULAR[8:], abs=2.0)


def test_survival_is_the_product_of_renewal_rates():
    known = Lifetime(0.7, 2.5, 0.0)
    assert known.survival(range(1, 6)) == pytest.approx(np.cumprod(known.renewal_rate(range(1, 6))))
    assert known.survival([0]) == pytest.approx(1.0)
    # B(alpha, beta + t) / B(alpha, beta), as the source has it
    assert known.survival(range(40)) == pytest.approx(np.exp(special.betaln(0.7, 2.5 + np.arange(40)) - special.betaln(0.7, 2.5)))


def test_with_one_chance_for_all_the_lifetime_is_that_of_a_fair_coin():
    # A narrow distribution around 1/2: S(t) = 2^-t, so the residual lifetime is the sum of (1/2) (1 / 2.2)^t = (1/2) / (1 - 1/2.2).
    known = Lifetime(5e6, 5e6, 0.0)
    assert known.residual_lifetime(3) == pytest.approx(0.5 / (1 - 1 / 2.2), rel=1e-4)


@pytest.mark.parametrize("series", [[100, 90], [100, 90, 95], [100, 100, 100]])
def test_series_that_tell_nothing_are_refused(series):
    with pytest.raises(ValueError, match="survivors"):
        fitted_lifetime(series)


# Rows: renewals that a customer has come to, whether it was lost at the last of them, how many lay behind it when it was first seen.
Row = tuple[int, bool, int]


def customers(rows: Sequence[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["renewals", "lost", "before"], orient="row")


def cohorts(*, seed: int, alpha: float = 0.8, beta: float = 4.0, many: int = 500) -> list[Row]:
    """Customers of cohorts from new to eight renewals old, a third of them first seen later than they began."""
    rng, rows = random.Random(seed), []
    while len(rows) < many:
        leaves, age, before = rng.betavariate(alpha, beta), rng.randrange(9), rng.choice([0, 0, rng.randrange(4)])
        ends = 1
        while rng.random() >= leaves and ends <= 8:
            ends += 1
        if min(ends, age) > before:  # who had left before is never looked at
            rows.append((min(ends, age), ends <= age, before))
    return rows


def naive(rows: Sequence[Row], alpha: float, beta: float) -> float:
    """The log-likelihood customer by customer, by beta functions: P(lost at t) or S(t), each over S(before)."""
    found = 0.0
    for renewals, lost, before in rows:
        whole = special.betaln(alpha + 1, beta + renewals - 1) if lost else special.betaln(alpha, beta + renewals)
        found += whole - special.betaln(alpha, beta + before)
    return found


def test_several_cohorts_with_late_entry_equal_a_naive_likelihood_by_another_optimiser():
    rows = cohorts(seed=7)
    found = fitted_to(customers(rows)).lifetime
    other = optimize.minimize(lambda logs: -naive(rows, *np.exp(logs)), [0.0, 0.0], method="BFGS")
    assert (found.alpha, found.beta) == pytest.approx(np.exp(other.x), rel=1e-3)
    assert len(rows) * found.log_likelihood == pytest.approx(-other.fun, abs=1e-6)
    assert len(rows) * found.log_likelihood == pytest.approx(naive(rows, found.alpha, found.beta), abs=1e-6)


def test_one_cohort_of_customers_is_the_published_series():
    """1,000 customers of the high-end series, years 0 to 7: 131 lost at the first renewal, 126 at the second, and so on; 491 are left."""
    left = [round(10 * share) for share in HIGH_END[:8]]
    rows = [(t, True, 0) for t in range(1, 8) for _ in range(left[t - 1] - left[t])] + [(7, False, 0)] * left[7]
    found = fitted_to(customers(rows)).lifetime
    assert (found.alpha, found.beta) == pytest.approx((0.668, 3.806), abs=1e-3)


def test_what_was_not_seen_is_no_renewal_that_could_have_been_lost():
    """A: lost at the third, seen from the first on. B: renewed twice, seen after its first. C: renewed three times, seen after its second."""
    seen = renewals_seen(customers([(3, True, 0), (2, False, 1), (3, False, 2)]))
    assert (seen.at_risk.tolist(), seen.lost.tolist()) == ([1, 2, 2], [0, 0, 1])
    with pytest.raises(ValueError, match="before it was seen"):
        renewals_seen(customers([(2, True, 2)]))


def test_ignoring_late_entry_makes_lifetimes_too_long():
    rows = cohorts(seed=3, many=2000)
    honest = fitted_to(customers(rows)).lifetime.survival([4])[0]
    assert fitted_to(customers([(t, lost, 0) for t, lost, _ in rows])).lifetime.survival([4])[0] > honest + 0.03
    assert honest == pytest.approx(Lifetime(0.8, 4.0, 0.0).survival([4])[0], abs=0.04)


def profile(rows: Sequence[Row], of, sign: int) -> float:
    """The least (1) or the most (-1) of a figure among all pairs whose likelihood is within 1.92 of the best, by another optimiser."""
    best = optimize.minimize(lambda logs: -naive(rows, *np.exp(logs)), [0.0, 0.0], method="BFGS")
    inside = {"type": "ineq", "fun": lambda logs: naive(rows, *np.exp(logs)) + best.fun + 1.920729}
    return of(*np.exp(optimize.minimize(lambda logs: sign * of(*np.exp(logs)), best.x, constraints=inside, method="SLSQP").x))


def test_limits_are_those_of_the_profile_likelihood():
    rows = cohorts(seed=5, many=300)
    fit = fitted_to(customers(rows))
    value, low, high = fit.residuals(2)

    def residual(alpha: float, beta: float) -> float:
        return Lifetime(alpha, beta, 0.0).residual_lifetime(2)

    assert value[2] == pytest.approx(residual(fit.lifetime.alpha, fit.lifetime.beta))
    assert (low[2], high[2]) == pytest.approx((profile(rows, residual, 1), profile(rows, residual, -1)), rel=0.01)
    least, most = fit.survival_limits(6)
    share = lambda alpha, beta: Lifetime(alpha, beta, 0.0).survival([6])[0]  # noqa: E731
    assert (least[6], most[6]) == pytest.approx((profile(rows, share, 1), profile(rows, share, -1)), abs=0.01)
    whole, lows, highs = fit.share_of_those_there(2, 6)
    survival = fit.lifetime.survival(range(7))
    assert whole == pytest.approx(survival[2:] / survival[2]) and (lows <= whole).all() and (whole <= highs).all()


def test_limits_hold_what_was_planted_about_as_often_as_they_say():
    truth = Lifetime(0.8, 4.0, 0.0).survival([6])[0]
    found = [fitted_to(customers(cohorts(seed=seed, many=250))).survival_limits(6) for seed in range(60)]
    assert sum(low[6] <= truth <= high[6] for low, high in found) >= 53  # 95 % of 60 is 57; 52 or fewer come once in a hundred


def test_a_fit_that_is_none_is_seen_and_a_good_one_is_not_called_bad():
    good = fitted_to(customers(cohorts(seed=11, many=3000))).misfit()
    assert good is not None and good > 0.01
    # Nobody leaves at the first three renewals and half at the fourth: no share that leaves ever less often is like that.
    late = [(4, number % 2 == 0, 0) for number in range(200)] + [(1, True, 0)] * 5 + [(6, True, 0)] * 40 + [(6, False, 0)] * 60
    misfit = fitted_to(customers(late)).misfit()
    assert misfit is not None and misfit < 1e-6
    assert fitted_to(customers(cohorts(seed=1, many=40))).misfit() is None


def test_with_one_chance_for_all_they_are_said_to_be_alike():
    """Of 128 half leave each time: 64, 32, 16, 8, 4, 2; a geometric series."""
    rows = [(t, True, 0) for t in range(1, 7) for _ in range(64 >> (t - 1))] + [(6, False, 0)] * 2
    fit = fitted_to(customers(rows))
    assert fit.are_alike and fit.lifetime.renewal_rate([1, 6]) == pytest.approx([0.5, 0.5], abs=0.002)
    value, low, high = fit.residuals(0)
    assert value[0] == pytest.approx(0.5 / (1 - 0.5 / 1.1), rel=0.01) and low[0] < value[0] < high[0]


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([], model.TOO_FEW_RENEWALS),
        ([(0, False, 0)], model.TOO_FEW_RENEWALS),
        ([(1, True, 0)], model.TOO_FEW_RENEWALS),
        ([(3, False, 0)] * 50, model.NOBODY_LEFT),
        ([(1, False, 0)] * 9 + [(1, True, 0)] * 3, model.TOO_FEW_RENEWALS),
        ([(4, False, 0)] * 40 + [(2, True, 0)] * 4, model.TOO_FEW_LOSSES),
        ([(1, True, 0)] * 40 + [(2, True, 0)] * 20 + [(3, True, 0)] * 10, model.EVERYBODY_LEFT),
        ([(1, True, 0)] * 10 + [(2, True, 0)] * 5 + [(2, False, 0)] * 40, model.TOO_SHORT),
        ([(1, True, 0)] * 10 + [(5, False, 0)] * 40, model.NOBODY_AFTER_THE_FIRST),
    ],
)
def test_too_little_is_refused(rows, why):
    """Nobody, one new customer, one who left, nobody who left, twelve renewals, four losses, everybody left, two renewals, no loss later."""
    assert why_not_fitted(customers(rows)) == why
    with pytest.raises(ValueError, match="customers"):
        fitted_to(customers(rows))


def test_a_discount_under_which_the_sum_need_not_end_is_refused():
    with pytest.raises(ValueError, match="discount"):
        Lifetime(0.5, 2.0, 0.0).residual_lifetime(0, discount=0.0)
