"""How much each account uses the product: actives against seats, features, trend, last seen, and what silence means."""

from dataclasses import dataclass
from datetime import date

import polars as pl

from metrics.coverage import REACH, STOPPED_AFTER, Coverage, covered_to, windows
from metrics.windows import counted_in, distinct_between, distinct_in, observed

TRACKED = ("used", "unused")
ACTIVES = {"dau": "day", "wau": "week", "mau": "month", "mau_before": "before"}
VOLUME = {"events": "month", "events_before": "before"}
BEFORE = ("mau_before", "events_before")
COUNTED = (*ACTIVES, *VOLUME, "features_used")
ON = ["account_id", "day"]
KNOWN = pl.lit(True)


@dataclass(frozen=True)
class Used:
    """What was used, as frames, and what the feeds of it speak for.

    users: account_id, user_id, month, bits; features: account_id, feature, month, bits (bit d-1 = active on day d). daily: account_id, day,
    count (events). began: account_id, first_used, where that is not the day since which feeds know the account, as some events are no use.
    numbered: metrics.windows.numbered of users, where somebody keeps it.
    """

    users: pl.LazyFrame
    features: pl.LazyFrame
    daily: pl.LazyFrame
    coverage: Coverage
    began: pl.LazyFrame | None = None
    numbered: pl.DataFrame | None = None


def usage(accounts: pl.LazyFrame, used: Used, last_seen: pl.LazyFrame, *, as_of: date) -> pl.LazyFrame:
    """One row per account: actives, features, trend and state on a day.

    accounts: account_id, name, seats, live_on, first_start. last_seen: account_id, last_seen. The others are as in usage_on.
    Returns account_id, name, dau, wau, mau (counts), seats, features_used, trend (ratio), last_seen (day), state, mau_before, events,
    events_before, covered_to (the last day that its feeds cover, also where one has stopped; null where it is in none); sorted by
    account_id.
    """
    seen = observed(accounts, as_of)
    measured = usage_on(seen, accounts, used)
    ends = covered_to(seen, used.coverage).lazy().select("account_id", ended="covered_to")
    return (
        accounts.join(measured, on="account_id")
        .join(ends, on="account_id", how="left")
        .with_columns(pl.coalesce("covered_to", "ended").alias("covered_to"))
        .join(last_seen.select("account_id", "last_seen"), on="account_id", how="left")
        .select(
            "account_id", "name", "dau", "wau", "mau", "seats", "features_used", "trend", "last_seen", "state", "mau_before", *VOLUME,
            "covered_to",
        )
        .sort("account_id")
    )  # fmt: skip


def usage_on(observations: pl.LazyFrame, accounts: pl.LazyFrame, used: Used) -> pl.LazyFrame:
    """Usage of each observation (account_id, day), in the windows of covered days that metrics.coverage.windows gives it.

    accounts: account_id, live_on, first_start. State, the first that fits: not_live, not_tracked (not seen by then, and no feed covers
    all accounts), feed_stopped, unused, used; an account is not_tracked, too, while coverage is too young to call it unused.
    dau, wau, mau: distinct users on the last covered day, and in 7 and 30 of them; events: their number in 30; *_before: in the 30 before
    those; features_used: distinct features in 30. Null unless used or unused, and where the window is not covered; users also where
    something was used and no user is named of it in both windows of 30 days, or, while fewer are covered, in the last REACH days; *_before
    also where those days began before the account was live, or was first seen in feeds that do not cover all accounts.
    trend: the lower of the changes of users and of events against the 30 days before; null where neither had any, or none is known.
    Returns account_id, day, COUNTED, trend, state, covered_to.
    """
    began = accounts.select("account_id", "live_on", "first_start")
    dated = windows(observations, used.coverage).lazy().join(began, on="account_id", how="left").collect().lazy()  # looked at often below
    rows = dated.with_columns(first_used="first_seen") if used.began is None else dated.join(used.began, on="account_id", how="left")
    for frame in _counts(dated, used):
        rows = rows.join(frame, on=ON, how="left")
    return (
        rows.with_columns(state=_state(), begun=_begun())
        .with_columns(names_users=pl.sum_horizontal("mau", "mau_before", "named") > 0)
        .with_columns(*(_told(name, window, _knows_users(name)) for name, window in ACTIVES.items()))
        .with_columns(*(_told(name, window) for name, window in (VOLUME | {"features_used": "month"}).items()))
        .with_columns(pl.when(pl.col("before_from") >= pl.col("begun")).then(pl.col(*BEFORE)))
        .with_columns(trend=_trend())
        .select(*ON, *COUNTED, "trend", "state", covered_to="day_to")
    )


def _counts(dated: pl.LazyFrame, used: Used) -> list[pl.LazyFrame]:
    """Each of COUNTED in its window; and `named`, the users of the last REACH days, while fewer days than a month's are covered."""

    def within(window: str) -> pl.LazyFrame:
        return dated.select(*ON, since=f"{window}_from", until=f"{window}_to")

    recent = pl.max_horizontal("first_seen", pl.col("day") - pl.duration(days=REACH))
    young = dated.filter(pl.col("month_from").is_null(), pl.col("first_seen").is_not_null()).select(*ON, since=recent, until="day")
    people = {name: within(window) for name, window in ACTIVES.items()}
    volume = {name: within(window) for name, window in VOLUME.items()}
    features = distinct_between(used.features, within("month"), item="feature", name="features_used")
    named = distinct_between(used.users, young, item="user_id", name="named")
    return [
        *distinct_in(used.users, people, item="user_id", own=used.numbered).values(),
        named,
        *counted_in(used.daily, volume).values(),
        features,
    ]


def _knows_users(name: str) -> pl.Expr:
    """Whether a count of users says something: where users are named, or nothing was used."""
    silent = (pl.col("events_before").fill_null(0) == 0) if name == "mau_before" else pl.col("state") == "unused"
    return pl.col("names_users") | silent


def _told(name: str, window: str, known: pl.Expr = KNOWN) -> pl.Expr:
    """A count, 0 where nothing was counted in a window that is covered; null where silence is no answer."""
    tells = pl.col("state").is_in(TRACKED) & pl.col(f"{window}_from").is_not_null() & known
    return pl.when(tells).then(pl.col(name).fill_null(0)).alias(name)


def _trend() -> pl.Expr:
    changes = (pl.when(pl.col(then) > 0).then(pl.col(now) / pl.col(then) - 1) for now, then in (("mau", "mau_before"), tuple(VOLUME)))
    return pl.min_horizontal(*changes)


def _live_from() -> pl.Expr:
    return pl.coalesce("live_on", "first_start")


def _begun() -> pl.Expr:
    """The first day from which on silence of the account would mean that it used nothing."""
    return pl.when(pl.col("feed") == "complete").then(_live_from()).otherwise(pl.max_horizontal(_live_from(), "first_seen"))


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


def _state() -> pl.Expr:
    young = pl.col("month_from").is_null()
    return (
        pl.when(_live_from().is_null() | (_live_from() > pl.col("day"))).then(pl.lit("not_live"))
        .when(pl.col("feed") == "none").then(pl.lit("not_tracked"))
        .when(pl.col("feed") == "stopped").then(pl.lit("feed_stopped"))
        .when((pl.col("features_used").fill_null(0) > 0) | (young & (pl.col("first_used") <= pl.col("day")))).then(pl.lit("used"))
        .when(young).then(pl.lit("not_tracked"))
        .otherwise(pl.lit("unused"))
    )  # fmt: skip
