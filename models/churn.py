"""An estimator of a binary outcome from any feature table with a time column, that says no when it has too little to go on.

It needs nothing of the rest of Holdfast: give `train` a polars frame with one row per look at something (an account before its
renewal), say which columns are inputs, which is the outcome and which the time, and read the card. See docs/CHURN_MODEL.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from models import evaluation
from models.calibration import calibration, line_through
from models.candidates import CANDIDATES, Model, fitted, matrix, on_scale, raw_odds
from models.card import Card, Score, Split, Verdict
from models.time_order import Rows, folds, hold_out

LEAST_OUTCOMES, LEAST_HELD_OUT, LEAST_LEARNED = 30, 15, 10  # cases of the rarer kind: in all, held out, to learn from
SURE = 3.09  # standard errors above chance: one shuffled table in a thousand gets as far
BETTER = 1.645  # standard errors above a baseline: 95 % on one side
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
    baselines: Mapping[str, str] | None = None,
    named: tuple[str, str] = ("cases with the outcome", "without"),
    seed: int = 0,
) -> Trained:
    """Learn from earlier rows, try on later ones once, and say whether the result may be used.

    features: numeric or boolean columns, null where not known; nothing else enters. outcome: a boolean column; rows where it is
    null are left out. time: when a row was looked at (day, instant or number). matured: when its outcome was certain, in the
    same type (default: the time); what was not certain when the held-out time began is not learned from. group: rows that
    belong together, such as an account's (default: each on its own). case: what happened once however often it was looked at
    (default: each row); outcomes are counted in cases. baselines: words -> column whose higher values mean more risk; null there
    counts as the middle. named: what cases with and without the outcome are called in the card's words.
    Raises ValueError for a column that is not there, or an input that is outcome, time, matured or case.
    """
    rows = _prepared(table, features, outcome, time, matured, group, case, baselines or {})
    learn, held_out, embargoed = hold_out(rows) if rows.rarer() else (rows, rows.where(pl.lit(False)), 0)
    counts: dict[str, Any] = {"outcomes": rows.cases(True), "kept": rows.cases(False), "rows": rows.table.height, "embargoed": embargoed}
    counts["splits"] = (_split("learned from", learn), _split("held out", held_out))
    refused = _too_few(rows, learn, held_out, named)
    inputs = _telling_inputs(learn, features)
    if refused is None and not inputs:
        refused = Verdict.NOTHING_TO_LEARN_FROM, "No input has two different values, so there is nothing to learn from."
    if refused is None and (told := _knows_the_outcome(learn, inputs)):
        refused = (
            Verdict.KNOWS_THE_OUTCOME,
            f"The input {told} alone tells almost every outcome, so it was most likely written afterwards. Leave it out.",
        )
    if refused is not None:
        return Trained(Card(*refused, inputs=tuple(inputs), **counts), None, table.clear())
    return _tried(learn, held_out, inputs, baselines or {}, named, counts, seed)


GROUP, CASE, ROW = "_group", "_case", "_row"


def _prepared(table: pl.DataFrame, features, outcome, time, matured, group, case, baselines) -> Rows:
    needed = [*features, outcome, time, *(name for name in (matured, group, case) if name), *baselines.values()]
    for name in needed:
        if name not in table.columns:
            raise ValueError(f"{name}: the table has no such column. Columns: {', '.join(table.columns)}.")
    for name in features:
        if name in (outcome, time, matured, case):
            raise ValueError(f"{name}: is no input; it says when, or what came of it.")
    known = table.filter(pl.col(outcome).is_not_null(), pl.col(time).is_not_null()).with_columns(pl.col(outcome).cast(pl.Boolean))
    numbered = known.with_row_index(ROW).with_columns(
        pl.col(group or ROW).cast(pl.String).alias(GROUP), pl.col(case or ROW).cast(pl.String).alias(CASE)
    )
    return Rows(numbered.sort(time, ROW), outcome, time, matured or time, CASE)


def _split(name: str, rows: Rows) -> Split:
    times = rows.table[rows.time]
    first, last = ("", "") if times.is_empty() else (str(times.min()), str(times.max()))
    return Split(name, first, last, len(times), int(rows.outcomes.sum()), rows.cases(False), rows.cases(True))


def _counted(rows: Rows, named: tuple[str, str]) -> str:
    return f"{rows.cases(True):,} {named[0]} and {rows.cases(False):,} {named[1]}"


def _too_few(rows: Rows, learn: Rows, held_out: Rows, named: tuple[str, str]) -> tuple[Verdict, str] | None:
    """The verdict and its words where there is too little history; None where there is enough."""
    few, rest = rows.rarer(), _counted(rows, named)
    if few < LEAST_OUTCOMES:
        return (
            Verdict.TOO_FEW_OUTCOMES,
            f"There are {rest} to learn from. With fewer than {LEAST_OUTCOMES} of either, a model would learn chance, so none was made.",
        )
    if held_out.rarer() < LEAST_HELD_OUT:
        return (
            Verdict.TOO_FEW_HELD_OUT,
            f"There are {rest}, of which {held_out.rarer()} of the rarer kind lie in the time held out for testing. "
            f"With fewer than {LEAST_HELD_OUT} the test would prove nothing, so no model was made.",
        )
    if learn.rarer() < LEAST_LEARNED or not folds(learn):
        return (
            Verdict.TOO_FEW_TO_LEARN,
            f"There are {rest}, but only {learn.rarer()} of the rarer kind were certain before the test began. "
            f"With fewer than {LEAST_LEARNED} there is too little to learn from, so no model was made.",
        )
    return None


def _telling_inputs(learn: Rows, features: Sequence[str]) -> list[str]:
    """Inputs that have at least two values, missing being one, in what is learned from."""
    return [name for name in features if learn.table[name].n_unique() > 1]


def _knows_the_outcome(learn: Rows, inputs: Sequence[str]) -> str | None:
    """The first input that by its value or by its being missing sets almost all outcomes apart; None where there is none."""
    for name, values in zip(inputs, matrix(learn.table, inputs).T, strict=True):
        middle = np.where(np.isnan(values), np.nanmedian(values) if not np.isnan(values).all() else 0.0, values)
        for score in (middle, np.isnan(values).astype(float)):
            told = evaluation.auc(learn.outcomes, score)
            if max(told, 1 - told) > TELLS_ALL:
                return name
    return None


def _tried(learn: Rows, held_out: Rows, inputs: list[str], baselines: Mapping[str, str], named, counts: dict, seed: int) -> Trained:
    """Choose on earlier time, fit on all that may be learned from, and look at the held-out time once."""
    compared = {name: _compared(name, learn, inputs) for name in CANDIDATES}
    chosen = _simplest_of_the_best({name: losses for name, (_, losses, _, _) in compared.items()})
    _, _, slope, intercept = compared[chosen]
    estimator = fitted(chosen, matrix(learn.table, inputs), learn.outcomes)
    model = Model(estimator, slope, intercept, tuple(inputs))
    probabilities = model.probabilities(held_out.table)
    score, against = _judged(held_out, probabilities, learn.outcomes.mean(), baselines, seed)
    verdict, words = _verdict(score, against, _counted(held_out, named))
    found_slope, found_intercept = calibration(held_out.outcomes, probabilities)
    card = Card(
        verdict,
        words,
        chosen=chosen,
        inputs=tuple(inputs),
        candidates=tuple(found for found, *_ in compared.values()),
        model=score,
        baselines=tuple(against),
        slope=found_slope,
        intercept=found_intercept,
        reliability=tuple(evaluation.reliability(held_out.outcomes, probabilities).to_dicts()),
        **counts,
    )
    tested = held_out.table.with_columns(probability=pl.Series(probabilities)).drop(GROUP, CASE, ROW)
    return Trained(card, model if card.usable else None, tested)


def _simplest_of_the_best(losses: Mapping[str, np.ndarray]) -> str:
    """The first candidate (they stand in order of simplicity) that is within one standard error of the best.

    Source: Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 7.10.
    """
    best = min(losses, key=lambda name: losses[name].mean())
    for name, each in losses.items():
        further = each - losses[best]
        if further.mean() <= further.std() / np.sqrt(len(further)):
            return name
    return best


def _compared(name: str, learn: Rows, inputs: list[str]) -> tuple[Score, np.ndarray, float, float]:
    """How a candidate did on each later stretch after learning from what came before, row by row; and the scale that suits its odds."""
    odds, outcomes = [], []
    for before, after in folds(learn):
        known = _telling_inputs(before, inputs)
        estimator = fitted(name, matrix(before.table, known), before.outcomes)
        odds.append(raw_odds(estimator, matrix(after.table, known)))
        outcomes.append(after.outcomes)
    odds, outcomes = np.concatenate(odds), np.concatenate(outcomes)
    slope, intercept = _scale(odds, outcomes)
    scaled = on_scale(odds, slope, intercept)
    losses, squared = evaluation.surprises(outcomes, scaled), evaluation.brier(outcomes, scaled)
    return Score(name, evaluation.auc(outcomes, odds), brier=squared, log_loss=float(losses.mean())), losses, slope, intercept


def _scale(odds: np.ndarray, outcomes: np.ndarray) -> tuple[float, float]:
    """Platt's slope and intercept; a slope below nothing is none: the odds then say nothing, and the rate is what remains."""
    if len(np.unique(outcomes)) < 2:
        return 1.0, 0.0
    slope, intercept = line_through(odds, outcomes)
    if slope > 0:
        return slope, intercept
    return 0.0, float(evaluation.log_odds(np.array([outcomes.mean()]))[0])


