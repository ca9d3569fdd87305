"""How good a model was on later time, with intervals: measures, quarters and kinds of accounts; what each input does to the odds."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from models import evaluation
from models.candidates import Model, matrix, raw_odds
from models.card import Curve, Measure, Slice
from models.evaluation import AT_ONCE, Draws, parts_of
from models.time_order import CASE, GROUP, PART, Rows

RESAMPLES = 200
RANGE = (0.025, 0.975)
CAPACITY = 20  # accounts that a team can call in a month, where nobody says otherwise
CAPACITIES = (5, 10, 20, 50, 100)
TOP = 0.1  # share of looks that the lift is of
LEAST_OF_A_SLICE = 10  # cases of either kind below which nothing is said of a quarter or a kind of accounts
REFERENCE, POINTS = 400, 9  # rows that a curve is averaged over, and points that it is drawn through


@dataclass(frozen=True)
class Asked:
    """What to measure beside. amount: a column by which losses weigh; capacity: how many rows of a month and part can be looked into;
    slices: words -> column by whose values stability is told, beside quarters."""

    amount: str | None = None
    capacity: int = CAPACITY
    slices: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """What a table must have for it."""
        return [*([self.amount] if self.amount else []), *self.slices.values()]


@dataclass(frozen=True)
class Ranked:
    """Rows of one pile from the highest score down, in steps of equal scores: their places, and where each step begins."""

    rows: np.ndarray
    starts: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray, scores: np.ndarray) -> "Ranked":
        order = rows[np.argsort(-scores[rows], kind="stable")]
        told = scores[order]
        return cls(order, np.flatnonzero(np.r_[True, told[1:] != told[:-1]]))

    def steps(self, weights: np.ndarray, worth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of each draw (a row of weights): how much lies in each step, and how much of it is worth something."""
        return np.add.reduceat(weights, self.starts, axis=1), np.add.reduceat(weights * worth[self.rows], self.starts, axis=1)


def measures(held_out: Rows, said: np.ndarray, asked: Asked, seed: int) -> tuple[Measure, ...]:
    """AUC, average precision, lift and Brier score, and the share of losses, and of what they were worth, among the `capacity` rows of each
    month and part that were thought most at risk; each with the range of 95 of 100 draws of whole groups (a cluster bootstrap)."""
    draws = Draws.among(held_out.table[GROUP].to_numpy(), seed=seed, resamples=RESAMPLES)
    outcomes, parts = held_out.outcomes, held_out.parts
    whole = [Ranked.of(rows, said) for rows in parts.each]
    found = [
        _measure("auc", draws, lambda take: _averaged(whole, parts.weights, take, outcomes, _area)),
        _measure("average_precision", draws, lambda take: _averaged(whole, parts.weights, take, outcomes, _precision)),
        _measure("lift", draws, lambda take: _averaged(whole, parts.weights, take, outcomes, _lift)),
        _measure("brier", draws, lambda take: _mean(take, (said - outcomes) ** 2)),
    ]
    piles = _months(held_out)
    if not piles:
        return tuple(found)
    months = [Ranked.of(rows, said) for rows in piles]
    for many in sorted({asked.capacity, *CAPACITIES}):
        found.append(_measure("recall", draws, lambda take, many=many: _recall(months, take, outcomes, many), many))
    flat = [Ranked.of(rows, np.zeros(len(said))) for rows in piles]  # all alike: what calls at random would find
    found.append(_measure("recall_by_chance", draws, lambda take: _recall(flat, take, outcomes, asked.capacity), asked.capacity))
    if asked.amount:
        worth = outcomes * held_out.table[asked.amount].cast(pl.Float64).fill_null(0.0).clip(lower_bound=0.0).to_numpy()
        found.append(_measure("recall_by_amount", draws, lambda take: _recall(months, take, worth, asked.capacity), asked.capacity))
    return tuple(found)


def _measure(name: str, draws: Draws, told: Callable, capacity: int | None = None) -> Measure:
    """told: of a function that gives the weights of rows (one row per draw), a value for each draw."""
    value = float(told(lambda rows: np.ones((1, len(rows))))[0])
    drawn = [told(lambda rows, at=at: draws.weights(at, rows)) for at in range(0, len(draws.counts), AT_ONCE)]
    known = np.concatenate(drawn)
    known = known[~np.isnan(known)]
    low, high = map(float, np.quantile(known, RANGE)) if len(known) and not np.isnan(value) else (None, None)
    return Measure(name, None if np.isnan(value) else value, low, high, capacity)


def _averaged(piles: Sequence[Ranked], weights: np.ndarray, take: Callable, worth: np.ndarray, told: Callable) -> np.ndarray:
    if not piles:
        return np.full(1, np.nan)
    return sum(weight * told(*pile.steps(take(pile.rows), worth)) for weight, pile in zip(weights, piles, strict=True))


