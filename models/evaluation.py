"""How good scores and probabilities were, against what happened. Without scikit-learn, which every command would have to load."""

from collections.abc import Mapping

import numpy as np
import polars as pl

RESAMPLES = 400
EDGE = 1e-6  # probabilities are held this far from 0 and 1, where a logarithm has no value


def auc(outcomes: np.ndarray, scores: np.ndarray, weights: np.ndarray | None = None) -> float:
    """How often a case with the outcome has a higher score than one without; ties count half. 0.5 is chance.

    Rows may be weighted (whole groups are, in a bootstrap). nan where one of the two kinds is missing.
    Source: Hanley and McNeil 1982.
    """
    order = np.argsort(scores, kind="stable")
    return float(_auc_sorted(scores[order], outcomes[order], np.ones(len(scores)) if weights is None else weights[order]))


def _auc_sorted(scores: np.ndarray, outcomes: np.ndarray, weights: np.ndarray) -> float:
    starts = np.flatnonzero(np.r_[True, scores[1:] != scores[:-1]])
    hit = np.add.reduceat(weights * outcomes, starts)
    miss = np.add.reduceat(weights * (1 - outcomes), starts)
    both = hit.sum() * miss.sum()
    return np.sum(hit * (np.cumsum(miss) - miss / 2)) / both if both > 0 else np.nan


def resampled_auc(
    outcomes: np.ndarray, scores: Mapping[str, np.ndarray], groups: np.ndarray, *, seed: int = 0, resamples: int = RESAMPLES
) -> dict[str, np.ndarray]:
    """The AUC of each score over the same random draws of whole groups (an account's rows stay together), with replacement.

    Returns name -> array of `resamples` values; draws without both kinds of outcome are left out, the same for each score.
    Source: Efron and Tibshirani 1993, cluster bootstrap.
    """
    rng, codes = np.random.default_rng(seed), np.unique(groups, return_inverse=True)[1]
    count = codes.max() + 1
    draws = rng.multinomial(count, np.full(count, 1 / count), size=resamples)[:, codes].astype(float)
    found = {}
    for name, score in scores.items():
        order = np.argsort(score, kind="stable")
        found[name] = np.array([_auc_sorted(score[order], outcomes[order], draw[order]) for draw in draws])
    whole = ~np.isnan(np.array(list(found.values()))).any(axis=0)
    return {name: values[whole] for name, values in found.items()}


def lift(outcomes: np.ndarray, scores: np.ndarray, *, share: float = 0.1) -> float:
    """The outcome's rate among the `share` of rows with the highest scores, over the rate among all; ties at the edge count in part.

    nan where nothing had the outcome. 1.0 is chance.
    """
    taken, rate = max(share * len(scores), 1.0), outcomes.mean()
    if rate == 0:
        return float("nan")
    edge = np.sort(scores)[::-1][min(int(np.ceil(taken)) - 1, len(scores) - 1)]
    above, at = scores > edge, scores == edge
    hits = outcomes[above].sum() + outcomes[at].mean() * (taken - above.sum())
    return float(hits / taken / rate)


def log_odds(probabilities: np.ndarray) -> np.ndarray:
    held = np.clip(probabilities, EDGE, 1 - EDGE)
    return np.log(held / (1 - held))


def brier(outcomes: np.ndarray, probabilities: np.ndarray) -> float:
    """Mean squared distance between probability and outcome: 0 is perfect. Source: Brier 1950."""
    return float(np.mean((probabilities - outcomes) ** 2))


def surprises(outcomes: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Negative log likelihood of each outcome; its mean is the log loss, by which candidates are compared."""
    held = np.clip(probabilities, EDGE, 1 - EDGE)
    return -np.log(np.where(outcomes == 1, held, 1 - held))


def reliability(outcomes: np.ndarray, probabilities: np.ndarray, *, bins: int = 5) -> pl.DataFrame:
    """Rows in `bins` of equal size by probability: rows, outcomes (counts), predicted (mean probability), observed (rate)."""
    frame = pl.DataFrame({"predicted": probabilities.astype(float), "outcome": outcomes.astype(np.int64)}).sort("predicted")
    share = pl.int_range(pl.len()) * bins // pl.len()
    return (
        frame.with_columns(bin=share)
        .group_by("bin")
        .agg(rows=pl.len().cast(pl.Int64), outcomes=pl.col("outcome").sum(), predicted=pl.col("predicted").mean())
        .with_columns(observed=pl.col("outcomes") / pl.col("rows"))
        .sort("bin")
        .select("rows", "outcomes", "predicted", "observed")
    )
