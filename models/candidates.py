"""The estimators that are compared, and the probability scale that is put on the one that is chosen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import ThreadpoolController

from models.evaluation import log_odds

THREADS = ThreadpoolController()  # of all that is loaded above; to look for it at every use takes longer than most of them
FARTHEST = 3.0  # standard deviations from the mean at which an input is held


class HeldIn(TransformerMixin, BaseEstimator):
    """Holds scaled inputs within FARTHEST: an account that is like none before it says no more than the most unusual that were seen.

    Where nobody ever stopped using the product, one who does lies a hundred standard deviations away, and a straight line drawn that
    far would be sure of anything.
    """

    def fit(self, X: np.ndarray, y: np.ndarray | None = None) -> "HeldIn":
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        return np.clip(X, -FARTHEST, FARTHEST)

    def __sklearn_is_fitted__(self) -> bool:
        return True


def _logistic(strength: float) -> Pipeline:
    """Medians for what is missing, with a flag that it was; scaled, so that the penalty weighs every input alike, and held in."""
    fill = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    return make_pipeline(fill, StandardScaler(), HeldIn(), LogisticRegression(C=strength, max_iter=2000))


def _boosting() -> HistGradientBoostingClassifier:
    """Shallow and slow: companies have hundreds of renewals, not millions. Takes missing values as they are."""
    return HistGradientBoostingClassifier(
        max_iter=120, learning_rate=0.05, max_depth=3, min_samples_leaf=30, l2_regularization=1.0, early_stopping=False, random_state=0
    )


def _additive() -> HistGradientBoostingClassifier:
    """A curve for each input, and nothing between two: what it says is a sum, and can be read. Few steps, since few losses draw each."""
    return HistGradientBoostingClassifier(
        max_iter=120, learning_rate=0.08, max_leaf_nodes=3, max_bins=24, min_samples_leaf=40, l2_regularization=5.0,
        interaction_cst="no_interactions", early_stopping=False, random_state=0,
    )  # fmt: skip


Estimator = Pipeline | HistGradientBoostingClassifier
# How far a penalty lets go, for each case of the rarer kind: more cases can carry larger weights. Over the number of rows, so that the odds
# keep their size when the same is learned anew from more of them.
HARD, MILD, LITTLE = 0.1, 0.5, 3.0
CANDIDATES: dict[str, Callable[[float], Estimator]] = {
    "logistic regression, held back hard": lambda cases_a_row: _logistic(HARD * cases_a_row),
    "logistic regression, held back": lambda cases_a_row: _logistic(MILD * cases_a_row),
    "logistic regression": lambda cases_a_row: _logistic(LITTLE * cases_a_row),
    "additive curves": lambda cases_a_row: _additive(),
    "gradient boosting": lambda cases_a_row: _boosting(),
}


STRAIGHT = tuple(name for name in CANDIDATES if name.startswith("logistic"))


def matrix(table: pl.DataFrame, inputs: Sequence[str]) -> np.ndarray:
    """The inputs as numbers, missing as nan."""
    return table.select(pl.col(name).cast(pl.Float64) for name in inputs).fill_null(float("nan")).to_numpy()


def fitted(name: str, rows: np.ndarray, outcomes: np.ndarray, cases: int) -> Estimator:
    """A candidate fitted on one thread: on a busy machine several wait for each other, measured 25 times as long.

    cases: how many different ones of the rarer kind the penalty is set for.
    """
    with THREADS.limit(limits=1):
        return CANDIDATES[name](max(cases, 1) / len(rows)).fit(rows, outcomes)


def raw_odds(estimator: Estimator, rows: np.ndarray) -> np.ndarray:
    """What an estimator thinks, as log odds, before they are put to scale."""
    with THREADS.limit(limits=1):
        return log_odds(estimator.predict_proba(rows)[:, 1])


def as_probabilities(odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-odds))


@dataclass(frozen=True)
class Scale:
    """What makes log odds right (Platt 1999): times a slope, plus an intercept, which differs with a number such as the lead.

    at: number -> intercept, rising; between two of them it is a straight line. Empty: one intercept for all. tried: odds beyond
    which hardly anything was tried, so that they count as no further out; low, high: as sure as so few cases allow.
    """

    slope: float
    intercept: float
    at: tuple[tuple[float, float], ...] = ()
    tried: tuple[float, float] = (-np.inf, np.inf)
    low: float = 0.0
    high: float = 1.0

    def probabilities(self, odds: np.ndarray, numbers: np.ndarray | None = None) -> np.ndarray:
        known, intercepts = zip(*self.at, strict=True) if self.at else ((0.0,), (self.intercept,))
        moved = self.intercept if numbers is None else np.interp(numbers, known, intercepts)
        return np.clip(as_probabilities(self.slope * np.clip(odds, *self.tried) + moved), self.low, self.high)

    @property
    def limits(self) -> tuple[float, float]:
        """The lowest and the highest probability that it ever gives."""
        ends = [self.probabilities(np.array(self.tried), np.full(2, number)) for number, _ in self.at or ((0.0, 0.0),)]
        return float(np.min(ends)), float(np.max(ends))


@dataclass(frozen=True)
class Model:
    """A fitted estimator, the scale of its odds, the inputs that it takes, in order, and the column by which the scale differs."""

    estimator: Estimator
    scale: Scale
    inputs: tuple[str, ...]
    within: str | None = None

    def probabilities(self, table: pl.DataFrame) -> np.ndarray:
        """The probability of the outcome for every row of a table that has the inputs as columns."""
        if table.is_empty():
            return np.zeros(0)
        numbers = table[self.within].cast(pl.Float64).to_numpy() if self.within else None
        return self.scale.probabilities(raw_odds(self.estimator, matrix(table, self.inputs)), numbers)
