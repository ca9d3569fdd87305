"""Accounts that chance holds out of a play: who is, and who is compared with whom. Pure functions on frames."""

import hashlib

import polars as pl

SALT = "held out"
STEPS = 2**32


def chance(account_id: str, play_id: str, reason: str) -> float:
    """A number from 0 to 1 for an account, a play and a reason: always the same for the same, and as good as drawn for all others."""
    told = hashlib.sha256("\x1f".join((SALT, account_id, play_id, reason)).encode()).digest()
    return int.from_bytes(told[:4], "big") / STEPS


def is_drawn(rows: pl.DataFrame, play_id: str, share: float | None) -> pl.Series:
    """Which of the rows (account_id, reason) chance holds out of a play: so many of all as `share` says; none where it is None."""
    drawn = [chance(account, play_id, reason) < (share or 0) for account, reason in rows.select("account_id", "reason").rows()]
    return pl.Series("held_out", drawn, dtype=pl.Boolean)


def drawn(held: pl.LazyFrame, runs: pl.LazyFrame) -> tuple[pl.LazyFrame, int]:
    """The accounts that chance decided over, once each, by its first decision: account_id, day (the one before it), got.

    held: rows of play_holdouts of one play; runs: its starts. Got it: started by itself since the first was held out. Who was held out and
    was released, or for whom somebody started it, is in neither: how many comes second.
    """
    since = held.select(since=pl.col("held_out_on").min())
    own = runs.join(since, how="cross").filter(pl.col("started_by") == "by itself", pl.col("started_on") >= pl.col("since"))
    decided = pl.concat(
        [
            own.select("account_id", on="started_on", got=pl.lit(value=True), free=pl.lit(value=False)),
            held.select("account_id", on="held_out_on", got=pl.lit(value=False), free=pl.col("released_on").is_not_null()),
        ]
    )
    first = decided.sort("on", "got").unique("account_id", keep="first", maintain_order=True).collect().lazy()
    later = runs.select("account_id", "started_on").join(first.filter(~pl.col("got")).select("account_id", "on"), on="account_id")
    begun = later.filter(pl.col("started_on") >= pl.col("on")).select("account_id").unique()
    neither = first.filter(~pl.col("got")).join(begun.with_columns(begun=True), on="account_id", how="left").filter(
        pl.col("free") | pl.col("begun").fill_null(value=False)
    ).collect()  # fmt: skip
    left = first.join(neither.lazy().select("account_id"), on="account_id", how="anti", maintain_order="left")
    return left.select("account_id", "got", day=pl.col("on").dt.offset_by("-1d")), neither.height
