"""Which estimator to take, by how each did on later stretches of earlier time; and the scale on which its odds are probabilities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

from models import evaluation
from models.calibration import line_through, lines_through, odds_tried, surest
from models.candidates import STRAIGHT, Model, Scale, fitted, matrix, raw_odds
from models.card import Score
from models.time_order import CASE, PART, Rows, certain_by, folds

_AT = "_at"
OF_ALL = "{}, of all inputs"


@dataclass(frozen=True)
class Compared:
    """How a candidate did on the stretches: its score, the loss of each row, the rows, and its odds of them.

    cases: how many of the rarer kind its penalty is set for. estimator: its name among CANDIDATES; inputs: what it looks at.
    """

    score: Score
    losses: np.ndarray
    rows: Rows
    odds: np.ndarray
    cases: int
    estimator: str
    inputs: tuple[str, ...]


def telling_inputs(learn: Rows, features: Sequence[str]) -> list[str]:
    """Inputs that have at least two values, missing being one, in what is learned from."""
    return [name for name in features if learn.table[name].n_unique() > 1]


def simplest_of_the_best(losses: Mapping[str, np.ndarray], groups: np.ndarray) -> str:
    """The first candidate (they stand in order of simplicity) that is within one standard error of the best; rows of a group are alike.

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 7.10.
    """
    best = min(losses, key=lambda name: losses[name].mean())
    codes = np.unique(groups, return_inverse=True)[1]
    for name, each in losses.items():
        further = each - losses[best]
        if further.mean() <= np.sqrt((np.bincount(codes, further - further.mean()) ** 2).sum()) / len(further):
            return name
    return best


def among(estimators: Sequence[str], inputs: Sequence[str], first: Sequence[str]) -> dict[str, tuple[str, list[str]]]:
    """What is compared, in order of simplicity: words -> estimator and inputs. first: the inputs that are looked at before all others are.

    What looks at more inputs is less simple, so that they are taken only where they surely help: each one more is a way to find what is
    not there. Estimators that draw what they like look at all of them.
    """
    few = [name for name in inputs if name in first]
    if not few or len(few) == len(inputs):
        return {name: (name, list(inputs)) for name in estimators}
    straight = [name for name in estimators if name in STRAIGHT]
    fewer = {name: (name, few) for name in straight}
    more = {OF_ALL.format(name): (name, list(inputs)) for name in straight}
    return fewer | more | {name: (name, list(inputs)) for name in estimators if name not in STRAIGHT}


def compared(
    name: str, learn: Rows, inputs: Sequence[str], within: str | None, words: str | None = None
) -> Compared:  # fmt: skip
    """A candidate on each later stretch, after learning from what came before; words: what it is called, where not by its name."""
    odds, later = [], []
    for before, after in folds(learn):
        odds.append(_odds_after(name, before, after.table, inputs, learn.rarer()))
        later.append(after.table)
    rows, said = learn.of(pl.concat(later)), np.concatenate(odds)
    scale = scale_of(said, rows, within)
    scaled = scale.probabilities(said, rows.table[within].cast(pl.Float64).to_numpy() if within else None)
    losses = evaluation.surprises(rows.outcomes, scaled)
    area = evaluation.auc_within(rows.outcomes, said, rows.parts)
    score = Score(words or name, area, brier=evaluation.brier(rows.outcomes, scaled), log_loss=float(losses.mean()))
    return Compared(score, losses, rows, said, learn.rarer(), name, tuple(inputs))


def _odds_after(name: str, before: Rows, table: pl.DataFrame, inputs: Sequence[str], cases: int) -> np.ndarray:
    """What a candidate says of a table after learning from what came before; its rate for all where no input told anything yet."""
    known = telling_inputs(before, inputs)
    if not known:
        return np.full(table.height, _log_odds_of(before.outcomes))
    return raw_odds(fitted(name, matrix(before.table, known), before.outcomes, cases), matrix(table, known))


def walked(chosen: Compared, stretches: Sequence[tuple[Rows, Rows]], within: str | None) -> tuple[np.ndarray, Model]:
    """The probabilities of later stretches, each from a model that learned from all that was certain before; and the last of these models.

    The scale, too, rests on earlier stretches alone: the candidate's own, and those of the held-out time that are over.
    """
    rows, said, told, models, inputs = chosen.rows, chosen.odds, [], list[Model](), chosen.inputs
    for before, after in stretches:
        begins = after.table[after.time][0]
        estimator = fitted(chosen.estimator, matrix(before.table, inputs), before.outcomes, chosen.cases)
        models.append(Model(estimator, _scale_by(begins, rows, said, within), inputs, within))
        told.append(models[-1].probabilities(after.table))
        rows, said = rows.of(pl.concat([rows.table, after.table])), np.r_[said, raw_odds(estimator, matrix(after.table, inputs))]
    return np.concatenate(told), models[-1]


def _scale_by(begins: date | int, rows: Rows, odds: np.ndarray, within: str | None) -> Scale:
    numbered = rows.of(rows.table.with_columns(pl.Series(_AT, np.arange(len(odds)))))
    certain = certain_by(numbered, begins)
    return scale_of(odds[certain.table[_AT].to_numpy()], certain, within)


def scale_of(odds: np.ndarray, rows: Rows, within: str | None) -> Scale:
    """Platt's slope, one for all, and intercept, one for each number in `within`; and how far what happened lets probabilities go.

    A part's base rate is no merit of the estimator: with one intercept, what tells parts apart would set the slope of what tells accounts
    apart. A slope below nothing is none: the odds then say nothing, and the rate is what remains.
    """
    if not len(odds):
        return Scale(1.0, 0.0)
    cases = rows.table[CASE].to_numpy()
    low, high = surest(rows.outcomes, cases)
    return replace(_platt(odds, rows, within), tried=odds_tried(odds, cases), low=low, high=high)


def _platt(odds: np.ndarray, rows: Rows, within: str | None) -> Scale:
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
