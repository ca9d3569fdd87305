"""May the churn model be used, and how do we know?"""

from datetime import date
from typing import Any

import polars as pl

from language import mark, tr
from language.formats import sentences
from models.card import Card, Curve, Score
from models.features import as_counted
from reports.customers.churn_limits import cannot_say
from reports.customers.model_words import of_card
from reports.customers.risk import StandingModel, churn_risk, standing_model
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.units import schema_of

NONE_YET = mark("No churn model has been trained on what was known then. Train one on the page Churn model, or with python cli.py train.")
OUTDATED = mark(
    "An import that this model learned from has been undone since, so it is not used. "
    "Train again on the page Churn model, or with python cli.py train."
)
UNLIMITED = mark(
    "This model was trained before probabilities were held to what had been tried, so it may say 100 % of an account that is like none "
    "before it. Train again on the page Churn model, or with python cli.py train."
)
COLUMNS = {
    "section": "text", "name": "text", "auc": "number", "auc_low": "number", "auc_high": "number", "beats_by": "number", "lift": "number",
    "brier": "number", "log_loss": "number", "predicted": "ratio", "observed": "ratio", "slope": "number", "intercept": "number",
    "rows": "count", "outcomes": "count", "kept": "count", "first": "day", "last": "day", "note": "text",
    "value": "number", "value_low": "number", "value_high": "number", "capacity": "count",
}  # fmt: skip
TOTALS = {
    "verdict": "text", "words": "text", "model_version": "text", "trained_as_of": "day", "chosen": "text", "outcomes": "count",
    "kept": "count", "held_out_outcomes": "count", "auc": "number", "lift": "number", "brier": "number", "base_rate_brier": "number",
    "slope": "number", "intercept": "number", "warnings": "text", "accounts_ahead": "count", "ahead_low": "ratio", "ahead_middle": "ratio",
    "ahead_high": "ratio", "slope_low": "number", "slope_high": "number", "limit_low": "ratio", "limit_high": "ratio",
    "predicted": "ratio", "observed": "ratio", "capacity": "count", "drift_on": "day",
}  # fmt: skip


def _churn_model(look: Look, question: Question) -> Answer:
    """The card of the newest churn model: one row per stretch of time, candidate, model, baseline and reliability bin.

    section: verdict, data, candidate, model, rival (a baseline), input (what one input is worth alone), reliability, warning; measure
    (value with its range, for a capacity where it depends on how many accounts the team can call in a month), quarter and segment (auc is
    null where there are too few to say), curve (of each input that moves odds, the weightiest first; value: log odds against the average
    look where the input is value_low, in its own unit; of a change the share of what was before), drift (value:
    population stability index of an input since training; value_high: twice what chance makes of it), cannot_say. All is measured among
    looks from the same number of days ahead, then averaged. auc with the range that holds 95 % of resampled ones; beats_by: the least by
    which the model beats a baseline; predicted and observed: mean probability and rate of a fifth of the held-out rows.
    outcomes and kept are counted in renewals lost and kept, however often each was looked at. Totals: the key
    figures; predicted and observed on average over all held-out rows; the range of the slope in 95 of 100 such samples; the lowest and the
    highest probability that the model ever gives; and of accounts_ahead accounts the lowest, middle and highest probability that is said
    now: all near each other warn of nobody. Without a model, and for a viewer without accounts, there are no rows. The card is the
    model's, so it is the same for all viewers.
    """
    model, nobody = standing_model(look.view, look.day), look.view.accounts().is_empty()
    rows = [] if nobody or model is None else card_rows(model.card)
    totals = {} if nobody else _key_figures(model) | _spread(look)
    return Answer(pl.DataFrame(rows, schema=schema_of(COLUMNS), orient="row"), totals, (str(totals["words"]),) if totals else ())


def _spread(look: Look) -> dict[str, Any]:
    """How far apart the probabilities are that the model in use says of the accounts in scope now; null where it says none."""
    said = churn_risk(look.view, look.day)["churn_probability"]
    spread = {"ahead_low": said.min(), "ahead_middle": said.median(), "ahead_high": said.max()}
    return spread | {"accounts_ahead": len(said) or None}


