"""What another health score would move: how many accounts, and how much ARR, from which band to which."""

from collections.abc import Sequence

import polars as pl

NO_BAND = "not_known"
BANDS = ["band_now", "band_then"]


def band_moves(moved: pl.LazyFrame) -> pl.LazyFrame:
    """From which band to which accounts go, those that stay among them.

    moved: account_id, band_now, band_then (null: no score), arr (cents). Returns band_now, band_then (NO_BAND where there is none),
    accounts, arr (cents; null where that of one of them is not known); most accounts first.
    """
    named = moved.with_columns(pl.col(BANDS).fill_null(NO_BAND))
    known = pl.when(pl.col("arr").null_count() == 0).then(pl.col("arr").sum())
    return named.group_by(BANDS).agg(accounts=pl.len().cast(pl.Int64), arr=known).sort("accounts", *BANDS, descending=[True, False, False])


def to_and_from(moved: pl.DataFrame, band: str) -> dict[str, int]:
    """How many accounts change their band (changed, of all), and of one band the accounts and ARR (cents) that come into it and leave it:
    into, into_arr, out, out_arr; unpriced: how many of these have an ARR that is not known, and so is in no sum."""
    before, after = (pl.col(name).fill_null(NO_BAND) for name in BANDS)
    other, came, left = before != after, (after == band) & (before != band), (before == band) & (after != band)
    sums = moved.select(
        all=pl.len(), changed=other.sum(), into=came.sum(), out=left.sum(), unpriced=((came | left) & pl.col("arr").is_null()).sum(),
        into_arr=pl.col("arr").filter(came).sum(), out_arr=pl.col("arr").filter(left).sum(),
    )  # fmt: skip
    return {name: int(value or 0) for name, value in sums.row(0, named=True).items()}


def other_band(moved: pl.DataFrame, names: Sequence[str] = ()) -> pl.DataFrame:
    """The accounts whose band changes, the columns `names` of them where some are named."""
    rows = moved.filter(pl.col(BANDS[0]).ne_missing(pl.col(BANDS[1])))
    return rows.select(*names) if names else rows
