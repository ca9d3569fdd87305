"""Whether scores told who would renew: areas under the curve with their range, and what may be said of several that were tried at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np

from models.evaluation import Draws, auc, drawn_auc, resampled_auc

ENOUGH = 30  # outcomes of the rarer kind, as for the churn model
SURE = 0.05
CHANCE = 0.5
PREDICTS, NOT, AGAINST, BY_LUCK, TOO_FEW = "predicts", "does_not_predict", "against", "may_be_luck", "too_few"


@dataclass(frozen=True)
class Tried:
    """A score on accounts of which it is known whether they renewed. auc: how often one that renewed had more points than one that left;
    low and high hold 95 of 100 draws of whole accounts; p: how often chance alone gets as far from 0.5. None where there were too few."""

    rows: int
    churned: int
    auc: float | None = None
    low: float | None = None
    high: float | None = None
    p: float = 1.0

    @property
    def finding(self) -> str:
        """What it says by itself, as if nothing else had been tried."""
        if self.auc is None or self.low is None or self.high is None:
            return TOO_FEW
        if self.p > SURE or self.low <= CHANCE <= self.high:
            return NOT
        return PREDICTS if self.auc > CHANCE else AGAINST


@dataclass(frozen=True)
class Gain:
    """By how much more one score tells than another, as a difference of AUC over the same draws of whole accounts."""

    rows: int
    churned: int
    before: float
    after: float
    low: float
    high: float
    error: float

    @property
    def difference(self) -> float:
        return self.after - self.before

    @property
    def is_chance(self) -> bool:
        """Whether chance alone may get as far: the range holds 0, or so few outcomes leave it too wide to be sure of."""
        if self.low <= 0 <= self.high or not self.error:
            return self.difference == 0 or self.low <= 0 <= self.high
        return _by_chance(abs(self.difference) / self.error, min(self.churned, self.rows - self.churned) - 1) > SURE

    def needed(self) -> int | None:
        """How many churns it would take for a difference like this one to be more than chance; None where there is none to be shown."""
        return None if self.difference <= 0 else int(np.ceil(self.churned * (1.96 * self.error / self.difference) ** 2))


def tried(churned: np.ndarray, points: np.ndarray, accounts: np.ndarray | Draws, *, enough: int = ENOUGH) -> Tried:
    """A score tried on accounts, or on draws of them; points: nan where it is not known, and such rows are left out.

    Source: Hanley and McNeil 1982 (AUC), Efron and Tibshirani 1993 (draws); the spread by chance is that of Mann and Whitney 1947.
    """
    known = ~np.isnan(points)
    left, low = churned[known].astype(float), -points[known]
    hits = int(left.sum())
    if min(hits, len(left) - hits) < enough:
        return Tried(len(left), hits)
    draws = accounts if isinstance(accounts, Draws) else Draws.among(accounts)
    area, drawn = auc(left, low), drawn_auc(left, {"score": low}, draws.only(known))["score"]
    rarer = min(hits, len(left) - hits)
    by_chance = _spread_by_chance(low, hits)
    error = max(float(drawn.std()), by_chance)
    p = _by_chance(abs(area - CHANCE) / error, rarer - 1) if error else 1.0
    return Tried(len(left), hits, area, *map(float, np.quantile(drawn, (0.025, 0.975))), p=p)


def _spread_by_chance(points: np.ndarray, hits: int) -> float:
    """The standard error that an AUC has where nothing is told, with ties."""
    rows, ties = len(points), np.unique(points, return_counts=True)[1].astype(float)
    apart = 1 - float((ties**3 - ties).sum()) / (float(rows) ** 3 - rows)
    return sqrt(apart * (rows + 1) / 12 / hits / (rows - hits))


def _by_chance(errors: float, freedom: int) -> float:
    """How often chance gets so many standard errors away, either way, where these were themselves told from few outcomes.

    Student's t by its nearest normal. Source: Abramowitz and Stegun 1964, 26.7.8.
    """
    return erfc(errors * (1 - 1 / (4 * freedom)) / sqrt(1 + errors**2 / (2 * freedom)) / sqrt(2))


def together(found: Mapping[str, Tried], level: float = SURE) -> dict[str, str]:
    """What may be said of scores that were tried at once, so that in 95 of 100 such lists not one is called more than chance by luck.

    What would hold by itself and does not among the others is BY_LUCK. Source: Holm, Scand. J. Statist. 6 (1979).
    """
    tested = [name for name, one in found.items() if one.finding != TOO_FEW]
    holds, said = True, {name: one.finding for name, one in found.items()}
    for rank, name in enumerate(sorted(tested, key=lambda name: found[name].p)):
        holds = holds and found[name].p <= level / (len(tested) - rank)
        if not holds and said[name] in (PREDICTS, AGAINST):
            said[name] = BY_LUCK
    return said


def gain(
    churned: np.ndarray, before: np.ndarray, after: np.ndarray, accounts: np.ndarray, *, enough: int = ENOUGH, seed: int = 0
) -> Gain | None:
    """By how much `after` tells more than `before` where both are known (not nan); None where there are too few of either kind."""
    known = ~np.isnan(before) & ~np.isnan(after)
    left = churned[known].astype(float)
    hits = int(left.sum())
    if min(hits, len(left) - hits) < enough:
        return None
    both: Sequence[np.ndarray] = (-before[known], -after[known])
    drawn = resampled_auc(left, dict(zip(("before", "after"), both, strict=True)), accounts[known], seed=seed)
    differences = drawn["after"] - drawn["before"]
    low, high = map(float, np.quantile(differences, (0.025, 0.975)))
    was, then = (auc(left, one) for one in both)
    return Gain(len(left), hits, was, then, low, high, float(differences.std()))
