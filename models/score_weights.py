"""Weights of the health score that past renewals speak for: few, none below zero, and near those in force where little is known."""

from dataclasses import replace

import numpy as np

from metrics.scorecard import Scorecard

HELD = 5.0  # how strongly weights are held to those in force: as much as about twenty outcomes say
PER_STEP = 25.0  # points that count as one: about the spread of a measure among accounts
PERCENT = 100


def fitted(points: np.ndarray, churned: np.ndarray, start: np.ndarray) -> np.ndarray | None:
    """The share of the whole score that each measure should have, so that the odds of renewing follow it; None where none tells anything.

    points: one row per observation, one column per measure, 0 to 100, nan = not known (such a one says nothing: the mean of the others
    stands in for it). start: the shares in force, which total 1. Logistic regression with weights not below zero, held to a multiple of
    `start` by a penalty on the squared distance. Source: le Cessie and van Houwelingen 1992 (ridge), Byrd et al. 1995 (bounds).
    """
    from scipy.optimize import minimize  # only here: most commands need not wait for it

    known = np.where(np.isnan(points), _means(points), points)
    stood = (known - known.mean(axis=0)) / PER_STEP
    sign = 1.0 - 2.0 * churned  # 1 for those that renewed

    def loss(found: np.ndarray) -> tuple[float, np.ndarray]:
        base, pull, weights = found[0], found[1], found[2:]
        reached = sign * (base + stood @ weights)
        away = weights - pull * start
        slope = -sign / (1.0 + np.exp(reached))
        grown = np.concatenate([[slope.sum(), -HELD * away @ start], stood.T @ slope + HELD * away])
        return float(np.logaddexp(0.0, -reached).sum() + HELD / 2 * away @ away), grown

    first = np.concatenate([[0.0, 1.0], start])
    bounds = [(None, None), *[(0.0, None)] * (len(start) + 1)]
    weights = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds).x[2:]
    total = weights.sum()
    return weights / total if total > 1e-6 else None


def _means(points: np.ndarray) -> np.ndarray:
    some = ~np.isnan(points)
    return np.where(some, points, 0.0).sum(axis=0) / np.maximum(some.sum(axis=0), 1)


def with_weights(card: Scorecard, shares: dict[str, float]) -> Scorecard:
    """The score with other weights, in whole percent: `shares` of the whole by measure. A group gets what its measures have together, and
    each of them its part of that; a group that gets nothing keeps its measures as they are, at a weight of zero. What differs for
    segments and by variants stays."""
    of_group = {group.name: sum(shares.get(one.name, 0.0) for one in card.measures if one.group == group.name) for group in card.groups}
    whole = _in_percent(of_group)
    groups = tuple(replace(group, weight=float(whole[group.name]), share=None) for group in card.groups)
    inside: dict[str, float] = {}
    for name, total in of_group.items():
        own = {one.name: shares.get(one.name, 0.0) / total for one in card.measures if one.group == name} if total > 0 else {}
        inside |= {measure: float(share) for measure, share in _in_percent(own).items()}
    measures = tuple(replace(one, weight=inside.get(one.name, one.weight)) for one in card.measures)
    return replace(card, groups=groups, measures=measures)


def _in_percent(shares: dict[str, float]) -> dict[str, int]:
    """Shares as whole percents that total 100: what is cut off goes to those that lose most by it."""
    cut = {name: int(share * PERCENT) for name, share in shares.items()}
    missing = (PERCENT - sum(cut.values())) if shares else 0
    for name in sorted(shares, key=lambda name: cut[name] - shares[name] * PERCENT)[:missing]:
        cut[name] += 1
    return cut
