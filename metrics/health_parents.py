"""The health of a company that is several accounts: the scores of these, weighed by what they pay, or each alike."""

import polars as pl

from metrics.health import DIGITS, LITTLE_KNOWN, band
from metrics.scorecard import Scorecard

BASES = ("arr", "count")


def rolled_up(members: pl.LazyFrame, card: Scorecard) -> pl.LazyFrame:
    """One row per parent, by the accounts that are customers among it and those below it.

    members: top, account_id, name, score, band, known_weight (as the report of health has them), arr (cents; null where it cannot be told).
    A score counts where it is there and not little known. score_by_arr: mean of these, weighed by ARR, null where they pay nothing or
    ARR of one cannot be told; score_by_count: each alike. known_by_arr, known_by_count: the share of ARR, and of the accounts, whose score
    counts; band_by_arr, band_by_count: LITTLE_KNOWN where that share is smaller than least_known, null without a score. customers, scored:
    how many there are, and how many count. lowest, lowest_name, lowest_score: the account whose score is the lowest. in_lowest_band: how
    many are in the lowest band, by score or exception. Returns top and these columns with arr (of all of them).
    """
    counts = pl.col("score").is_not_null() & (pl.col("band") != LITTLE_KNOWN) & (pl.col("known_weight") >= card.least_known)
    told = members.with_columns(counts=counts.fill_null(False)).with_columns(own=pl.when("counts").then("score"))
    worst = told.filter("counts").sort("own", "account_id").group_by("top", maintain_order=True).first()
    whole_arr, known_arr = pl.col("arr").sum(), pl.col("arr").filter("counts").sum()
    is_known = pl.col("arr").null_count() == 0
    rows = told.group_by("top").agg(
        customers=pl.len().cast(pl.Int64), scored=pl.col("counts").sum().cast(pl.Int64), arr=pl.when(is_known).then(whole_arr),
        score_by_arr=pl.when(is_known & (known_arr > 0)).then((pl.col("own") * pl.col("arr")).sum() / known_arr),
        score_by_count=pl.col("own").mean(),
        known_by_arr=pl.when(is_known & (whole_arr > 0)).then(known_arr / whole_arr),
        known_by_count=pl.col("counts").mean(),
        in_lowest_band=(pl.col("band") == card.bands[0][0]).sum().cast(pl.Int64),
    )  # fmt: skip
    rounded = rows.with_columns(pl.col("score_by_arr", "score_by_count").round(DIGITS))
    banded = rounded.with_columns(_band(base, card).alias(f"band_by_{base}") for base in BASES)
    return banded.join(worst.select("top", lowest="account_id", lowest_name="name", lowest_score="own"), on="top", how="left")


def _band(base: str, card: Scorecard) -> pl.Expr:
    score, known = pl.col(f"score_by_{base}"), pl.col(f"known_by_{base}")
    little = score.is_not_null() & (known < card.least_known)
    return pl.when(little).then(pl.lit(LITTLE_KNOWN)).otherwise(band(score, card.bands))
