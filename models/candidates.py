"""The estimators that are compared, and the probability scale that is put on the one that is chosen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from models.evaluation import log_odds


def _logistic(strength: float) -> Pipeline:
    """Medians for what is missing, with a flag that it was; scaled, so that the penalty weighs every input alike."""
    fill = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    return make_pipeline(fill, StandardScaler(), LogisticRegression(C=strength, max_iter=2000))


def _boosting() -> HistGradientBoostingClassifier:
    """Shallow and slow: companies have hundreds of renewals, not millions. Takes missing values as they are."""
    return HistGradientBoostingClassifier(
        max_iter=120, learning_rate=0.05, max_depth=3, min_samples_leaf=30, l2_regularization=1.0, early_stopping=False, random_state=0
    )


Estimator = Pipeline | HistGradientBoostingClassifier
HARD = 3.0  # over the number of rows, so that the odds are of the same size however many there are
CANDIDATES: dict[str, Callable[[int], Estimator]] = {
    "logistic regression, held back hard": lambda rows: _logistic(HARD / rows),
    "logistic regression, held back": lambda rows: _logistic(0.01),
    "logistic regression": lambda rows: _logistic(0.3),
    "gradient boosting": lambda rows: _boosting(),
}


def matrix(table: pl.DataFrame, inputs: Sequence[str]) -> np.ndarray:
    """The inputs as numbers, missing as nan."""
    return table.select(pl.col(name).cast(pl.Float64) for name in inputs).fill_null(float("nan")).to_numpy()


def fitted(name: str, rows: np.ndarray, outcomes: np.ndarray) -> Estimator:
    """A candidate fitted on one thread: on a busy machine several wait for each other, measured 25 times as long."""
    with threadpool_limits(limits=1):
        return CANDIDATES[name](len(rows)).fit(rows, outcomes)


def raw_odds(estimator: Estimator, rows: np.ndarray) -> np.ndarray:
    """What an estimator thinks, as log odds, before they are put to scale."""
    with threadpool_limits(limits=1):
        return log_odds(estimator.predict_proba(rows)[:, 1])


def as_probabilities(odds: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-odds))


@dataclass(frozen=True)
class Scale:
    """What makes log odds right (Platt 1999): times a slope, plus an intercept, which differs with a number such as the lead.

    at: number -> intercept, rising; between two of them it is a straight line. Empty: one intercept for all.
    """

    slope: float
    intercept: float
    at: tuple[tuple[float, float], ...] = ()

    def probabilities(self, odds: np.ndarray, numbers: np.ndarray | None = None) -> np.ndarray:
        if not self.at or numbers is None:
            return as_probabilities(self.slope * odds + self.intercept)
        known, intercepts = zip(*self.at, strict=True)
        return as_probabilities(self.slope * odds + np.interp(numbers, known, intercepts))


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