def _over(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    return np.divide(top, bottom, out=np.full(np.shape(top), np.nan), where=bottom > 0)


def _area(size: np.ndarray, hits: np.ndarray) -> np.ndarray:
    missed = size - hits
    below = missed.sum(axis=1, keepdims=True) - np.cumsum(missed, axis=1)
    return _over((hits * (below + missed / 2)).sum(axis=1), hits.sum(axis=1) * missed.sum(axis=1))


def _precision(size: np.ndarray, hits: np.ndarray) -> np.ndarray:
    """Average precision: that at each step, weighed by the outcomes that it adds. Source: Manning, Raghavan and Schuetze 2008, 8.4."""
    at = np.divide(np.cumsum(hits, axis=1), np.cumsum(size, axis=1), out=np.zeros_like(hits), where=np.cumsum(size, axis=1) > 0)
    return _over((at * hits).sum(axis=1), hits.sum(axis=1))


def _lift(size: np.ndarray, hits: np.ndarray) -> np.ndarray:
    taken = np.maximum(TOP * size.sum(axis=1), 1.0)
    return _over(_within(size, hits, taken) / taken, hits.sum(axis=1) / size.sum(axis=1))


def _within(size: np.ndarray, hits: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """What lies among the first `taken` rows of each draw; of the step at the edge a part."""
    before = np.cumsum(size, axis=1) - size
    share = np.clip(np.divide(taken[:, None] - before, size, out=np.zeros_like(size), where=size > 0), 0, 1)
    return (share * hits).sum(axis=1)


def _mean(take: Callable, values: np.ndarray) -> np.ndarray:
    weights = take(np.arange(len(values)))
    return _over(weights @ values, weights.sum(axis=1))


def _months(held_out: Rows) -> list[np.ndarray]:
    """Rows of one calendar month and part; none where time is no day."""
    if not held_out.table[held_out.time].dtype.is_temporal():
        return []
    piles = held_out.table.select(pl.col(held_out.time).dt.truncate("1mo").rank("dense").alias("month"), PART)
    codes = piles.select(pl.struct("month", PART).rank("dense")).to_series().to_numpy()
    return [np.flatnonzero(codes == code) for code in np.unique(codes)]


def _recall(months: Sequence[Ranked], take: Callable, worth: np.ndarray, capacity: int) -> np.ndarray:
    found, every = 0.0, 0.0
    for pile in months:
        size, hits = pile.steps(take(pile.rows), worth)
        found, every = found + _within(size, hits, np.full(len(size), float(capacity))), every + hits.sum(axis=1)
    return _over(np.asarray(found), np.asarray(every))


def slices(held_out: Rows, said: np.ndarray, asked: Asked, seed: int) -> tuple[Slice, ...]:
    """How it did in each quarter and in each kind of accounts; without an AUC where either kind of case is rarer than LEAST_OF_A_SLICE."""
    draws = Draws.among(held_out.table[GROUP].to_numpy(), seed=seed, resamples=RESAMPLES)
    found = []
    if held_out.table[held_out.time].dtype.is_temporal():
        quarters = pl.format("{}-Q{}", pl.col(held_out.time).dt.year(), pl.col(held_out.time).dt.quarter())
        found += _sliced("quarter", held_out.table.select(quarters).to_series(), held_out, said, draws)
    for words, column in asked.slices.items():
        found += _sliced(words, held_out.table[column].cast(pl.String), held_out, said, draws)
    return tuple(found)


def _sliced(words: str, values: pl.Series, held_out: Rows, said: np.ndarray, draws: Draws) -> list[Slice]:
    known = values.unique().drop_nulls().sort().to_list()
    return [_slice(words, value, np.flatnonzero((values == value).fill_null(False).to_numpy()), held_out, said, draws) for value in known]


def _slice(words: str, value: str, rows: np.ndarray, held_out: Rows, said: np.ndarray, draws: Draws) -> Slice:
    own, outcomes = held_out.of(held_out.table[rows]), held_out.outcomes[rows]
    lost, kept = own.table.filter(held_out.outcome)[CASE].n_unique(), own.table.filter(~pl.col(held_out.outcome))[CASE].n_unique()
    counts = {"rows": len(rows), "outcomes": lost, "kept": kept, "predicted": float(said[rows].mean()), "observed": float(outcomes.mean())}
    parts = parts_of(outcomes, own.table[PART].to_numpy())
    if min(lost, kept) < LEAST_OF_A_SLICE or not parts.each:
        return Slice(words, value, **counts)
    area = evaluation.auc_within(outcomes, said[rows], parts)
    drawn = evaluation.drawn_auc(outcomes, {"it": said[rows]}, draws.only(rows), parts=parts)["it"]
    low, high = map(float, np.quantile(drawn, RANGE)) if len(drawn) else (None, None)
    return Slice(words, value, auc=area, low=low, high=high, **counts)


def curves(model: Model, learned: pl.DataFrame) -> tuple[Curve, ...]:
    """What each input does to the odds, the weightiest first: log odds against the average look, through POINTS of its values.

    learned: rows that the model learned from. Every other input stays as it is in REFERENCE of these rows, so that of a model that adds up
    its inputs this is all that an input does, and of one that does not, its average.
    """
    rows = learned[np.unique(np.linspace(0, learned.height - 1, REFERENCE).astype(int))]
    told = matrix(rows, model.inputs)
    base = raw_odds(model.estimator, told)
    found = [_curve(model, name, at, told, base.mean()) for at, name in enumerate(model.inputs)]
    return tuple(sorted((curve for curve in found if curve.weight > 0), key=lambda curve: -curve.weight))


def _curve(model: Model, name: str, at: int, told: np.ndarray, base: float) -> Curve:
    own = told[:, at]
    known = own[~np.isnan(own)]
    points = np.unique(np.quantile(known, np.linspace(0.02, 0.98, POINTS))) if len(known) else np.zeros(0)
    values = [*points, *([np.nan] if len(known) < len(own) else [])]
    effects = [float(model.scale.slope * (raw_odds(model.estimator, _with(told, at, value)).mean() - base)) for value in values]
    missing = effects[len(points)] if len(values) > len(points) else None
    felt = np.where(np.isnan(own), missing or 0.0, np.interp(own, points, effects[: len(points)]) if len(points) else 0.0)
    return Curve(name, tuple(zip(map(float, points), effects, strict=False)), missing, float(felt.std()))


def _with(told: np.ndarray, at: int, value: float) -> np.ndarray:
    changed = told.copy()
    changed[:, at] = value
    return changed