def _key_figures(model: StandingModel | None) -> dict[str, Any]:
    if model is None:
        return dict.fromkeys(TOTALS) | {"verdict": "not_trained", "words": tr(NONE_YET)}
    card, held_out = model.card, model.card.splits[-1].outcomes if model.card.splits else 0
    (slope_low, slope_high), (limit_low, limit_high) = card.slope_range or (None, None), card.limits or (None, None)
    said = ("outdated", tr(OUTDATED)) if model.outdated else (str(card.verdict), of_card(card.words))
    predicted, observed = card.on_average or (None, None)
    warnings = [*map(of_card, card.warnings), *([tr(UNLIMITED)] if card.usable and card.limits is None else [])]
    return {name: getattr(card.model, name, None) for name in ("auc", "lift", "brier")} | {
        "verdict": said[0], "words": said[1],
        "model_version": model.version, "trained_as_of": model.trained_as_of, "chosen": card.chosen,
        "outcomes": card.outcomes, "kept": card.kept, "held_out_outcomes": held_out,
        "base_rate_brier": card.baselines[0].brier if card.baselines else None,
        "slope": card.slope, "intercept": card.intercept, "warnings": sentences(*warnings) or None,
        "slope_low": slope_low, "slope_high": slope_high, "limit_low": limit_low, "limit_high": limit_high,
        "predicted": predicted, "observed": observed, "capacity": card.capacity, "drift_on": _day(card.drift_on or ""),
    }  # fmt: skip


def card_rows(card: Card) -> list[dict[str, Any]]:
    """The card as rows of the report."""
    counts = {"rows": card.rows, "outcomes": card.outcomes, "kept": card.kept}
    rows: list[dict[str, Any]] = [{"section": "verdict", "name": str(card.verdict), "note": of_card(card.words), **counts}]
    for split in card.splits:
        days = {"first": _day(split.start), "last": _day(split.end)}
        rows.append({"section": "data", "name": split.name, "rows": split.rows, "outcomes": split.outcomes, "kept": split.kept, **days})
    rows.append({"section": "data", "name": "not yet certain when the test began", "rows": card.embargoed})
    rows += [_score("candidate", score) for score in card.candidates]
    if card.model:
        rows.append(_score("model", card.model) | {"name": card.chosen, "slope": card.slope, "intercept": card.intercept})
    rows += [_score("rival", score) for score in card.baselines]
    rows += [_score("input", score) for score in card.alone]
    rows += [{"section": "reliability", "name": f"fifth {number}", **found} for number, found in enumerate(card.reliability, start=1)]
    rows += _in_depth(card)
    rows += [{"section": "warning", "name": "warning", "note": of_card(words)} for words in card.warnings]
    return [dict.fromkeys(COLUMNS) | row for row in rows]


def _in_depth(card: Card) -> list[dict[str, Any]]:
    """Measures with their ranges, quarters and segments, curves, drift, and what cannot be said."""
    rows: list[dict[str, Any]] = [
        {"section": "measure", "name": one.name, "value": one.value, "value_low": one.low, "value_high": one.high, "capacity": one.capacity}
        for one in card.measures
    ]
    rows += [
        {
            "section": one.by, "name": one.value, "rows": one.rows, "outcomes": one.outcomes, "kept": one.kept, "predicted": one.predicted,
            "observed": one.observed, "auc": one.auc, "auc_low": one.low, "auc_high": one.high,
            "note": tr("too few to say") if one.auc is None else None,
        }
        for one in card.slices
    ]  # fmt: skip
    rows += [row for curve in card.curves for row in _points(curve)]
    rows += [{"section": "drift", "name": one.name, "value": one.psi, "value_high": 2 * one.by_chance} for one in card.drift]
    return rows + [{"section": "cannot_say", "note": words} for words in cannot_say(card)]


def _points(curve: Curve) -> list[dict[str, Any]]:
    """value: log odds against the average look; value_low: of the input there, in its own unit (of a change: the share of what was before),
    null where it is not known."""
    told = [(as_counted(curve.name, at), effect) for at, effect in curve.points]
    missing = [] if curve.missing is None else [(None, curve.missing)]
    return [{"section": "curve", "name": curve.name, "value": effect, "value_low": at} for at, effect in [*told, *missing]]


def _score(section: str, score: Score) -> dict[str, Any]:
    return {
        "section": section, "name": score.name, "auc": score.auc, "auc_low": score.low, "auc_high": score.high,
        "beats_by": score.margin_low, "lift": score.lift, "brier": score.brier, "log_loss": score.log_loss, "note": _noted(score),
    }  # fmt: skip


def _noted(score: Score) -> str | None:
    return of_card(score.note) if score.note else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


churn_model = Definition("churn-model", mark("Churn model"), COLUMNS, _churn_model, TOTALS, opens=opened)
