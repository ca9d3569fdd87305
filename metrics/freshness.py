"""Is a feed as fresh as it usually is?"""

from datetime import date

import polars as pl

from metrics.usage import STOPPED_AFTER


def freshness(feeds: pl.LazyFrame, *, today: date) -> pl.LazyFrame:
    """Adds to feeds (covers_to, usual_gap_days) when more is expected and whether it came.

    expected_on: the last covered day plus twice the usual gap in days, since an export that covers a day comes after it; null
    where a feed covers no days, as is usual_gap_days then. state: fresh (not yet past that day), late, stopped (the last covered
    day lies more than STOPPED_AFTER usual gaps back, as in the usage report), no days (nothing to be late for). Source: house.
    """
    gap = pl.col("usual_gap_days").ceil().cast(pl.Int64)
    behind = (pl.lit(today) - pl.col("covers_to")).dt.total_days()
    expected = pl.col("covers_to") + pl.duration(days=2 * gap)
    state = (
        pl.when(pl.col("covers_to").is_null())
        .then(pl.lit("no days"))
        .when(behind > STOPPED_AFTER * pl.col("usual_gap_days"))
        .then(pl.lit("stopped"))
        .when(pl.lit(today) > expected)
        .then(pl.lit("late"))
        .otherwise(pl.lit("fresh"))
    )
    usual = pl.when(pl.col("covers_to").is_not_null()).then("usual_gap_days")
    return feeds.with_columns(expected_on=expected, state=state, usual_gap_days=usual)
