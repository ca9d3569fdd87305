"""Lifetimes beyond what was seen: the shifted beta geometric model of renewals.

Each customer renews with a chance of its own that never changes; over customers the chance to leave follows a beta distribution.
That is why the rate of those who renew rises with age: those who would leave have left. Source: Fader and Hardie, How to Project
Customer Retention, Journal of Interactive Marketing 2007.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from language import tr

DISCOUNT = 0.1  # a year, as in the source
PERIODS = 2000  # summed for the expected lifetime; what is left after them is below a cent in a million


@dataclass(frozen=True)
class Lifetime:
    """alpha and beta of the leaving chance; log_likelihood per customer of the series that was fitted."""

    alpha: float
    beta: float
    log_likelihood: float

    def survival(self, periods: Sequence[int] | np.ndarray) -> np.ndarray:
        """The share that is still there after so many renewals; 1 after none."""
        t = np.asarray(periods, dtype=float)
        return np.exp(special.betaln(self.alpha, self.beta + t) - special.betaln(self.alpha, self.beta))

    def renewal_rate(self, periods: Sequence[int] | np.ndarray) -> np.ndarray:
        """The share of those there before the t-th renewal that renew; t from 1."""
        t = np.asarray(periods, dtype=float)
        return (self.beta + t - 1) / (self.alpha + self.beta + t - 1)

    def residual_lifetime(self, renewals: int, *, discount: float = DISCOUNT) -> float:
        """Discounted expected residual lifetime, in periods, of a customer who has renewed `renewals` times and is about to be asked
        again: the coming payment and all that may follow. Times the margin of a period it is what the customer is still worth.
        Raises ValueError for a discount below 1 %, under which the sum need not end.

        Source: Fader and Hardie 2010, Customer-base valuation in a contractual setting.
        """
        if discount < 0.01:
            raise ValueError(tr("discount: give at least 0.01 a period."))
        t = np.arange(PERIODS)
        still = self.survival(renewals + 1 + t) / self.survival([renewals])
        return float(np.sum(still / (1 + discount) ** t))


def fitted_lifetime(survivors: Sequence[float]) -> Lifetime:
    """The model under which a series of survivors, from the start on, is most likely.

    survivors: how many (or which share) of one cohort are left after 0, 1, 2 ... renewals. Raises ValueError for a series that is
    shorter than three, that rises, or in which nobody leaves: then nothing can be said of lifetimes.
    """
    left = np.asarray(survivors, dtype=float)
    if len(left) < 3 or (np.diff(left) > 0).any() or left[-1] == left[0] or left[-1] < 0:
        raise ValueError(tr("survivors: give at least three counts of one cohort that never rise, with somebody leaving."))
    found = optimize.minimize(lambda logs: -log_likelihood(left, *np.exp(logs)), [0.0, 0.0], method="Nelder-Mead", options=_EXACT)
    alpha, beta = np.exp(found.x)
    return Lifetime(float(alpha), float(beta), float(-found.fun))


_EXACT = {"xatol": 1e-8, "fatol": 1e-12, "maxiter": 4000}


def log_likelihood(survivors: np.ndarray, alpha: float, beta: float) -> float:
    """Per customer: those who left after t renewals, and those who are left at the end."""
    shares = np.asarray(survivors, dtype=float) / survivors[0]
    t = np.arange(1, len(shares))
    leave = special.betaln(alpha + 1, beta + t - 1) - special.betaln(alpha, beta)
    stay = special.betaln(alpha, beta + t[-1]) - special.betaln(alpha, beta)
    return float(np.sum(-np.diff(shares) * leave) + shares[-1] * stay)
