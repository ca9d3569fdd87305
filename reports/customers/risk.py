"""What the churn model that stands says about each account; nothing, where there is none that may be used."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from data.store.view import View
from metrics.health import LITTLE_KNOWN
from models.card import Card
from reports.customers.model_words import reason

RISKY_LIFT = 2  # times the average from which a predicted loss counts as a risk
NOTICE, MODEL, HEALTH = "notice", "model", "health"
FRESH_DAYS = 45  # older than that, a prediction is not of this day any more
SCHEMA = {
    "account_id": pl.String, "churn_probability": pl.Float64, "reasons": pl.List(pl.String), "due_on": pl.Date, "predicted_on": pl.Date,
    "model_version": pl.String, "likely": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True)
class StandingModel:
    """The newest model trained on or before a day. outdated: an import that it learned from does not stand any more; learned_from: the
    batches that stood, with commas between."""

    version: str
    trained_as_of: date
    card: Card
    outdated: bool
    learned_from: str = ""

    @property
    def in_use(self) -> bool:
        return self.card.usable and not self.outdated


def standing_model(view: View, day: date | None) -> StandingModel | None:
    """The newest churn model as of a day and as known in the view; None where none was trained."""
    trained = view.table("churn_models").filter(pl.col("trained_as_of") <= (day or date(1970, 1, 1))).sort("trained_as_of", "batch")
    if trained.is_empty():
        return None
    last = trained.row(-1, named=True)
    learned_from = {int(batch) for batch in (last["learned_from"] or "").split(",") if batch}
    outdated = not learned_from <= set(view.standing)
    return StandingModel(last["model_version"], last["trained_as_of"], Card.from_json(last["card"]), outdated, last["learned_from"] or "")


def churn_risk(view: View, day: date | None) -> pl.DataFrame:
    """One row per account in scope: account_id, churn_probability (0 to 1) of its next renewal or within 90 days (due_on), reasons,
    predicted_on, model_version, likely (RISKY_LIFT times as likely as losses were, looked at from as far, in the time that the model was
    tested on). Empty where no model may be used, and without predictions older than FRESH_DAYS.
    """
    model = standing_model(view, day)
    if model is None or not model.in_use:
        return pl.DataFrame(schema=SCHEMA)
    age = (pl.lit(day) - pl.col("as_of")).dt.total_days()
    said = view.table("predictions").filter(
        pl.col("purpose") == "outlook", pl.col("model_version") == model.version, age.is_between(0, FRESH_DAYS), pl.col("due_on") > day
    )
    newest = said.sort("as_of").unique("account_id", keep="last", maintain_order=True)
    told = [[reason(one) for one in (kept or "").split("\n") if one] for kept in newest["reasons"]]
    reasons = pl.Series("reasons", told, dtype=pl.List(pl.String))
    likely = pl.col("probability") >= RISKY_LIFT * model.card.rates_of(pl.col("lead_days"))
    return newest.with_columns(reasons, churn_probability="probability", predicted_on="as_of", likely=likely).select(*SCHEMA)


def with_risk(rows: pl.DataFrame, lowest: str) -> pl.DataFrame:
    """The rows with their one stated risk: at_risk, risk (0 to 1) and risk_from.

    rows: notice (whether it is given), churn_probability and likely (see churn_risk), score, band. risk: 1 where notice is given, else
    the model's probability, else what is missing from a health of 100 (none where that is little known); risk_from says which. at_risk:
    notice is given, health is in its lowest band, or the model thinks a loss likely.
    """
    notice, known = pl.col("notice").fill_null(False), pl.col("band").ne_missing(LITTLE_KNOWN)
    by_health = pl.when(known).then(1 - pl.col("score") / 100)
    source = (
        pl.when(notice).then(pl.lit(NOTICE))
        .when(pl.col("churn_probability").is_not_null()).then(pl.lit(MODEL))
        .when(by_health.is_not_null()).then(pl.lit(HEALTH))
    )  # fmt: skip
    return rows.with_columns(
        at_risk=notice
        | (pl.col("band") == lowest).fill_null(False)
        | (pl.col("likely") & pl.col("churn_probability").is_not_null()).fill_null(False),
        risk=pl.when(notice).then(1.0).otherwise(pl.coalesce("churn_probability", by_health)),
        risk_from=source,
    )
