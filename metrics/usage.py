"""How much each account uses the product: actives against seats, features, trend, last seen, and what silence means."""

from datetime import date

import polars as pl

from metrics.months import MONTH_OF_USE
from metrics.windows import distinct_active, observed

STOPPED_AFTER = 3  # usual gaps without data: then a feed has stopped
TRACKED = ("used", "unused")


def usage(
    accounts: pl.LazyFrame, users: pl.LazyFrame, features: pl.LazyFrame, span: pl.LazyFrame, *, as_of: date, feed: pl.Expr
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
    observations: pl.LazyFrame, accounts: pl.LazyFrame, users: pl.LazyFrame, features: pl.LazyFrame, span: pl.LazyFrame, *, feed: pl.Expr
) -> pl.LazyFrame:
    """Usage of each observation (account_id, day), seen from that day alone.

    accounts: account_id, live_on, first_start. users: account_id, user_id, month, bits; features: account_id, event, month, bits
    (bit d-1 = active on day d). span: account_id, first_seen. feed: feed_on of column day.
    State, the first that fits: not_live, not_tracked (no event so far, and no feed that covers it), feed_stopped, unused, used.
    dau, wau, mau: distinct users on the day, in 7 and in 30 days; null unless used or unused, and null where there was use
    of which no user is named in two months.
    trend: mau against that of the 30 days before, less one; null where those had none. features_used: distinct events in 30 days.
    Returns account_id, day, dau, wau, mau, mau_before, features_used, trend, state.
    """
    windows = {"dau": (1, 0), "wau": (7, 0), "mau": (MONTH_OF_USE, 0), "mau_before": (MONTH_OF_USE, MONTH_OF_USE)}
    counts = [
        distinct_active(users, observations, item="user_id", days=days, before=before, name=name)
        for name, (days, before) in windows.items()
    ]
    counts.append(distinct_active(features, observations, item="event", days=MONTH_OF_USE, name="features_used"))
    rows = observations.join(accounts.select("account_id", "live_on", "first_start"), on="account_id", how="left")
    for frame in counts:
        rows = rows.join(frame, on=["account_id", "day"], how="left")
    rows = rows.join(span.select("account_id", "first_seen"), on="account_id", how="left")
    tracked, named = pl.col("state").is_in(TRACKED), pl.col("knows_users") | (pl.col("state") == "unused")
    return (
        rows.with_columns(state=_state(feed), knows_users=pl.sum_horizontal("mau", "mau_before") > 0)
        .with_columns(
            *(pl.when(tracked & named).then(pl.col(name).fill_null(0)).alias(name) for name in windows),
            pl.when(tracked).then(pl.col("features_used").fill_null(0)).alias("features_used"),
        )
        .with_columns(trend=pl.when(pl.col("mau_before") > 0).then(pl.col("mau") / pl.col("mau_before") - 1))
        .select("account_id", "day", *windows, "features_used", "trend", "state")
    )


def feed_on(day: pl.Expr, feeds: pl.DataFrame) -> pl.Expr:
    """What the usage feeds can say on a day: "complete" (one names every account), "live", or "stopped".

    feeds: covers_to (the last day covered), usual_gap_days, covers_all_accounts. A feed has stopped STOPPED_AFTER of its usual gaps
    after that day; all have where there is none.
    """
    known = feeds.filter(pl.col("covers_to").is_not_null()).select("covers_to", "usual_gap_days", "covers_all_accounts").rows()
    fresh = [(day - pl.lit(last)).dt.total_days() <= STOPPED_AFTER * gap for last, gap, _ in known]
    whole = [here & pl.lit(bool(every)) for here, (_, _, every) in zip(fresh, known, strict=True)]
    any_fresh, any_whole = (pl.any_horizontal(found) if found else pl.lit(False) for found in (fresh, whole))
    return pl.when(any_whole).then(pl.lit("complete")).when(any_fresh).then(pl.lit("live")).otherwise(pl.lit("stopped"))


def _state(feed: pl.Expr) -> pl.Expr:
    live_from = pl.coalesce("live_on", "first_start")
    never = pl.col("first_seen").is_null() | (pl.col("first_seen") > pl.col("day"))
    return (
        pl.when(live_from.is_null() | (live_from > pl.col("day"))).then(pl.lit("not_live"))
        .when(never & (feed != "complete")).then(pl.lit("not_tracked"))
        .when(feed == "stopped").then(pl.lit("feed_stopped"))
        .when(pl.col("features_used").fill_null(0) > 0).then(pl.lit("used"))
        .otherwise(pl.lit("unused"))
    )  # fmt: skip
