"""Whether probabilities mean what they say, and the scale that makes them do so."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from models.evaluation import log_odds


def calibration(outcomes: np.ndarray, probabilities: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of a logistic regression of the outcomes on the log odds that were given: 1 and 0 are right.

    A slope below 1: too sure of itself; above 1: too timid. nan where one kind of outcome is missing or all odds are equal.
    Source: Cox 1958; Van Calster et al. 2019.
    """
    odds = log_odds(probabilities)
    if len(np.unique(outcomes)) < 2 or np.ptp(odds) == 0:
        return float("nan"), float("nan")
    return line_through(odds, outcomes)


def line_through(odds: np.ndarray, outcomes: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of the logistic regression of the outcomes on log odds; both kinds of outcome must be there."""
    fitted = LogisticRegression(C=np.inf, max_iter=1000, tol=1e-8).fit(odds.reshape(-1, 1), outcomes)
    return float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
