"""What would close a gap: the accounts that can still be moved, those first that add the most."""

import polars as pl

from metrics.renewal_calls import COMMIT, LOST

CLOSED, CLOSABLE, NOT_CLOSABLE, NOT_KNOWN, OVER = STATES = ("closed", "closable", "not_closable", "not_known", "over")


def movable(renewals: pl.LazyFrame) -> pl.LazyFrame:
    """The renewals that can still be moved, with adds: the cents that each adds to what is expected if all of it renews; the most first.

    renewals: account_id, ends_on, due, model (cents expected to renew; null where it is not known), notice (given), call. Left out is what
    is lost (notice given, or a call says so), what somebody stands for (commit), and what adds nothing or cannot be told.
    """
    open_ones = renewals.filter(~pl.col("notice").fill_null(False), ~pl.col("call").is_in([COMMIT, LOST]).fill_null(False))
    adding = open_ones.with_columns(adds=pl.col("due") - pl.col("model")).filter(pl.col("adds") > 0)
    return adding.sort("adds", "due", "account_id", "ends_on", descending=[True, True, False, False])


def closing(movable_ones: pl.DataFrame, gap: int) -> pl.DataFrame:
    """The first of the movable renewals that together close a gap of so many cents, or all where they do not; none where there is no gap.

    Adds gap_left: what is missing still once this one and those before it renew, never below zero.
    """
    summed = movable_ones.with_columns(left=pl.lit(gap, pl.Int64) - pl.col("adds").cum_sum())
    before = pl.col("left") + pl.col("adds")
    return summed.filter(before > 0).with_columns(gap_left=pl.col("left").clip(lower_bound=0)).drop("left")


def state_of(gap: int | None, could_add: int) -> str:
    """closed (there is no gap), closable (by what can still be moved), not_closable (by renewals alone), not_known."""
    if gap is None:
        return NOT_KNOWN
    if gap <= 0:
        return CLOSED
    return CLOSABLE if could_add >= gap else NOT_CLOSABLE
