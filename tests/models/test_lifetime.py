"""The shifted beta geometric model against Fader and Hardie's two series."""

import numpy as np
import pytest

from models.lifetime import Lifetime, fitted_lifetime, log_likelihood

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
    model = Lifetime(0.668, 3.806, 0.0)
    found = [model.residual_lifetime(renewals) for renewals in range(8)]
    assert found == pytest.approx([5.415, 5.902, 6.294, 6.620, 6.897, 7.136, 7.345, 7.530], abs=5e-4)


def test_regular_series_is_projected_within_two_points():
    # Fader and Hardie 2007 show the projection of this series to lie on what happened.
    ahead = 100 * fitted_lifetime(REGULAR[:8]).survival(range(8, 13))
    assert ahead.tolist() == pytest.approx(REGULAR[8:], abs=2.0)


def test_survival_is_the_product_of_renewal_rates():
    model = Lifetime(0.7, 2.5, 0.0)
    assert model.survival(range(1, 6)) == pytest.approx(np.cumprod(model.renewal_rate(range(1, 6))))
    assert model.survival([0]) == pytest.approx(1.0)


def test_with_one_chance_for_all_the_lifetime_is_that_of_a_fair_coin():
    # A narrow distribution around 1/2: S(t) = 2^-t, so the residual lifetime is the sum of (1/2) (1 / 2.2)^t = (1/2) / (1 - 1/2.2).
    model = Lifetime(5e6, 5e6, 0.0)
    assert model.residual_lifetime(3) == pytest.approx(0.5 / (1 - 1 / 2.2), rel=1e-4)


@pytest.mark.parametrize("series", [[100, 90], [100, 90, 95], [100, 100, 100]])
def test_series_that_tell_nothing_are_refused(series):
    with pytest.raises(ValueError, match="survivors"):
        fitted_lifetime(series)
