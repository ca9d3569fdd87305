"""Offers to customers: how many are won, how fast, and what accounts pay before and after."""

from collections.abc import Mapping
from datetime import date, timedelta
from math import sqrt

import polars as pl

AFTER = 90  # days after a win on which MRR is looked at: the first invoices at the new price are out by then
FAULTS = ("no_rate", "no_amount", "closed_before_made", "no_close_day", "no_result")
"""What keeps an offer out of every figure; an offer whose account nobody has named is beside them, since no row of it is in sight."""
STATES = ("open", "won", "lost")
Z_95 = 1.959963984540054  # of the normal distribution: 95 % lie within


def offers_on(offers: pl.LazyFrame, *, day: date) -> pl.LazyFrame:
    """Offers made by a day as they stood on it, with fault (of FAULTS, the first that fits; null for none) and state (of STATES).

    offers: made_on, closed_on, result, amount, rated (whether the amount can be told in the reporting currency). What closed later is open.
    Adds days (from made_on to closed_on, of those that are closed).
    """
    known = offers.filter(pl.col("made_on") <= day)
    later = (pl.col("closed_on") > day).fill_null(False)
    state = pl.when(later | pl.col("result").is_null()).then(pl.lit("open")).otherwise("result")
    days = pl.when(state != "open").then((pl.col("closed_on") - pl.col("made_on")).dt.total_days())
    return known.with_columns(state=state, fault=_fault(), days=days)


def _fault() -> pl.Expr:
    return (
        pl.when(~pl.col("rated")).then(pl.lit("no_rate"))
        .when((pl.col("amount") <= 0).fill_null(True)).then(pl.lit("no_amount"))
        .when((pl.col("closed_on") < pl.col("made_on")).fill_null(False)).then(pl.lit("closed_before_made"))
        .when(pl.col("result").is_not_null() & pl.col("closed_on").is_null()).then(pl.lit("no_close_day"))
        .when(pl.col("result").is_null() & pl.col("closed_on").is_not_null()).then(pl.lit("no_result"))
    )  # fmt: skip


def wilson(won: int, closed: int) -> tuple[float, float] | tuple[None, None]:
    """The 95 % interval of a share, by Wilson; nothing of nothing. Source: E. B. Wilson, JASA 22 (1927), 209-212."""
    if not closed:
        return None, None
    share, spread = won / closed, Z_95**2 / closed
    middle, half = (share + spread / 2) / (1 + spread), Z_95 * sqrt(share * (1 - share) / closed + spread / (4 * closed)) / (1 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def conversion(offers: pl.LazyFrame, by: str | None, *, start: date, end: date) -> pl.DataFrame:
    """One row per value of the column `by` (one in all without): of the offers without a fault that ended after `start` and by `end`.

    offers: as offers_on has them on `end`, amount in cents. Returns value, closed, won, lost, conversion, conversion_low, conversion_high
    (Wilson, 95 %), days_to_close (median of those that ended), days_to_win (of those won), amount_won (cents a year), open_at_end,
    amount_open_at_end (of those that are open on `end`). Null where nothing ended.
    """
    sound = offers.filter(pl.col("fault").is_null()).with_columns(value=pl.col(by) if by else pl.lit(None, pl.String))
    ended = (pl.col("state") != "open") & (pl.col("closed_on") > start) & (pl.col("closed_on") <= end)
    won, still = ended & (pl.col("state") == "won"), pl.col("state") == "open"
    told = sound.group_by("value").agg(
        closed=ended.sum().cast(pl.Int64), won=won.sum().cast(pl.Int64), days_to_close=pl.col("days").filter(ended).median(),
        days_to_win=pl.col("days").filter(won).median(), amount_won=pl.col("amount").filter(won).sum(),
        open_at_end=still.sum().cast(pl.Int64), amount_open_at_end=pl.col("amount").filter(still).sum(),
    ).filter((pl.col("closed") > 0) | (pl.col("open_at_end") > 0)).collect()  # fmt: skip
    return _with_share(told).sort("closed", "open_at_end", "value", descending=[True, True, False], nulls_last=True)


def _with_share(told: pl.DataFrame) -> pl.DataFrame:
    spans = [wilson(won, closed) for won, closed in told.select("won", "closed").rows()]
    share = pl.when(pl.col("closed") > 0).then(pl.col("won") / pl.col("closed"))
    low, high = (
        pl.Series(name, [span[at] for span in spans], dtype=pl.Float64) for at, name in enumerate(("conversion_low", "conversion_high"))
    )
    return told.with_columns(low, high, lost=pl.col("closed") - pl.col("won"), conversion=share)


def wins(offers: pl.LazyFrame, *, start: date, end: date, day: date) -> pl.LazyFrame:
    """The offers without a fault that were won after `start` and by `end`, with the days on which MRR is looked at: before_on (the day
    before it was made), after_on (AFTER days after it was won), is_young (after_on lies after the day looked at)."""
    won = offers.filter(pl.col("fault").is_null(), pl.col("state") == "won", pl.col("closed_on") > start, pl.col("closed_on") <= end)
    dated = won.with_columns(before_on=pl.col("made_on") - timedelta(days=1), after_on=pl.col("closed_on") + timedelta(days=AFTER))
    return dated.with_columns(is_young=pl.col("after_on") > day)


def uplift(won: pl.LazyFrame, mrr: pl.LazyFrame, by: str | None) -> pl.DataFrame:
    """What accounts that took offers pay before and after, for each value of `by` (one row in all without), each account once in each.

    won: `wins`. mrr: day, account_id, mrr (cents), on every before_on and after_on. Of an account the day before its first win and the one
    after its last are looked at, of wins that are old enough. Returns value, took (accounts), mrr_before, mrr_after (cents, of all),
    arpu_before, arpu_after (cents), arpu_uplift (ratio), too_young (wins), not_paying_before (accounts, which are left out).
    """
    named = won.with_columns(value=pl.col(by) if by else pl.lit(None, pl.String))
    young = named.group_by("value").agg(too_young=pl.col("is_young").sum().cast(pl.Int64))
    spans = named.filter(~pl.col("is_young")).group_by("value", "account_id").agg(pl.col("before_on").min(), pl.col("after_on").max())
    told = spans
    for name in ("before", "after"):
        on = mrr.select("account_id", "mrr", pl.col("day").alias(f"{name}_on")).rename({"mrr": name})
        told = told.join(on, on=["account_id", f"{name}_on"], how="left")
    paying, before, after = pl.col("before") > 0, pl.col("before"), pl.col("after")
    summed = told.with_columns(before.fill_null(0), after.fill_null(0)).group_by("value").agg(
        took=paying.sum().cast(pl.Int64), mrr_before=before.filter(paying).sum(), mrr_after=after.filter(paying).sum(),
        not_paying_before=(~paying).sum().cast(pl.Int64),
    )  # fmt: skip
    return young.join(summed, on="value", how="left", nulls_equal=True).with_columns(**_arpu()).collect()


def _arpu() -> Mapping[str, pl.Expr]:
    took = pl.col("took").fill_null(0)
    each = {f"arpu_{name}": _each(f"mrr_{name}", took) for name in ("before", "after")}
    known = {name: pl.col(name).fill_null(0) for name in ("took", "mrr_before", "mrr_after", "not_paying_before")}
    return known | each | {"arpu_uplift": pl.when(pl.col("mrr_before") > 0).then(pl.col("mrr_after") / pl.col("mrr_before") - 1)}


def _each(total: str, took: pl.Expr) -> pl.Expr:
    return pl.when(took > 0).then((pl.col(total) / took).round(mode="half_away_from_zero").cast(pl.Int64))
