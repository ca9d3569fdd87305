"""Who the users of each account are: new, returning, resurrected or dormant, and how much of the use hangs on one of them."""

import polars as pl

from metrics.months import bits_between

CLASSES = ("users_new", "users_returning", "users_resurrected", "users_dormant")
USER_COLUMNS = ("users_known", *CLASSES, "activity_days", "top_user", "top_user_days")
ONE_PERSON = 0.8  # share of the activity days from which on use hangs on one person
FEWEST_DAYS = 10  # activity days from which on a share of them says something
HANGS = "hangs_on_one"


def users_by_class(firsts: pl.LazyFrame, users: pl.LazyFrame, spans: pl.LazyFrame) -> pl.LazyFrame:
    """The users of each account on a day, each in one class, and whose activity its last 30 covered days are.

    firsts: account_id, user_id, first_day: of every user who was ever active. users: account_id, user_id, month, bits (bit d-1 = active on
    day d). spans: account_id, month_from, month_to, before_from, before_to: the windows of metrics.coverage.windows on that day.
    Of users first seen by month_to (users_known): new, first active in the month; returning, active in it and in the one before;
    resurrected, active in it, not in the one before, and known from earlier; dormant, not active in it. The four add up to users_known.
    activity_days: sum over users of the days on which each was active in the month; top_user, top_user_days: the one with most of them (of
    several the first by name; null without any). Users whom nobody names are in nothing. After lifecycle insights of PostHog, whose dormant
    users are only those who were active in the period just before.
    Returns account_id, USER_COLUMNS for accounts with a user whose month is covered; others are left out. Where the month before is not
    covered, nobody is in a class: users_known and the four are null.
    """
    whole = spans.drop_nulls("month_from")
    active = _active(users.drop_nulls("user_id"), whole)
    known = firsts.drop_nulls("user_id").join(whole, on="account_id").filter(pl.col("first_day") <= pl.col("month_to"))
    told = known.join(active, on=["account_id", "user_id"], how="left").with_columns(pl.col("now", "then").fill_null(0))
    is_new = pl.col("first_day") >= pl.col("month_from")
    now, then = pl.col("now") > 0, pl.col("then") > 0
    named = {
        "users_new": now & is_new,
        "users_returning": now & ~is_new & then,
        "users_resurrected": now & ~is_new & ~then,
        "users_dormant": ~now,
    }
    most = pl.col("user_id").sort_by("now", "user_id", descending=[True, False]).first()
    both = pl.col("before_from").first().is_not_null()
    return told.group_by("account_id").agg(
        users_known=pl.when(both).then(pl.len().cast(pl.Int64)),
        **{name: pl.when(both).then(which.sum().cast(pl.Int64)) for name, which in named.items()},
        activity_days=pl.col("now").sum().cast(pl.Int64),
        top_user=pl.when(pl.col("now").max() > 0).then(most),
        top_user_days=pl.col("now").max().cast(pl.Int64),
    )


def _active(users: pl.LazyFrame, spans: pl.LazyFrame) -> pl.LazyFrame:
    """account_id, user_id, now, then: on how many days of the month, and of the one before, each user was active."""
    recent = users.join(spans, on="account_id").filter(
        pl.col("month") >= pl.coalesce("before_from", "month_from").dt.month_start(), pl.col("month") <= pl.col("month_to")
    )
    return recent.group_by("account_id", "user_id").agg(now=_days("month").sum(), then=_days("before").sum())


def _days(window: str) -> pl.Expr:
    """On how many of a window's days in this month the user was active."""
    since, until, month = pl.col(f"{window}_from"), pl.col(f"{window}_to"), pl.col("month")
    touches = ((since <= month.dt.month_end()) & (until >= month)).fill_null(False)
    within = pl.col("bits") & bits_between(since, until, month)
    return pl.when(touches).then(within.bitwise_count_ones().cast(pl.Int64)).otherwise(0)


def hangs_on_one(seats: pl.Expr) -> pl.Expr:
    """Whether ONE_PERSON of the activity days or more are of one user; null where there are fewer than FEWEST_DAYS, or but one seat.

    Columns: activity_days, top_user_days.
    """
    says = (pl.col("activity_days") >= FEWEST_DAYS) & (seats.fill_null(2) > 1)
    return pl.when(says).then(pl.col("top_user_days") >= ONE_PERSON * pl.col("activity_days"))
