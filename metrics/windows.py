"""Who was active in a stretch of days: counted from bit sets, for many accounts and days at once."""

from datetime import date

import polars as pl

from metrics.months import bits_between, last_of


def observed(accounts: pl.LazyFrame, *days: date) -> pl.LazyFrame:
    """Every account on every day: account_id, day. This is what all windows are counted for."""
    return accounts.select("account_id").join(pl.LazyFrame({"day": days}, schema={"day": pl.Date}), how="cross")


def distinct_active(bits: pl.LazyFrame, observations: pl.LazyFrame, *, item: str, days: int, name: str, before: int = 0) -> pl.LazyFrame:
    """Distinct values of `item` with an active day in the window that ends `before` days ahead of each observation.

    bits: account_id, `item`, month (first day), bits (bit d-1 = active on day d of it). observations: account_id, day.
    The window holds `days` days. An item that is null does not count.
    Returns account_id, day and `name` (a count); observations without any are left out.
    """
    until, since = pl.col("day").dt.offset_by(f"-{before}d"), pl.col("day").dt.offset_by(f"-{before + days - 1}d")
    return distinct_between(bits, observations.with_columns(since=since, until=until), item=item, name=name)


def distinct_between(bits: pl.LazyFrame, observations: pl.LazyFrame, *, item: str, name: str) -> pl.LazyFrame:
    """As distinct_active, in the window from `since` to `until` (both included) of each observation, where both are known."""
    dated = observations.filter(pl.col("since").is_not_null(), pl.col("until").is_not_null())
    touched = dated.with_columns(month=pl.date_ranges(pl.col("since").dt.month_start(), "until", interval="1mo")).explode("month")
    wanted = bits_between(pl.col("since"), pl.col("until"), pl.col("month"))  # of each window, not of each of its users: these are many
    asked = touched.select("account_id", "day", "month", wanted=wanted)
    named = bits.filter(pl.col(item).is_not_null()).select("account_id", "month", item, "bits")
    counted = asked.join(named, on=["account_id", "month"]).filter((pl.col("bits") & pl.col("wanted")) != 0)
    return counted.group_by("account_id", "day").agg(pl.col(item).n_unique().cast(pl.Int64).alias(name))


def last_active(bits: pl.LazyFrame, *, item: str, until: date) -> pl.LazyFrame:
    """The last active day of each `item` up to `until`: account_id, `item`, last_day. Items without one are left out."""
    month = pl.col("month")
    so_far = pl.col("bits") & bits_between(month, pl.lit(until), month)
    seen = bits.filter(month <= until).with_columns(bits=so_far).filter(pl.col("bits") > 0)
    return seen.group_by("account_id", item).agg(last_day=last_of(pl.col("bits"), month).max())


def counted_between(daily: pl.LazyFrame, observations: pl.LazyFrame, *, name: str) -> pl.LazyFrame:
    """Events in the window from `since` to `until` of each observation, 0 where there are none, where both are known.

    daily: account_id, day, count, one row per account and day with events. Returns account_id, day and `name`.
    """
    first = observations.select(first=pl.col("since").min())  # days may reach back much further, and are many
    counting = daily.join(first, how="cross").filter(pl.col("day") >= pl.col("first"))
    so_far = (
        counting.sort("account_id", "day").select("account_id", on="day", total=pl.col("count").cum_sum().over("account_id")).sort("on")
    )

    def up_to(day: pl.Expr, label: str) -> pl.LazyFrame:
        asked = observations.select("account_id", "day", on=day).drop_nulls("on").sort("on")
        found = asked.join_asof(so_far, on="on", by="account_id", check_sortedness=False)
        return found.select("account_id", "day", pl.col("total").fill_null(0).alias(label))

    last, before = up_to(pl.col("until"), "last"), up_to(pl.col("since").dt.offset_by("-1d"), "before")
    counted = (pl.col("last") - pl.col("before")).cast(pl.Int64).alias(name)
    return last.join(before, on=["account_id", "day"]).select("account_id", "day", counted)
