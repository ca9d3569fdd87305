"""How good scores and probabilities were, against what happened. Without scikit-learn, which every command would have to load."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

RESAMPLES = 400
AT_ONCE = 40  # draws that are reckoned together, so that large books fit into memory
EDGE = 1e-6  # probabilities are held this far from 0 and 1, where a logarithm has no value


@dataclass(frozen=True)
class Parts:
    """Rows that are only compared with each other, such as those looked at from the same number of days ahead.

    each: the rows of every part in which both kinds of outcome occur; weights: the share of the rarer kind that lies in each.
    """

    each: tuple[np.ndarray, ...]
    weights: np.ndarray

    def average(self, measure: Callable[[np.ndarray], float]) -> float:
        """The mean of what is measured within each part; nan where no part has both kinds of outcome."""
        return float(np.dot(self.weights, [measure(rows) for rows in self.each])) if self.each else float("nan")


def parts_of(outcomes: np.ndarray, part: np.ndarray | None = None) -> Parts:
    """The parts by whose values rows are told apart; all rows are one part where none are given."""
    codes = np.zeros(len(outcomes), dtype=int) if part is None else part
    rows = [np.flatnonzero(codes == value) for value in np.unique(codes)]
    both = [found for found in rows if 0 < outcomes[found].sum() < len(found)]
    rarer = np.array([min(outcomes[found].sum(), len(found) - outcomes[found].sum()) for found in both], dtype=float)
    return Parts(tuple(both), rarer / rarer.sum() if both else rarer)


def auc_within(outcomes: np.ndarray, scores: np.ndarray, parts: Parts) -> float:
    """The AUC within each part, averaged: that one part has more of the outcome than another helps no score."""
    return parts.average(lambda rows: auc(outcomes[rows], scores[rows]))


def lift_within(outcomes: np.ndarray, scores: np.ndarray, parts: Parts) -> float:
    """The lift of the top tenth of each part over that part's own rate, averaged."""
    return parts.average(lambda rows: lift(outcomes[rows], scores[rows]))


def auc(outcomes: np.ndarray, scores: np.ndarray, weights: np.ndarray | None = None) -> float:
    """How often a case with the outcome has a higher score than one without; ties count half. 0.5 is chance.

    Rows may be weighted (whole groups are, in a bootstrap). nan where one of the two kinds is missing.
    Source: Hanley and McNeil 1982.
    """
    order = np.argsort(scores, kind="stable")
    given = np.ones(len(scores)) if weights is None else weights[order]
    return float(_aucs_sorted(scores[order], outcomes[order], given[None, :])[0])


def _aucs_sorted(scores: np.ndarray, outcomes: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The AUC under each row of weights; scores rise."""
    starts = np.flatnonzero(np.r_[True, scores[1:] != scores[:-1]])
    hit = np.add.reduceat(weights * outcomes, starts, axis=1)
    miss = np.add.reduceat(weights * (1 - outcomes), starts, axis=1)
    both = hit.sum(axis=1) * miss.sum(axis=1)
    won = (hit * (np.cumsum(miss, axis=1) - miss / 2)).sum(axis=1)
    return np.divide(won, both, out=np.full(len(weights), np.nan), where=both > 0)


@dataclass(frozen=True)
class Draws:
    """Random draws of whole groups (an account's rows), with replacement. counts: how often each draw has each group; of: each row's group.

    Source: Efron and Tibshirani 1993, cluster bootstrap.
    """

    counts: np.ndarray
    of: np.ndarray

    @classmethod
    def among(cls, groups: np.ndarray, *, seed: int = 0, resamples: int = RESAMPLES) -> "Draws":
        rng, codes = np.random.default_rng(seed), np.unique(groups, return_inverse=True)[1]
        count = codes.max() + 1 if len(codes) else 1
        return cls(rng.multinomial(count, np.full(count, 1 / count), size=resamples).astype(np.int32), codes)

    def only(self, rows: np.ndarray) -> "Draws":
        """The same draws of some of the rows."""
        return Draws(self.counts, self.of[rows])

    def weights(self, at: int, rows: np.ndarray) -> np.ndarray:
        """How often AT_ONCE draws from the number `at` on have each of the rows."""
        return self.counts[at : at + AT_ONCE][:, self.of[rows]].astype(float)


def resampled_auc(
    outcomes: np.ndarray,
    scores: Mapping[str, np.ndarray],
    groups: np.ndarray,
    *,
    parts: Parts | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> dict[str, np.ndarray]:
    """The AUC (within parts) of each score over the same random draws of whole groups (an account's rows), with replacement.

    Returns name -> array of `resamples` values; draws without both kinds of outcome are left out, the same for each score.
    """
    return drawn_auc(outcomes, scores, Draws.among(groups, seed=seed, resamples=resamples), parts=parts)


def drawn_auc(
    outcomes: np.ndarray, scores: Mapping[str, np.ndarray], draws: Draws, *, parts: Parts | None = None
) -> dict[str, np.ndarray]:  # fmt: skip
    """The same over draws that were made before, for all that is tried on the same accounts."""
    within = parts or parts_of(outcomes)
    found = {name: _drawn(outcomes, score, draws, within) for name, score in scores.items()}
    whole = ~np.isnan(np.array(list(found.values()))).any(axis=0)
    return {name: values[whole] for name, values in found.items()}


def _drawn(outcomes: np.ndarray, score: np.ndarray, draws: Draws, parts: Parts) -> np.ndarray:
    areas = np.zeros(len(draws.counts))
    for weight, rows in zip(parts.weights, parts.each, strict=True):
        order = rows[np.argsort(score[rows], kind="stable")]
        values, happened = score[order], outcomes[order]
        some = [_aucs_sorted(values, happened, draws.weights(at, order)) for at in range(0, len(areas), AT_ONCE)]
        areas += weight * np.concatenate(some)
    return areas


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


def reliability(outcomes: np.ndarray, probabilities: np.ndarray, *, part: np.ndarray | None = None, bins: int = 5) -> pl.DataFrame:
    """Rows in `bins` of equal size by probability, within each part: rows, outcomes (counts), predicted (mean), observed (rate)."""
    told_apart = np.zeros(len(outcomes), dtype=np.int64) if part is None else part
    frame = pl.DataFrame({"predicted": probabilities.astype(float), "outcome": outcomes.astype(np.int64), "part": told_apart})
    share = (pl.int_range(pl.len()) * bins // pl.len()).over("part")
    return (
        frame.sort("predicted")
        .with_columns(bin=share)
        .group_by("bin")
        .agg(rows=pl.len().cast(pl.Int64), outcomes=pl.col("outcome").sum(), predicted=pl.col("predicted").mean())
        .with_columns(observed=pl.col("outcomes") / pl.col("rows"))
        .sort("bin")
        .select("rows", "outcomes", "predicted", "observed")
    )
