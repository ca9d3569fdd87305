"""An estimator of a binary outcome from any feature table with a time column, that says no when it has too little to go on.

It needs nothing of the rest of Holdfast: give `train` a polars frame with one row per look at something (an account before its
renewal), say which columns are inputs, which is the outcome and which the time, and read the card. See docs/CHURN_MODEL.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from models import depth, evaluation
from models.calibration import calibration, slope_range
from models.candidates import CANDIDATES, Model, matrix
from models.card import Card, Split, Verdict
from models.comparing import among, compared, simplest_of_the_best, telling_inputs, walked
from models.depth import Asked
from models.judging import Rivals, judged, verdict
from models.table import Roles, prepared
from models.time_order import CASE, GROUP, PART, ROW, Rows, folds, hold_out, stretches

LEAST_OUTCOMES, LEAST_HELD_OUT, LEAST_LEARNED = 30, 15, 10  # cases of the rarer kind: in all, held out, to learn from
AS_USUAL = Asked()
TELLS_ALL = 0.98  # AUC of one input alone from which on it is taken to know the outcome


@dataclass(frozen=True)
class Trained:
    """The card; the model, None where it may not be used; and the held-out rows with the `probability` that it gave them.

    tested is empty where the model was not tried: then there were too few outcomes.
    """

    card: Card
    model: Model | None
    tested: pl.DataFrame


def train(
    table: pl.DataFrame,
    *,
    features: Sequence[str],
    outcome: str,
    time: str,
    matured: str | None = None,
    group: str | None = None,
    case: str | None = None,
    within: str | None = None,
    baselines: Mapping[str, str] | None = None,
    known: Mapping[str, Sequence[str]] | None = None,
    bookkeeping: Sequence[str] = (),
    first: Sequence[str] = (),
    asked: Asked = AS_USUAL,
    named: tuple[str, str] = ("cases with the outcome", "without"),
    named_one: tuple[str, str] = ("case with the outcome", "without"),
    seed: int = 0,
) -> Trained:
    """Learn from earlier rows, try on later ones once, and say whether the result may be used.

    features: numeric or boolean columns, null where not known; nothing else enters. outcome: a boolean column; rows where it is
    null are left out. time: when a row was looked at (day, instant or number). matured: when its outcome was certain, in the
    same type (default: the time); what was not certain when the held-out time began is not learned from. group: rows that
    belong together, such as an account's (default: each on its own). case: what happened once however often it was looked at
    (default: each row); outcomes are counted in cases. within: a number that changes how likely the outcome is and is no merit of the
    model, such as how far ahead was looked; all is judged among rows with the same, then averaged.
    baselines: words -> column whose higher values mean more risk; null there counts as the middle. known: words -> columns that are
    known without a model; the rate of rows that share their values, in earlier time, is a baseline, and so are all of them together.
    bookkeeping: inputs that are written with the outcome, one of which may not be as good alone as the model.
    first: the inputs that are looked at before all others; these are taken only where they surely help (default: all alike).
    asked: what to measure beside (see models.depth).
    named, named_one: what cases with and without the outcome are called in the card's words, and one of each.
    Raises ValueError for a column that is not there or cannot be used: an input that is outcome, time, matured or case, text where
    numbers are needed, infinite numbers, an outcome that is not true or false.
    """
    roles = Roles(features, outcome, time, matured, group, case, within)
    rivals = Rivals(baselines or {}, known or {}, bookkeeping)
    rows = prepared(table, roles, [*rivals.columns, *asked.columns])
    learn, held_out, embargoed = hold_out(rows) if rows.rarer() else (rows, rows.where(pl.lit(False)), 0)
    inputs, called = telling_inputs(learn, features), Called(named, named_one)
    facts: dict[str, Any] = {
        "outcomes": rows.cases(True), "kept": rows.cases(False), "rows": rows.table.height, "embargoed": embargoed,
        "splits": (_split("learned from", learn), _split("held out", held_out)), "inputs": tuple(inputs),
        "constant": tuple(name for name in features if name not in inputs), "within": within,
    }  # fmt: skip
    if refused := _too_few(rows, learn, held_out, called) or _nothing_to_learn(learn, features, inputs):
        return Trained(Card(*refused, **facts), None, table.clear())
    return _tried(rows, learn, held_out, among(list(CANDIDATES), inputs, first), rivals, called, facts, seed, asked)


@dataclass(frozen=True)
class Called:
    """What cases with and without the outcome are called, many and one."""

    many: tuple[str, str]
    one: tuple[str, str]

    def counted(self, rows: Rows) -> str:
        counts = (rows.cases(True), rows.cases(False))
        words = [f"{count:,} {one if count == 1 else many}" for count, many, one in zip(counts, self.many, self.one, strict=True)]
        return f"{words[0]} and {words[1]}"


def _split(name: str, rows: Rows) -> Split:
    times = rows.table[rows.time]
    first, last = ("", "") if times.is_empty() else (str(times.min()), str(times.max()))
    return Split(name, first, last, len(times), int(rows.outcomes.sum()), rows.cases(False), rows.cases(True))


def _too_few(rows: Rows, learn: Rows, held_out: Rows, called: Called) -> tuple[Verdict, str] | None:
    """The verdict and its words where there is too little history; None where there is enough."""
    few, rest = rows.rarer(), called.counted(rows)
    are = "is" if rows.cases(True) == 1 else "are"
    if few < LEAST_OUTCOMES:
        return (
            Verdict.TOO_FEW_OUTCOMES,
            f"There {are} {rest} to learn from. With fewer than {LEAST_OUTCOMES} of either, a model would learn chance, so none was made.",
        )
    if held_out.rarer() < LEAST_HELD_OUT:
        return (
            Verdict.TOO_FEW_HELD_OUT,
            f"There {are} {rest}, of which {held_out.rarer()} of the rarer kind lie in the time held out for testing. "
            f"With fewer than {LEAST_HELD_OUT} the test would prove nothing, so no model was made.",
        )
    if learn.rarer() < LEAST_LEARNED or not folds(learn):
        return (
            Verdict.TOO_FEW_TO_LEARN,
            f"There {are} {rest}, but only {learn.rarer()} of the rarer kind were certain before the test began. "
            f"With fewer than {LEAST_LEARNED} there is too little to learn from, so no model was made.",
        )
    return None


def _nothing_to_learn(learn: Rows, features: Sequence[str], inputs: Sequence[str]) -> tuple[Verdict, str] | None:
    if not inputs:
        named = f" ({', '.join(features)})" if features else ""
        return Verdict.NOTHING_TO_LEARN_FROM, f"No input{named} has two different values, so there is nothing to learn from."
    if told := _knows_the_outcome(learn, inputs):
        return (
            Verdict.KNOWS_THE_OUTCOME,
            f"The input {told} alone tells almost every outcome, so it was most likely written afterwards. Leave it out.",
        )
    return None


def _knows_the_outcome(learn: Rows, inputs: Sequence[str]) -> str | None:
    """The first input that by its value or by its being missing sets almost all outcomes apart; None where there is none."""
    for name, values in zip(inputs, matrix(learn.table, inputs).T, strict=True):
        middle = np.where(np.isnan(values), np.nanmedian(values) if not np.isnan(values).all() else 0.0, values)
        for score in (middle, np.isnan(values).astype(float)):
            told = evaluation.auc_within(learn.outcomes, score, learn.parts)
            if max(told, 1 - told) > TELLS_ALL:
                return name
    return None


def _tried(
    rows: Rows, learn: Rows, held_out: Rows, candidates: dict, rivals: Rivals, called: Called, facts: dict, seed: int, asked: Asked
) -> Trained:
    """Choose on earlier time, and walk through the held-out time once, learning again before each of its stretches."""
    tried = {words: compared(name, learn, inputs, facts["within"], words) for words, (name, inputs) in candidates.items()}
    groups = next(iter(tried.values())).rows.table[GROUP].to_numpy()
    chosen = tried[simplest_of_the_best({name: found.losses for name, found in tried.items()}, groups)]
    walk = stretches(rows, held_out)
    probabilities, model = walked(chosen, walk, facts["within"])
    found = judged(walk, held_out, probabilities, chosen=chosen.estimator, inputs=facts["inputs"], rivals=rivals, seed=seed)
    slope, intercept = calibration(held_out.outcomes, probabilities, held_out.parts)
    parts = held_out.table[PART].to_numpy()
    facts |= {"inputs": chosen.inputs, "spared": tuple(name for name in facts["inputs"] if name not in chosen.inputs)}
    card = Card(
        *verdict(found, called.counted(held_out), called.many[0]),
        chosen=chosen.score.name,
        candidates=tuple(found.score for found in tried.values()),
        model=found.model,
        baselines=found.baselines,
        alone=found.alone,
        slope=slope,
        intercept=intercept,
        slope_range=slope_range(held_out.outcomes, probabilities, held_out.table[GROUP].to_numpy(), held_out.parts),
        limits=model.scale.limits,
        rates=_rates_within(held_out, facts["within"]),
        capacity=asked.capacity,
        measures=depth.measures(held_out, probabilities, asked, seed),
        slices=depth.slices(held_out, probabilities, asked, seed),
        curves=depth.curves(model, walk[-1][0].table),
        reliability=tuple(evaluation.reliability(held_out.outcomes, probabilities, part=parts).to_dicts()),
        **facts,
    )
    tested = held_out.table.with_columns(probability=pl.Series(probabilities)).drop(GROUP, CASE, ROW, PART)
    return Trained(card, model if card.usable else None, tested)


def _rates_within(held_out: Rows, within: str | None) -> tuple[tuple[float, float], ...]:
    """The share of the held-out rows with the outcome, for each number in `within`; empty where nothing is told apart."""
    if within is None:
        return ()
    number, hit = pl.col(within).cast(pl.Float64), pl.col(held_out.outcome).cast(pl.Float64).mean()
    return tuple(held_out.table.drop_nulls(within).group_by(number.alias("number")).agg(rate=hit).sort("number").rows())
