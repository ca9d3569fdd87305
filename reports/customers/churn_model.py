"""May the churn model be used, and how do we know?"""

from datetime import date

import polars as pl

from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from models.card import Card, Score
from reports.customers.risk import StandingModel, standing_model
from reports.parameters import as_of, printed
from reports.report import Question, Report

NONE_YET = "No churn model has been trained on what was known then. Train one: python cli.py train."
OUTDATED = "An import that this model learned from has been undone since, so it is not used. Train again: python cli.py train."
SCHEMA = {
    "section": pl.String, "name": pl.String, "auc": pl.Float64, "auc_low": pl.Float64, "auc_high": pl.Float64, "beats_by": pl.Float64,
    "lift": pl.Float64, "brier": pl.Float64, "log_loss": pl.Float64, "predicted": pl.Float64, "observed": pl.Float64, "slope": pl.Float64,
    "intercept": pl.Float64, "rows": pl.Int64, "outcomes": pl.Int64, "kept": pl.Int64, "first": pl.Date, "last": pl.Date, "note": pl.String,
}  # fmt: skip
UNITS = {
    "section": "text", "name": "text", "auc": "number", "auc_low": "number", "auc_high": "number", "beats_by": "number", "lift": "number",
    "brier": "number", "log_loss": "number", "predicted": "ratio", "observed": "ratio", "slope": "number", "intercept": "number",
    "rows": "count", "outcomes": "count", "kept": "count", "first": "day", "last": "day", "note": "text",
}  # fmt: skip
TOTALS = {
    "verdict": "text", "words": "text", "model_version": "text", "trained_as_of": "day", "chosen": "text", "outcomes": "count",
    "kept": "count", "held_out_outcomes": "count", "auc": "number", "lift": "number", "brier": "number", "base_rate_brier": "number",
    "slope": "number", "intercept": "number",
}  # fmt: skip


def churn_model(store: Store, viewer: Viewer, question: Question) -> Report:
    """The card of the newest churn model: one row per stretch of time, candidate, model, baseline and reliability bin.

    section: verdict, data, candidate, model, baseline, reliability. auc with the range that holds 95 % of resampled ones; beats_by:
    the least by which the model beats a baseline; predicted and observed: mean probability and rate of a fifth of the held-out rows.
    outcomes and kept are counted in renewals lost and kept, however often each was looked at. Totals: the key figures. Without
    a model, and for a viewer without accounts, there are no rows. The card is the model's, so it is the same for all viewers.
    """
    with View(store, viewer, question.known_at, question.filters) as view:
        day = as_of(view, question)
        model = standing_model(view, day)
        parameters, version = printed(view, viewer, question, day), view.data_version
        nobody = view.accounts().is_empty()
    rows = [] if nobody or model is None else card_rows(model.card)
    totals = {} if nobody else _key_figures(model)
    notes = (totals["words"],) if totals else ()
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    return Report("churn-model", "Churn model", parameters, question.rules, "", version, frame, totals, UNITS | TOTALS, notes)


def _key_figures(model: StandingModel | None) -> dict[str, object]:
    if model is None:
        return dict.fromkeys(TOTALS) | {"verdict": "not_trained", "words": NONE_YET}
    card, held_out = model.card, model.card.splits[-1].outcomes if model.card.splits else 0
    tried = (
        {"auc": card.model.auc, "lift": card.model.lift, "brier": card.model.brier}
        if card.model
        else dict.fromkeys(("auc", "lift", "brier"))
    )
    return tried | {
        "verdict": "outdated" if model.outdated else str(card.verdict),
        "words": OUTDATED if model.outdated else card.words,
        "model_version": model.version,
        "trained_as_of": model.trained_as_of,
        "chosen": card.chosen,
        "outcomes": card.outcomes,
        "kept": card.kept,
        "held_out_outcomes": held_out,
        "base_rate_brier": card.baselines[0].brier if card.baselines else None,
        "slope": card.slope,
        "intercept": card.intercept,
    }


def card_rows(card: Card) -> list[dict[str, object]]:
    """The card as rows of the report."""
    rows = [
        {
            "section": "verdict",
            "name": str(card.verdict),
            "rows": card.rows,
            "outcomes": card.outcomes,
            "kept": card.kept,
            "note": card.words,
        }
    ]
    for split in card.splits:
        days = {"first": _day(split.start), "last": _day(split.end)}
        rows.append({"section": "data", "name": split.name, "rows": split.rows, "outcomes": split.outcomes, "kept": split.kept, **days})
    rows.append({"section": "data", "name": "not yet certain when the test began", "rows": card.embargoed})
    rows += [_score("candidate", score) for score in card.candidates]
    if card.model:
        rows.append(_score("model", card.model) | {"name": card.chosen, "slope": card.slope, "intercept": card.intercept})
    rows += [_score("rival", score) for score in card.baselines]
    rows += [{"section": "reliability", "name": f"fifth {number}", **found} for number, found in enumerate(card.reliability, start=1)]
    return [dict.fromkeys(SCHEMA) | row for row in rows]


def _score(section: str, score: Score) -> dict[str, object]:
    return {
        "section": section, "name": score.name, "auc": score.auc, "auc_low": score.low, "auc_high": score.high,
        "beats_by": score.margin_low, "lift": score.lift, "brier": score.brier, "log_loss": score.log_loss, "note": score.note or None,
    }  # fmt: skip


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
