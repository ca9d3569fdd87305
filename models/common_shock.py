"""How far whole quarters missed together: a shift of all odds of a quarter, and how wide such shifts are, estimated from past quarters."""

from dataclasses import dataclass

import numpy as np

LEVELS = np.linspace(-1.2, 1.2, 33)  # shifts of the log odds that last: what was predicted is off on the whole
SPREADS = np.linspace(0.0, 1.5, 26)  # of the shifts that quarters have of their own, as a standard deviation of the log odds
STEPS = np.where(np.isin(SPREADS, SPREADS[[0, -1]]), 0.5, 1.0)  # of the grid that each stands for: its ends for half a one
LEVEL_PRIOR, SPREAD_PRIOR = 0.5, 0.5  # how wide both are taken to be before any quarter is seen: odds by a half up or down
NODES = 13  # at which the normal shift of a quarter is averaged over
SHIFTS = np.linspace(-9.5, 9.5, 381)  # at which the likelihood of a quarter is worked out; between them it is a straight line
HALVINGS = 40  # of an interval of log odds, until a probability is found
MIDDLES = (np.arange(101) + 0.5) / 101  # shares at which the mixture of all shifts is summed up


@dataclass(frozen=True)
class Shock:
    """What past quarters say of shifts of the log odds: weights (levels x spreads, adding up to 1) of LEVELS and SPREADS.

    quarters, cases: how many there were to learn from; with none of them the weights are what is assumed beforehand.
    """

    weights: np.ndarray
    quarters: int
    cases: int

    @property
    def of_spreads(self) -> np.ndarray:
        return self.weights.sum(axis=0)

    @property
    def spread(self) -> float:
        """The standard deviation of a quarter's own shift, as expected."""
        return float(self.of_spreads @ SPREADS)

    @property
    def shifts(self) -> np.ndarray:
        """Equally likely shifts of a quarter to come: its own, and the one that lasts."""
        nodes, masses = _nodes()
        every = (LEVELS[:, None, None] + SPREADS[None, :, None] * nodes).ravel()
        mass = (self.weights[:, :, None] * masses).ravel()
        order = np.argsort(every, kind="stable")
        reached = np.cumsum(mass[order])
        return every[order][np.searchsorted(reached, MIDDLES * reached[-1])]

    def expected(self, probability: np.ndarray) -> np.ndarray:
        """Predicted probabilities on average over the shifts that may come. 0, 1 and nan stay as they are."""
        distinct, places = np.unique(probability, return_inverse=True)
        inside = (distinct > 0) & (distinct < 1)
        told = distinct.copy()
        odds = distinct[inside] / (1 - distinct[inside])
        shifted = odds[:, None] * np.exp(self.shifts)
        told[inside] = (shifted / (1 + shifted)).mean(axis=1)
        return told[places].reshape(probability.shape)

    def centred(self, probability: np.ndarray) -> np.ndarray:
        """The probabilities of which these are the averages over the shifts that may come: rates of the past are averages already."""
        distinct, places = np.unique(probability, return_inverse=True)
        inside = (distinct > 0) & (distinct < 1)
        wanted, low, high = distinct[inside], np.full(inside.sum(), SHIFTS[0]), np.full(inside.sum(), SHIFTS[-1])
        shifts = self.shifts
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            above = (1 / (1 + np.exp(-(middle[:, None] + shifts)))).mean(axis=1) > wanted
            low, high = np.where(above, low, middle), np.where(above, middle, high)
        told = distinct.copy()
        told[inside] = 1 / (1 + np.exp(-(low + high) / 2))
        return told[places].reshape(probability.shape)

    def drawn(self, draws: int, seed: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """A level and a spread for each draw, as likely as their weights."""
        picked = seed.choice(self.weights.size, size=draws, p=self.weights.ravel())
        level, spread = np.unravel_index(picked, self.weights.shape)
        return LEVELS[level], SPREADS[spread]


def shock_of(
    quarter: np.ndarray, probability: np.ndarray, lost: np.ndarray, *, cases: np.ndarray | None = None, spreads: np.ndarray | None = None
) -> Shock:
    """What past cases say of shifts: each case with its quarter (any number), the probability predicted of it, and whether it was lost;
    or, with `cases`, so many of them at once, of which `lost` were lost.

    Of all cases of a quarter the log odds are shifted by the same amount: one that lasts (level), and the quarter's own, normal with a
    standard deviation that is not known either (spread). Both have weights by how well past quarters fit, times what is assumed
    beforehand; so few quarters leave both wide. spreads: weights of SPREADS that are known from elsewhere, in place of what is assumed.
    Probabilities of 0 and 1 tell nothing and are left out. Source: logistic-normal random intercepts, Agresti, Categorical Data
    Analysis, 13.1; by quadrature.
    """
    of = np.ones(len(quarter)) if cases is None else cases
    known = (probability > 0) & (probability < 1) & (of > 0)
    told = [known & (quarter == one) for one in np.unique(quarter[known])]
    by_quarter = [_likelihood(probability[at], lost[at].astype(float), of[at]) for at in told]
    fits = _assumed(spreads) + sum((_of_shifts(one) for one in by_quarter), np.zeros((len(LEVELS), len(SPREADS))))
    weights = np.exp(fits - fits.max())
    return Shock(weights / weights.sum(), len(by_quarter), int(of[known].sum()))


def _nodes() -> tuple[np.ndarray, np.ndarray]:
    nodes, masses = np.polynomial.hermite_e.hermegauss(NODES)
    return nodes, masses / masses.sum()


def _assumed(spreads: np.ndarray | None) -> np.ndarray:
    """Log weights beforehand: levels normal around none, spreads half normal, or as given."""
    level = -0.5 * (LEVELS / LEVEL_PRIOR) ** 2
    spread = np.log(STEPS) - 0.5 * (SPREADS / SPREAD_PRIOR) ** 2 if spreads is None else np.log(np.maximum(spreads, 1e-300))
    return level[:, None] + spread[None, :]


def _likelihood(probability: np.ndarray, lost: np.ndarray, cases: np.ndarray) -> np.ndarray:
    """The log likelihood of the cases of one quarter at each of SHIFTS."""
    distinct, places = np.unique(probability, return_inverse=True)
    gone, of = (np.bincount(places, weights=one, minlength=len(distinct)) for one in (lost, cases))
    odds = np.log(distinct / (1 - distinct))[:, None] + SHIFTS
    return gone @ -np.logaddexp(0, -odds) + (of - gone) @ -np.logaddexp(0, odds)


def _of_shifts(likelihood: np.ndarray) -> np.ndarray:
    """The log likelihood of a quarter at each level and spread: its own shift is averaged over."""
    nodes, masses = _nodes()
    at = LEVELS[:, None, None] + SPREADS[None, :, None] * nodes
    told = np.interp(at, SHIFTS, likelihood)
    top = told.max(axis=2, keepdims=True)
    return np.log(np.exp(told - top) @ masses) + top[:, :, 0]
