"""Whether probabilities mean what they say, and the scale that makes them do so."""

import numpy as np
from sklearn.linear_model import LogisticRegression

from models.evaluation import Parts, log_odds, parts_of

LEAST_TRIED = 5  # cases at or beyond the odds that a highest or lowest probability rests on


def calibration(outcomes: np.ndarray, probabilities: np.ndarray, parts: Parts | None = None) -> tuple[float, float]:
    """Slope and intercept of a logistic regression of the outcomes on the log odds that were given: 1 and 0 are right.

    A slope below 1: too sure of itself; above 1: too timid. With parts, one slope for all, and the mean of their intercepts: a slope for
    each would rest on few outcomes, and few draw a steep line. nan where one kind of outcome is missing or all odds of the parts are
    equal. Source: Cox 1958; Van Calster et al. 2019.
    """
    found = _fitted(outcomes, probabilities, parts)
    if found is None:
        return float("nan"), float("nan")
    within, _, _, slope, intercepts = found
    return slope, float(within.weights @ intercepts)


def slope_range(
    outcomes: np.ndarray, probabilities: np.ndarray, groups: np.ndarray, parts: Parts | None = None
) -> tuple[float, float] | None:
    """The range that holds the slope of `calibration` in 95 of 100 such samples; rows of a group count as one. None where there is none.

    Source: Liang and Zeger 1986, errors that hold for groups of like rows.
    """
    found = _fitted(outcomes, probabilities, parts)
    if found is None:
        return None
    _, inside, columns, slope, intercepts = found
    said = 1 / (1 + np.exp(-columns @ np.r_[slope, intercepts]))
    bread = np.linalg.pinv(columns.T @ (columns * (said * (1 - said))[:, None]))
    codes = np.unique(groups[inside], return_inverse=True)[1]
    pulls = np.zeros((codes.max() + 1, columns.shape[1]))
    np.add.at(pulls, codes, columns * (outcomes[inside] - said)[:, None])
    error = 1.96 * np.sqrt((bread @ (pulls.T @ pulls) @ bread)[0, 0])
    return float(slope - error), float(slope + error)


def _fitted(outcomes: np.ndarray, probabilities: np.ndarray, parts: Parts | None):
    """Parts, their rows, the columns of the regression (odds, a flag for each part), slope and intercepts; None where there is no line."""
    within, odds = parts or parts_of(outcomes), log_odds(probabilities)
    if not within.each or all(np.ptp(odds[rows]) == 0 for rows in within.each):
        return None
    inside = np.concatenate(within.each)
    codes = np.repeat(np.arange(len(within.each)), [len(rows) for rows in within.each])
    slope, intercepts = lines_through(odds[inside], outcomes[inside], codes)
    columns = np.c_[odds[inside], codes[:, None] == np.arange(len(within.each))].astype(float)
    return within, inside, columns, slope, np.array([intercepts[code] for code in range(len(within.each))])


def odds_tried(odds: np.ndarray, cases: np.ndarray) -> tuple[float, float]:
    """The odds at or beyond which LEAST_TRIED different cases lie, at the lower and at the upper end.

    cases: what happened once, however often it is among the rows. With fewer cases than that, the middle of their odds, twice.
    """
    each = np.unique(cases, return_inverse=True)[1]
    lowest, highest = np.full(each.max() + 1, np.inf), np.full(each.max() + 1, -np.inf)
    np.minimum.at(lowest, each, odds)
    np.maximum.at(highest, each, odds)
    at = LEAST_TRIED - 1
    if len(lowest) <= 2 * at:
        return float(np.median(odds)), float(np.median(odds))
    return float(np.sort(lowest)[at]), float(np.sort(highest)[-1 - at])


def surest(outcomes: np.ndarray, cases: np.ndarray) -> tuple[float, float]:
    """The lowest and the highest probability that so many cases allow: one in two more than were kept, and all but one in two more than had
    the outcome. Source: Platt 1999, the targets that stand for 0 and 1.
    """
    had, kept = len(np.unique(cases[outcomes == 1])), len(np.unique(cases[outcomes == 0]))
    return 1 / (kept + 2), (had + 1) / (had + 2)


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
