"""Whether a model did better on later time than what is known without it, compared only within the same distance ahead."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from models import evaluation
from models.card import Score, Verdict
from models.known import all_together, rate_by, rate_by_tenths
from models.time_order import GROUP, Rows

SURE = 3.09  # standard errors above chance: one shuffled table in a thousand gets as far
BETTER = 1.645  # standard errors above a baseline: 95 % on one side
REACHES = 0.02  # of AUC: an input alone that comes as near to the model does as well
SHOWN_ALONE = 5  # inputs whose own worth is listed
MODEL, BASE_RATE, TOGETHER = "model", "base rate", "all that is known without a model"


@dataclass(frozen=True)
class Rivals:
    """What a model has to beat.

    simple: words -> column whose higher values mean more risk; null counts as the middle. known: words -> columns; rows with the same
    values in them are a group, whose rate is learned from the same earlier time. bookkeeping: inputs that contracts write and no
    customer does, one of which must not be as good alone.
    """

    simple: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, Sequence[str]] = field(default_factory=dict)
    bookkeeping: Sequence[str] = ()

    @property
    def columns(self) -> list[str]:
        """What a table must have for them."""
        return [*self.simple.values(), *(name for names in self.known.values() for name in names)]


@dataclass(frozen=True)
class Judged:
    """The model's score on the held-out time; each baseline's, with the least by which the model beats it; the best inputs alone.

    carried_by: the input of bookkeeping that does about as well alone; None where none does.
    """

    model: Score
    baselines: tuple[Score, ...]
    alone: tuple[Score, ...]
    carried_by: str | None


Walk = Sequence[tuple[Rows, Rows]]  # stretches of the held-out time, each with what was certain before it


def judged(
    walk: Walk, held_out: Rows, probabilities: np.ndarray, *, chosen: str, inputs: Sequence[str], rivals: Rivals, seed: int
) -> Judged:
    """How a model did, and what it has to beat, all on the held-out rows, within each part; rates are learned anew before each stretch."""
    rates = _rates(walk, chosen, rivals)
    simple = {words: _middle_for_missing(held_out.table[column]) for words, column in rivals.simple.items()}
    suspect = _best_of_bookkeeping(walk[0][0], inputs, rivals)
    alone = {name: _walked(walk, lambda before, table, name=name: rate_by_tenths(before, table, name)) for name in inputs}
    tried = _Tried.of(held_out, {MODEL: probabilities} | rates | simple, {suspect: alone[suspect]} if suspect else {}, seed)
    against = [tried.score(words, probability=words in rates) for words in (*rates, *simple)]
    noted = [_noted(score, held_out.table, rivals.simple.get(score.name)) for score in against]
    worth = [Score(name, evaluation.auc_within(held_out.outcomes, values, held_out.parts)) for name, values in alone.items()]
    best = sorted(worth, key=lambda score: -score.auc)[:SHOWN_ALONE]
    reached = suspect if suspect and tried.area(suspect) >= tried.area(MODEL) - REACHES else None
    return Judged(tried.score(MODEL, probability=True), tuple(noted), tuple(best), reached)


def verdict(found: Judged, held_out: str, outcomes: str) -> tuple[Verdict, str]:
    """The verdict and its words; held_out: what there is in that time, in words; outcomes: what cases with the outcome are called."""
    model, tried = found.model, f"On {held_out} in later time"
    told = f"AUC {model.auc:.2f}, {model.low:.2f} to {model.high:.2f}"
    if unbeaten := _unbeaten(found):
        return (
            Verdict.NO_BETTER_THAN_BASELINES,
            f"{tried} the model ({told}) did not beat {unbeaten} by more than chance allows, so it is not used.",
        )
    if found.carried_by:
        return (
            Verdict.CARRIED_BY_BOOKKEEPING,
            f"{tried} the input {found.carried_by} alone did about as well as the model ({told}). Bookkeeping writes it; it is no sign "
            "that a customer gives, so the model is not used.",
        )
    return (
        Verdict.USABLE,
        f"{tried} the model told the two apart with an AUC of {model.auc:.2f} ({model.low:.2f} to {model.high:.2f}); "
        f"{outcomes} were {model.lift:.1f} times as frequent in the tenth that it thought most at risk as on average.",
    )


@dataclass(frozen=True)
class _Tried:
    """Scores by name on the held-out rows, and the AUC of each over the same random draws of whole groups."""

    held_out: Rows
    scores: Mapping[str, np.ndarray]
    draws: Mapping[str, np.ndarray]

    @classmethod
    def of(cls, held_out: Rows, scores: Mapping[str, np.ndarray], more: Mapping[str, np.ndarray], seed: int) -> "_Tried":
        every = {**more, **scores}
        groups = held_out.table[GROUP].to_numpy()
        return cls(held_out, every, evaluation.resampled_auc(held_out.outcomes, every, groups, parts=held_out.parts, seed=seed))

    def area(self, name: str) -> float:
        return evaluation.auc_within(self.held_out.outcomes, self.scores[name], self.held_out.parts)

    def margin(self, name: str) -> float:
        """The least by which the model beats a baseline, at the confidence asked for."""
        errors = SURE if name == BASE_RATE else BETTER
        return float(self.area(MODEL) - self.area(name) - errors * (self.draws[MODEL] - self.draws[name]).std())

    def score(self, name: str, *, probability: bool) -> Score:
        values, outcomes = self.scores[name], self.held_out.outcomes
        low, high = (None, None) if name == BASE_RATE else map(float, np.quantile(self.draws[name], [0.025, 0.975]))
        return Score(
            name,
            self.area(name),
            low,
            high,
            lift=evaluation.lift_within(outcomes, values, self.held_out.parts),
            brier=evaluation.brier(outcomes, values) if probability else None,
            log_loss=float(evaluation.surprises(outcomes, values).mean()) if probability else None,
            margin_low=None if name == MODEL else self.margin(name),
        )


def _walked(walk: Walk, told: Callable[[Rows, pl.DataFrame], np.ndarray]) -> np.ndarray:
    """What is said of each stretch after what came before it, one stretch after the other."""
    return np.concatenate([told(before, after.table) for before, after in walk])


def _rates(walk: Walk, chosen: str, rivals: Rivals) -> dict[str, np.ndarray]:
    """The rate of each part first, then those by traits, then all traits together."""
    by = {BASE_RATE: [], **rivals.known}
    found = {words: _walked(walk, lambda before, table, names=names: rate_by(before, table, names)) for words, names in by.items()}
    traits = list(dict.fromkeys(name for names in rivals.known.values() for name in names))
    together = {TOGETHER: _walked(walk, lambda before, table: all_together(chosen, before, table, traits))} if traits else {}
    return found | together


def _best_of_bookkeeping(learn: Rows, inputs: Sequence[str], rivals: Rivals) -> str | None:
    """The one that told most by itself in earlier time; None without any."""
    written = [name for name in inputs if name in rivals.bookkeeping]
    worth = {name: evaluation.auc_within(learn.outcomes, rate_by_tenths(learn, learn.table, name), learn.parts) for name in written}
    return max(worth, key=lambda name: worth[name]) if worth else None


def _middle_for_missing(column: pl.Series) -> np.ndarray:
    values = column.cast(pl.Float64)
    return values.fill_null(values.median() if values.null_count() < len(values) else 0.0).to_numpy()


def _noted(score: Score, table: pl.DataFrame, column: str | None) -> Score:
    missing = table[column].null_count() if column else 0
    return replace(score, note=f"not known for {missing} of {table.height} rows") if missing else score


def _unbeaten(found: Judged) -> str:
    """The baselines that the model does not surely beat, in words; empty where it beats all, also as a probability."""
    names = [score.name for score in found.baselines if score.margin_low is None or not score.margin_low > 0]
    if names:
        return ", ".join(f"“{name}”" for name in names)
    rates = [score for score in found.baselines if score.brier is not None]
    better = [score.name for score in rates if found.model.brier is None or score.brier is None or not found.model.brier < score.brier]
    return ", ".join(f"“{name}” as a probability" for name in better)
