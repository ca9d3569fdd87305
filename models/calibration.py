"""Whether probabilities mean what they say, and the scale that makes them do so."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from models.evaluation import Parts, log_odds, parts_of


def calibration(outcomes: np.ndarray, probabilities: np.ndarray, parts: Parts | None = None) -> tuple[float, float]:
    """Slope and intercept of a logistic regression of the outcomes on the log odds that were given: 1 and 0 are right.

    A slope below 1: too sure of itself; above 1: too timid. With parts, each by itself, then averaged. nan where one kind of outcome
    is missing or all odds of a part are equal. Source: Cox 1958; Van Calster et al. 2019.
    """
    within, odds = parts or parts_of(outcomes), log_odds(probabilities)
    if not within.each or any(np.ptp(odds[rows]) == 0 for rows in within.each):
        return float("nan"), float("nan")
    lines = np.array([line_through(odds[rows], outcomes[rows]) for rows in within.each])
    slope, intercept = within.weights @ lines
    return float(slope), float(intercept)


def line_through(odds: np.ndarray, outcomes: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of the logistic regression of the outcomes on log odds; both kinds of outcome must be there."""
    fitted = LogisticRegression(C=np.inf, max_iter=1000, tol=1e-8).fit(odds.reshape(-1, 1), outcomes)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])


def lines_through(odds: np.ndarray, outcomes: np.ndarray, parts: np.ndarray) -> tuple[float, dict[int, float]]:
    """As line_through with one slope for all parts and an intercept for each; every part must have both kinds of outcome."""
    codes = np.unique(parts)
    flags = (parts[:, None] == codes[None, :]).astype(float)
    fitted = LogisticRegression(C=np.inf, max_iter=1000, tol=1e-8, fit_intercept=False).fit(np.c_[odds, flags], outcomes)
    slope, *intercepts = fitted.coef_[0]
    return float(slope), {int(code): float(intercept) for code, intercept in zip(codes, intercepts, strict=True)}
