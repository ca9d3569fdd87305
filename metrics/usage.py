"""How much each account uses the product: actives against seats, features, trend, last seen, and what silence means."""

from datetime import date, timedelta

import polars as pl

WINDOW = 30  # days: a month of actives that does not move with the calendar
STOPPED_AFTER = 3  # usual gaps without data: then a feed has stopped


def active_users(months: pl.LazyFrame, *, since: date, until: date, name: str) -> pl.LazyFrame:
    """Distinct users with an active day in [since, until], from bit sets. Users that are not known do not count.

    months: account_id, user_id, month (first day), bits (bit d-1 = active on day d). Returns account_id and `name`; accounts with
    no known active user are left out.
    """
    touched, month = [], since.replace(day=1)
    while month <= until:
        following = (month + timedelta(days=31)).replace(day=1)
        first, last = max(since, month).day, min(until, following - timedelta(days=1)).day
        mask = ((1 << last) - 1) & ~((1 << (first - 1)) - 1)
        touched.append((pl.col("month") == month) & ((pl.col("bits") & mask) != 0))
        month = following
    known = months.filter(pl.any_horizontal(touched), pl.col("user_id").is_not_null())
    return known.group_by("account_id").agg(pl.col("user_id").n_unique().cast(pl.Int64).alias(name))


def usage(accounts: pl.LazyFrame, months: pl.LazyFrame, days: pl.LazyFrame, span: pl.LazyFrame, *, as_of: date, feed: str) -> pl.LazyFrame:
    """One row per account: actives, features, trend and state on a day.

    accounts: account_id, name, seats, live_on, first_start. days: account_id, event, day, count. span: account_id, last_seen.
    feed: "live", "complete" (it names every account) or "stopped". State, the first that fits: not_live, not_tracked (never an
    event, and no feed that covers it), feed_stopped, unused, used. dau, wau, mau: distinct users on the day, in 7 and in 30 days;
    null unless used or unused, and null where users are not known. trend: mau against the 30 days before, null where those had
    none. features_used: distinct events in 30 days.
    """
    opens = as_of - timedelta(days=WINDOW - 1)
    counts = [
        active_users(months, since=as_of, until=as_of, name="dau"),
        active_users(months, since=as_of - timedelta(days=6), until=as_of, name="wau"),
        active_users(months, since=opens, until=as_of, name="mau"),
        active_users(months, since=opens - timedelta(days=WINDOW), until=opens - timedelta(days=1), name="mau_before"),
        months.group_by("account_id").agg(knows_users=pl.col("user_id").is_not_null().any()),
        days.filter(pl.col("day").is_between(opens, as_of))
        .group_by("account_id")
        .agg(features_used=pl.col("event").n_unique().cast(pl.Int64)),
        span.select("account_id", "last_seen"),
    ]
    rows = accounts
    for frame in counts:
        rows = rows.join(frame, on="account_id", how="left")
    tracked, known = pl.col("state").is_in(["used", "unused"]), pl.col("knows_users").fill_null(False) | (pl.col("state") == "unused")
    return (
        rows.with_columns(state=_state(as_of, feed))
        .with_columns(
            *(pl.when(tracked & known).then(pl.col(name).fill_null(0)).alias(name) for name in ("dau", "wau", "mau")),
            pl.when(tracked).then(pl.col("features_used").fill_null(0)).alias("features_used"),
        )
        .with_columns(trend=pl.when(pl.col("mau_before") > 0).then(pl.col("mau") / pl.col("mau_before") - 1))
        .select("account_id", "name", "dau", "wau", "mau", "seats", "features_used", "trend", "last_seen", "state")
        .sort("account_id")
    )


def _state(as_of: date, feed: str) -> pl.Expr:
    live_from = pl.coalesce("live_on", "first_start")
    return (
        pl.when(live_from.is_null() | (live_from > as_of)).then(pl.lit("not_live"))
        .when(pl.col("last_seen").is_null() & pl.lit(feed != "complete")).then(pl.lit("not_tracked"))
        .when(pl.lit(feed == "stopped")).then(pl.lit("feed_stopped"))
        .when(pl.col("features_used").fill_null(0) > 0).then(pl.lit("used"))
        .otherwise(pl.lit("unused"))
    )  # fmt: skip