def _judged(held_out: Rows, probabilities: np.ndarray, rate: float, baselines: Mapping[str, str], seed: int) -> tuple[Score, list[Score]]:
    """The model's score on the held-out time, and each baseline's with the least by which the model beats it."""
    outcomes, table = held_out.outcomes, held_out.table
    scores = {"model": probabilities} | {words: _middle_for_missing(table[column]) for words, column in baselines.items()}
    draws = evaluation.resampled_auc(outcomes, scores, table[GROUP].to_numpy(), seed=seed)
    low, high = np.quantile(draws["model"], [0.025, 0.975])
    area, squared = evaluation.auc(outcomes, probabilities), evaluation.brier(outcomes, probabilities)
    loss, top = float(evaluation.surprises(outcomes, probabilities).mean()), evaluation.lift(outcomes, probabilities)
    model = Score("model", area, float(low), float(high), top, squared, loss)
    flat = np.full(len(outcomes), rate)
    against = [
        Score(
            "base rate", 0.5, lift=1.0, brier=evaluation.brier(outcomes, flat), log_loss=float(evaluation.surprises(outcomes, flat).mean()),
            margin_low=float(area - 0.5 - SURE * draws["model"].std()),
        )
    ]  # fmt: skip
    for words, column in baselines.items():
        own = evaluation.auc(outcomes, scores[words])
        margin = area - own - BETTER * (draws["model"] - draws[words]).std()
        missing = table[column].null_count()
        note = f"not known for {missing} of {table.height} rows" if missing else ""
        top = evaluation.lift(outcomes, scores[words])
        against.append(
            Score(words, own, *map(float, np.quantile(draws[words], [0.025, 0.975])), lift=top, margin_low=float(margin), note=note)
        )
    return model, against


def _middle_for_missing(column: pl.Series) -> np.ndarray:
    values = column.cast(pl.Float64)
    return values.fill_null(values.median() if values.null_count() < len(values) else 0.0).to_numpy()


def _verdict(model: Score, baselines: Sequence[Score], held_out: str) -> tuple[Verdict, str]:
    base = baselines[0]
    unbeaten = [baseline.name for baseline in baselines if baseline.margin_low is None or not baseline.margin_low > 0]
    tried = f"On {held_out} in later time"
    if unbeaten or model.brier is None or base.brier is None or not model.brier < base.brier:
        names = ", ".join(f"“{name}”" for name in unbeaten) or "the base rate as a probability"
        return (
            Verdict.NO_BETTER_THAN_BASELINES,
            f"{tried} the model (AUC {model.auc:.2f}, {model.low:.2f} to {model.high:.2f}) did not beat {names} by more than chance "
            "allows, so it is not used.",
        )
    return (
        Verdict.USABLE,
        f"{tried} the model told the two apart with an AUC of {model.auc:.2f} ({model.low:.2f} to {model.high:.2f}); "
        f"the outcome was {model.lift:.1f} times as frequent in the tenth that it thought most at risk as on average.",
    )
