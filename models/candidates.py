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
CANDIDATES: dict[str, Callable[[], Estimator]] = {
    "logistic regression, held back": lambda: _logistic(0.01),
    "logistic regression": lambda: _logistic(0.3),
    "gradient boosting": _boosting,
}


def matrix(table: pl.DataFrame, inputs: Sequence[str]) -> np.ndarray:
    """The inputs as numbers, missing as nan."""
    return table.select(pl.col(name).cast(pl.Float64) for name in inputs).fill_null(float("nan")).to_numpy()


def fitted(name: str, rows: np.ndarray, outcomes: np.ndarray) -> Estimator:
    """A candidate fitted on one thread: on a busy machine several wait for each other, measured 25 times as long."""
    with threadpool_limits(limits=1):
        return CANDIDATES[name]().fit(rows, outcomes)


def raw_odds(estimator: Estimator, rows: np.ndarray) -> np.ndarray:
    """What an estimator thinks, as log odds, before they are put to scale."""
    with threadpool_limits(limits=1):
        return log_odds(estimator.predict_proba(rows)[:, 1])


def on_scale(odds: np.ndarray, slope: float, intercept: float) -> np.ndarray:
    """Log odds as probabilities."""
    return 1 / (1 + np.exp(-(slope * odds + intercept)))


@dataclass(frozen=True)
class Model:
    """A fitted estimator, the scale of its odds (Platt 1999: slope and intercept), and the inputs that it takes, in order."""

    estimator: Estimator
    slope: float
    intercept: float
    inputs: tuple[str, ...]

    def probabilities(self, table: pl.DataFrame) -> np.ndarray:
        """The probability of the outcome for every row of a table that has the inputs as columns."""
        if table.is_empty():
            return np.zeros(0)
        return self.scaled(raw_odds(self.estimator, matrix(table, self.inputs)))

    def scaled(self, odds: np.ndarray) -> np.ndarray:
        return on_scale(odds, self.slope, self.intercept)
