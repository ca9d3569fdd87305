"""How a churn model did, from what it said of held-out looks: written from docs/GLOSSARY.md and docs/CHURN_MODEL.md alone.

Each look is a lead (days), whether the account was lost, and the probability that was said.
"""

from math import ceil

import numpy as np

Look = tuple[int, bool, float]


def _by_lead(looks: list[Look]) -> list[list[Look]]:
    return [[look for look in looks if look[0] == lead] for lead in sorted({lead for lead, _, _ in looks})]


def _losses(looks: list[Look]) -> int:
    return sum(lost for _, lost, _ in looks)


def lift(looks: list[Look]) -> float:
    """The rate in the tenth most at risk over the rate of all, within a lead, averaged by losses; looks that tie at the edge count in part."""
    return sum(_lift(part) * _losses(part) for part in _by_lead(looks)) / _losses(looks)


def _lift(looks: list[Look]) -> float:
    tenth, rate = len(looks) / 10, _losses(looks) / len(looks)
    edge = sorted((said for _, _, said in looks), reverse=True)[ceil(tenth) - 1]
    above, at = [look for look in looks if look[2] > edge], [look for look in looks if look[2] == edge]
    return (_losses(above) + _losses(at) / len(at) * (tenth - len(above))) / tenth / rate


def slope(looks: list[Look]) -> float:
    """Of the logistic line of losses over the log odds that were said, with an intercept for each lead, by Newton's steps."""
    leads = sorted({lead for lead, _, _ in looks})
    columns = np.array([[np.log(said / (1 - said)), *(float(lead == each) for each in leads)] for lead, _, said in looks])
    lost, line = np.array([float(lost) for _, lost, _ in looks]), np.array([1.0, *(0.0 for _ in leads)])
    for _ in range(30):
        expected = 1 / (1 + np.exp(-columns @ line))
        line = line + np.linalg.solve(columns.T @ (columns * (expected * (1 - expected))[:, None]), columns.T @ (lost - expected))
    return float(line[0])
