"""Bands that somebody gave an account for a time, whatever its measures say."""

from collections.abc import Sequence
from datetime import date

import polars as pl

SEEN = ["account_id", "day"]
HOLDS, TO_COME, ENDED, WITHDRAWN, UNKNOWN_BAND = STATES = ("holds", "to_come", "ended", "withdrawn", "unknown_band")


def state_on(day: pl.Expr, bands: Sequence[str]) -> pl.Expr:
    """What a row of score_overrides is on a day: withdrawn, ended (its last day has passed), to_come, unknown_band (the score has no such
    band any more, so that it has no effect), or holds."""
    return (
        pl.when(pl.col("withdrawn_on") <= day).then(pl.lit(WITHDRAWN))
        .when(pl.col("ends_on") <= day).then(pl.lit(ENDED))
        .when(pl.col("starts_on") > day).then(pl.lit(TO_COME))
        .when(~pl.col("band").is_in(list(bands))).then(pl.lit(UNKNOWN_BAND))
        .otherwise(pl.lit(HOLDS))
    )  # fmt: skip


def by_score() -> pl.Expr:
    """The band that scores make, whatever somebody set: for what tests the score on what became of accounts. Of rows of `overridden`."""
    return pl.when(pl.col("set_by").is_not_null()).then("own_band").otherwise("band").alias("band")


def states(overrides: pl.DataFrame, bands: Sequence[str], day: date) -> pl.DataFrame:
    """The rows with their `state` on a day, those that hold first, then by the day on which they end, the latest first."""
    told = overrides.with_columns(state=state_on(pl.lit(day), bands))
    return told.sort(pl.col("state") != HOLDS, "ends_on", "override_id", descending=[False, True, False])


def overridden(scored: pl.LazyFrame, overrides: pl.LazyFrame, bands: Sequence[str]) -> pl.LazyFrame:
    """Scores with the bands that were given by hand: the score stays, the band is theirs, also where the score is little known or capped.

    scored: account_id, day, band, and more. overrides: rows of score_overrides; of several that hold on a day the one that was written last
    counts. Adds own_band (what the band would be), set_by, set_reason and set_until (the day from which it holds no more), all null where
    nothing is set.
    """
    # Rows of a day are few: only accounts with a row are looked at.
    given = overrides.select("account_id", "starts_on", "ends_on", "withdrawn_on", "band", "owner", "reason", "override_id", "batch")
    ours = scored.select(SEEN).join(given, on="account_id").filter(state_on(pl.col("day"), bands) == HOLDS)
    last = ours.sort("batch", "override_id", descending=True).unique(SEEN, keep="first", maintain_order=True)
    told = last.select(*SEEN, set_band="band", set_by="owner", set_reason="reason", set_until="ends_on")
    joined = scored.join(told, on=SEEN, how="left")
    given_band = pl.col("set_band").is_not_null()
    return joined.with_columns(own_band=pl.when(given_band).then("band"), band=pl.coalesce("set_band", "band")).drop("set_band")
