"""Referrals: how many were asked for, given and won."""

from datetime import date

import polars as pl

from metrics.offers import wilson

FAULTS = ("given_before_asked", "closed_before_asked", "no_close_day", "no_result")


def referrals_on(referrals: pl.LazyFrame, *, day: date) -> pl.LazyFrame:
    """Referrals asked for by a day as they stood on it, with fault (of FAULTS; null for none), is_given and state (asked, given, won, lost
    or declined). What came later is not told. referrals: asked_on, given_on, result, closed_on."""
    known = referrals.filter(pl.col("asked_on") <= day)
    given = (pl.col("given_on") <= day).fill_null(False)
    closed = pl.col("result").is_not_null() & (pl.col("closed_on") <= day).fill_null(False)
    state = pl.when(closed).then("result").when(given).then(pl.lit("given")).otherwise(pl.lit("asked"))
    return known.with_columns(fault=_fault(), is_given=given | (closed & (pl.col("result") != "declined")), state=state)


def _fault() -> pl.Expr:
    return (
        pl.when((pl.col("given_on") < pl.col("asked_on")).fill_null(False)).then(pl.lit("given_before_asked"))
        .when((pl.col("closed_on") < pl.col("asked_on")).fill_null(False)).then(pl.lit("closed_before_asked"))
        .when(pl.col("result").is_not_null() & pl.col("closed_on").is_null()).then(pl.lit("no_close_day"))
        .when(pl.col("result").is_null() & pl.col("closed_on").is_not_null()).then(pl.lit("no_result"))
    )  # fmt: skip


def rates(referrals: pl.LazyFrame, *, start: date, end: date) -> dict[str, float | int | None]:
    """asked and given (of those asked for after `start` and by `end`, without a fault), given_rate, won and lost (of those that ended
    then), won_rate with its 95 % interval (referral_low, referral_high), open. referrals: referrals_on of `end`."""
    sound = referrals.filter(pl.col("fault").is_null()).collect()
    asked = sound.filter(pl.col("asked_on") > start, pl.col("asked_on") <= end)
    ended = sound.filter(pl.col("state").is_in(["won", "lost"]), pl.col("closed_on") > start, pl.col("closed_on") <= end)
    given, won = int(asked["is_given"].sum()), int((ended["state"] == "won").sum())
    low, high = wilson(won, ended.height)
    return {
        "asked": asked.height, "given": given, "given_rate": given / asked.height if asked.height else None, "won": won,
        "lost": ended.height - won, "referral_conversion": won / ended.height if ended.height else None, "referral_low": low,
        "referral_high": high, "open": int(sound["state"].is_in(["asked", "given"]).sum()),
    }  # fmt: skip
