"""How a health score did: what became of the accounts in each band."""

import polars as pl


def outcomes_by_band(scored: pl.LazyFrame, outcomes: pl.LazyFrame) -> pl.LazyFrame:
    """Churns per band, of accounts scored ahead of the day that decided.

    scored: account_id, day, score, band. outcomes: account_id, as_of (the day scored), churned. Observations without a score
    are left out. Returns band, observations, churned (counts), churn_rate (churned / observations); empty without any.
    """
    known = outcomes.join(scored, left_on=["account_id", "as_of"], right_on=["account_id", "day"]).filter(pl.col("score").is_not_null())
    counted = known.group_by("band").agg(observations=pl.len().cast(pl.Int64), churned=pl.col("churned").sum().cast(pl.Int64))
    return counted.with_columns(churn_rate=pl.col("churned") / pl.col("observations"))
