"""How much each account uses the product: actives against seats, features, trend, last seen, and what silence means."""

from datetime import date

import polars as pl

from metrics.windows import distinct_active, observed

WINDOW = 30  # days: a month of actives that does not move with the calendar
STOPPED_AFTER = 3  # usual gaps without data: then a feed has stopped
TRACKED = ("used", "unused")


def usage(
    accounts: pl.LazyFrame, users: pl.LazyFrame, features: pl.LazyFrame, span: pl.LazyFrame, *, as_of: date, feed: str
) -> pl.LazyFrame:
    """One row per account: actives, features, trend and state on a day.

    accounts: account_id, name, seats, live_on, first_start. The other frames are those of usage_on.
    Returns account_id, name, dau, wau, mau (counts), seats, features_used, trend (ratio), last_seen (day), state; sorted by account_id.
    """
    measured = usage_on(observed(accounts, as_of), accounts, users, features, span, feed=feed)
    return (
        accounts.join(measured, on="account_id")
        .join(span.select("account_id", "last_seen"), on="account_id", how="left")
        .select("account_id", "name", "dau", "wau", "mau", "seats", "features_used", "trend", "last_seen", "state")
        .sort("account_id")
    )


def usage_on(
    observations: pl.LazyFrame, accounts: pl.LazyFrame, users: pl.LazyFrame, features: pl.LazyFrame, span: pl.LazyFrame, *, feed: str
) -> pl.LazyFrame:
    """Usage of each observation (account_id, day), seen from that day alone.

    accounts: account_id, live_on, first_start. users: account_id, user_id, month, bits; features: account_id, event, month, bits
    (bit d-1 = active on day d). span: account_id, first_seen. feed: "live", "complete" (it names every account) or "stopped".
    State, the first that fits: not_live, not_tracked (no event so far, and no feed that covers it), feed_stopped, unused, used.
    dau, wau, mau: distinct users on the day, in 7 and in 30 days; null unless used or unused, and null where users are not known.
    trend: mau against that of the 30 days before, less one; null where those had none. features_used: distinct events in 30 days.
    Returns account_id, day, dau, wau, mau, mau_before, features_used, trend, state.
    """
    windows = {"dau": (1, 0), "wau": (7, 0), "mau": (WINDOW, 0), "mau_before": (WINDOW, WINDOW)}
    counts = [
        distinct_active(users, observations, item="user_id", days=days, before=before, name=name)
        for name, (days, before) in windows.items()
    ]
    counts.append(distinct_active(features, observations, item="event", days=WINDOW, name="features_used"))
    rows = observations.join(accounts.select("account_id", "live_on", "first_start"), on="account_id", how="left")
    for frame in counts:
        rows = rows.join(frame, on=["account_id", "day"], how="left")
    known = users.group_by("account_id").agg(knows_users=pl.col("user_id").is_not_null().any())
    rows = rows.join(known, on="account_id", how="left").join(span.select("account_id", "first_seen"), on="account_id", how="left")
    tracked, named = pl.col("state").is_in(TRACKED), pl.col("knows_users").fill_null(False) | (pl.col("state") == "unused")
    return (
        rows.with_columns(state=_state(feed))
        .with_columns(
            *(pl.when(tracked & named).then(pl.col(name).fill_null(0)).alias(name) for name in windows),
            pl.when(tracked).then(pl.col("features_used").fill_null(0)).alias("features_used"),
        )
        .with_columns(trend=pl.when(pl.col("mau_before") > 0).then(pl.col("mau") / pl.col("mau_before") - 1))
        .select("account_id", "day", *windows, "features_used", "trend", "state")
    )


def _state(feed: str) -> pl.Expr:
    live_from = pl.coalesce("live_on", "first_start")
    never = pl.col("first_seen").is_null() | (pl.col("first_seen") > pl.col("day"))
    return (
        pl.when(live_from.is_null() | (live_from > pl.col("day"))).then(pl.lit("not_live"))
        .when(never & pl.lit(feed != "complete")).then(pl.lit("not_tracked"))
        .when(pl.lit(feed == "stopped")).then(pl.lit("feed_stopped"))
        .when(pl.col("features_used").fill_null(0) > 0).then(pl.lit("used"))
        .otherwise(pl.lit("unused"))
    )  # fmt: skip
