"""The churn model of accounts: what it looks at, what is known of an account without any model, and which inputs bookkeeping writes."""

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from metrics.grace import FAR
from metrics.months import DAYS_IN_MONTH
from models.churn import Trained, train
from models.depth import CAPACITY, Asked
from models.features import FIRST, INPUTS, features
from models.history import History
from models.observations import LEADS, outlook

TENURES = (3, 6, 9, 12, 15, 18, 24, 30, 36, 48, 60)  # months from which on an account is of the next tenure
# What an account's contract says by itself. A model has to beat the rate by each of them, and by all of them together.
KNOWN = {
    "rate by term": ["trait_term"],
    "rate by tenure": ["trait_tenure"],
    "rate by calendar month": ["trait_month"],
    "rate by plan": ["trait_plan"],
}
SAID = {
    "account_id": pl.String, "as_of": pl.Date, "due_on": pl.Date, "lead_days": pl.Int64, "kind": pl.String, "term_days": pl.Int64,
    "probability": pl.Float64, "verdict": pl.String,
}  # fmt: skip
BOOKKEEPING = (
    "tenure_log", "mrr_log", "mrr_change", "price_per_seat_log", "lines", "term_months", "lead_days", "season_sin", "season_cos",
    "peers_lost", "mrr_year_change", "price_year_change", "step_change", "renewed_log", "days_late", "renewed_change", "age_log",
)  # fmt: skip


def learned(
    looked: pl.DataFrame,
    lines: pl.DataFrame,
    *,
    baselines: Mapping[str, str],
    inputs: Sequence[str] = INPUTS,
    capacity: int = CAPACITY,
) -> Trained:
    """Train on observations with their features; lines: contract_lines of the accounts. inputs: those that are looked at. capacity: how
    many accounts the team can call in a month. Stability is told by segment, where looked has that column."""
    asked = Asked("mrr", capacity, {"segment": "segment"} if "segment" in looked.columns else {})
    return train(
        with_traits(looked, lines), features=inputs, baselines=baselines, known=KNOWN, bookkeeping=BOOKKEEPING,
        within="lead_days", first=FIRST, asked=asked,
        outcome="churned", time="as_of", matured="matured_on", group="account_id", case="case",
        named=("losses", "renewals kept"), named_one=("loss", "renewal kept"),
    )  # fmt: skip


def said_then(
    looked: pl.DataFrame, history: History, days: Sequence[date], *, baselines: Mapping[str, str], lead: int = max(LEADS)
) -> pl.DataFrame:
    """What a model would have said on days of the past of what lay within `lead` days ahead, each learned from what was certain by then.

    looked: observations with their features, as `learned` takes them. One model a day: whatever it says rests on that day's past alone.
    Returns account_id, as_of, due_on, lead_days, kind, term_days, probability (null where no model might have been used on that day, which
    verdict tells: that of models.card.Verdict). One row per account and day: its next renewal, or, without a term as long, itself; empty
    without days. What came of it: models.observations.with_outcomes.
    """
    return pl.concat([pl.DataFrame(schema=SAID), *(_said_on(day, looked, history, baselines, lead) for day in days)])


def _said_on(day: date, looked: pl.DataFrame, history: History, baselines: Mapping[str, str], lead: int) -> pl.DataFrame:
    found = learned(looked.filter(pl.col("matured_on") <= day), history.lines, baselines=baselines)
    rows = outlook(history.lines, as_of=day, lead=lead)
    said = found.model.probabilities(features(rows, history)) if found.model and rows.height else [None] * rows.height
    told = rows.with_columns(probability=pl.Series(said, dtype=pl.Float64), verdict=pl.lit(str(found.card.verdict)))
    return told.select(*SAID)


def with_traits(looked: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """The observations with trait_term (months, null without a term), trait_tenure (how many of TENURES are over), trait_month (in
    which the outcome falls) and trait_plan (the products paid for on the day, null where none is named)."""
    tenure = pl.col("tenure_days") / DAYS_IN_MONTH
    return looked.join(_plans(looked, lines), on=["account_id", "as_of"], how="left", maintain_order="left").with_columns(
        trait_term=(pl.col("term_days") / DAYS_IN_MONTH).round().cast(pl.Int64),
        trait_tenure=pl.sum_horizontal((tenure >= months).cast(pl.Int64) for months in TENURES),
        trait_month=pl.col("due_on").dt.month().cast(pl.Int64),
    )


def _plans(looked: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    at, paying = (
        looked.select("account_id", "as_of").unique(),
        lines.filter("paying").select("account_id", "product", "starts_on", "ends_on"),
    )
    live = at.lazy().join(paying.lazy(), on="account_id").filter(
        pl.col("starts_on") <= pl.col("as_of"), pl.col("as_of") < pl.col("ends_on").fill_null(FAR), pl.col("product").is_not_null()
    )  # fmt: skip
    return live.group_by("account_id", "as_of").agg(trait_plan=pl.col("product").unique().sort().str.join(" + ")).collect()
