"""Which estimator to take, by how each did on later stretches of earlier time; and the scale on which its odds are probabilities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from models import evaluation
from models.calibration import line_through, lines_through
from models.candidates import Scale, fitted, matrix, raw_odds
from models.card import Score
from models.time_order import PART, Rows, folds


@dataclass(frozen=True)
class Compared:
    """How a candidate did on the stretches: its score, the loss of each row, and the scale that suits its odds."""

    score: Score
    losses: np.ndarray
    scale: Scale


def telling_inputs(learn: Rows, features: Sequence[str]) -> list[str]:
    """Inputs that have at least two values, missing being one, in what is learned from."""
    return [name for name in features if learn.table[name].n_unique() > 1]


def simplest_of_the_best(losses: Mapping[str, np.ndarray]) -> str:
    """The first candidate (they stand in order of simplicity) that is within one standard error of the best.

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 7.10.
    """
    best = min(losses, key=lambda name: losses[name].mean())
    for name, each in losses.items():
        further = each - losses[best]
        if further.mean() <= further.std() / np.sqrt(len(further)):
            return name
    return best


def compared(name: str, learn: Rows, inputs: Sequence[str], within: str | None) -> Compared:
    """A candidate on each later stretch, after learning from what came before."""
    odds, later = [], []
    for before, after in folds(learn):
        known = telling_inputs(before, inputs)
        odds.append(raw_odds(fitted(name, matrix(before.table, known), before.outcomes), matrix(after.table, known)))
        later.append(after.table)
    rows, said = learn.of(pl.concat(later)), np.concatenate(odds)
    scale = scale_of(said, rows, within)
    scaled = scale.probabilities(said, rows.table[within].cast(pl.Float64).to_numpy() if within else None)
    losses = evaluation.surprises(rows.outcomes, scaled)
    area = evaluation.auc_within(rows.outcomes, said, rows.parts)
    return Compared(Score(name, area, brier=evaluation.brier(rows.outcomes, scaled), log_loss=float(losses.mean())), losses, scale)


def scale_of(odds: np.ndarray, rows: Rows, within: str | None) -> Scale:
    """Platt's slope, one for all, and intercept, one for each number in `within`.

    A part's base rate is no merit of the estimator: with one intercept, what tells parts apart would set the slope of what tells accounts
    apart. A slope below nothing is none: the odds then say nothing, and the rate is what remains.
    """
    outcomes, whole = rows.outcomes, evaluation.parts_of(rows.outcomes)
    if not whole.each:
        return Scale(1.0, 0.0)
    codes, parts = rows.table[PART].to_numpy(), rows.parts
    inside = np.concatenate(parts.each) if parts.each else np.arange(0)
    slope, intercepts = lines_through(odds[inside], outcomes[inside], codes[inside]) if len(inside) else (0.0, {})
    if slope <= 0:
        slope, intercepts = 0.0, {code: _log_odds_of(outcomes[codes == code]) for code in intercepts}
    _, overall = line_through(odds, outcomes) if slope else (0.0, _log_odds_of(outcomes))
    if within is None:
        return Scale(slope, next(iter(intercepts.values()), overall))
    number = dict(zip(codes, rows.table[within].cast(pl.Float64), strict=True))
    return Scale(slope, overall, tuple(sorted((number[code], intercept) for code, intercept in intercepts.items())))


def _log_odds_of(outcomes: np.ndarray) -> float:
    return float(evaluation.log_odds(np.array([outcomes.mean()]))[0])
