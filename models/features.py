"""What was known about an account on a day, in numbers: only rows on or before that day can enter."""

from dataclasses import dataclass

import polars as pl

from models.account_features import CONTRACT, SERVICE, contract_features, paid_from, service_features
from models.history import History
from models.usage_features import COLUMNS as USAGE
from models.usage_features import WEEKS_BACK, usage_features


@dataclass(frozen=True)
class Feature:
    """One input of the churn model: how it is made from the counts, and the words in which people read it.

    level: the count that it stands for; before: the count that it is compared with, for a change.
    """

    name: str
    title: str
    made: pl.Expr
    level: str
    before: str | None = None


def _log(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.Float64).log1p()


def _ratio(over: str, under: str) -> pl.Expr:
    return pl.when(pl.col(under) > 0).then(pl.col(over) / pl.col(under))


def _grown(name: str, title: str, before: str | None = None) -> Feature:
    """The logarithm of a count against its own past; one is added to both, so that a fall to nothing has a value."""
    before = before or f"{name}_before"
    return Feature(f"{name}_change", title, _log(name) - _log(before), name, before)


FEATURES = (
    Feature("weekly_actives_log", "weekly actives", _log("weekly_actives"), "weekly_actives"),
    _grown("weekly_actives", "weekly actives"),
    Feature("monthly_actives_log", "monthly actives", _log("monthly_actives"), "monthly_actives"),
    _grown("monthly_actives", "monthly actives"),
    Feature("actives_per_seat", "monthly actives per seat", _ratio("monthly_actives", "seats"), "actives_per_seat"),
    Feature("features_used", "features used", pl.col("features_used").cast(pl.Float64), "features_used"),
    _grown("features_used", "features used"),
    Feature("events_log", "events in four weeks", _log("events"), "events"),
    _grown("events", "events in four weeks"),
    Feature("active_days", "days in use of the last 28", pl.col("active_days").cast(pl.Float64), "active_days"),
    Feature("days_since_use_log", "days since the last use", _log("days_since_use"), "days_since_use"),
    Feature("tenure_log", "days as a customer", _log("tenure_days"), "tenure_days"),
    Feature("mrr_log", "MRR", _log("mrr"), "mrr"),
    _grown("mrr", "MRR against 90 days before"),
    Feature("price_per_seat_log", "MRR per seat", _ratio("mrr", "seats").log1p(), "price_per_seat"),
    Feature("seats_log", "seats", _log("seats"), "seats"),
    Feature("lines", "contract lines", pl.col("lines").cast(pl.Float64), "lines"),
    Feature("term_months", "months of the term", pl.coalesce("term_days", "last_term_days") / (365.25 / 12), "term_months"),
    Feature("lead_days", "days ahead", pl.col("lead_days").cast(pl.Float64), "lead_days"),
    Feature("tickets_log", "tickets in 90 days", _log("tickets"), "tickets"),
    Feature("tickets_open", "open tickets", pl.col("tickets_open").cast(pl.Float64), "tickets_open"),
    Feature("oldest_open_log", "days that the oldest ticket is open", _log("oldest_open_days"), "oldest_open_days"),
    Feature("csat", "CSAT", pl.col("csat"), "csat"),
    Feature("nps", "NPS score", pl.col("nps"), "nps"),
    Feature("conversation_log", "days since the last conversation", _log("days_since_conversation"), "days_since_conversation"),
)
INPUTS = tuple(feature.name for feature in FEATURES)
COUNTS = (*USAGE, *CONTRACT, *SERVICE)
USAGE_FELL = 0.25  # of the weekly actives of eight weeks ago: the rule of thumb that a model has to beat


def features(observations: pl.DataFrame, history: History) -> pl.DataFrame:
    """The observations with COUNTS (plain numbers, MRR in cents) and INPUTS (as the model takes them), all as of `as_of`.

    observations: account_id, as_of, lead_days, term_days (null where the account has no term). What is not known is null: a
    missing survey is no bad survey. Rows come back in their order. `usage_fell`: weekly actives are down by USAGE_FELL or
    more on eight weeks before; null where either is not known.
    """
    at = observations.select("account_id", "as_of").unique()
    counted = [usage_features(at, history, paid_from(history)), contract_features(at, history), service_features(at, history)]
    rows = observations.with_row_index("row_order")
    for part in counted:
        rows = rows.join(part, on=["account_id", "as_of"], how="left")
    fell = pl.col("weekly_actives") <= (1 - USAGE_FELL) * pl.col("weekly_actives_before")
    made = [feature.made.alias(feature.name) for feature in FEATURES if feature.name not in rows.columns]
    cast = [pl.col(name).cast(pl.Float64) for name in INPUTS if name in rows.columns]
    return (
        rows.with_columns(*made, usage_fell=fell & (pl.col("weekly_actives_before") > 0))
        .with_columns(cast)
        .sort("row_order")
        .drop("row_order")
    )


__all__ = ["COUNTS", "FEATURES", "INPUTS", "USAGE_FELL", "WEEKS_BACK", "Feature", "features"]
