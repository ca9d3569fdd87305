"""Usage as of a day: how many, how widely, how often, and against the account's own past."""

import polars as pl

from models.history import History

WEEKS_BACK = 8  # the own past that a change is measured against
MONTH, WEEK = 28, 7  # whole weeks, so that weekends weigh the same in every window
BACK = WEEKS_BACK * 7

# name of the column: days back of the window's first and last day
USERS = {
    "weekly_actives": (WEEK - 1, 0),
    "weekly_actives_before": (BACK + WEEK - 1, BACK),
    "monthly_actives": (MONTH - 1, 0),
    "monthly_actives_before": (BACK + MONTH - 1, BACK),
}
FEATURES_USED = {"features_used": (MONTH - 1, 0), "features_used_before": (BACK + MONTH - 1, BACK)}
COUNTED = {"events": (MONTH, 0), "events_before": (BACK + MONTH, BACK)}
COLUMNS = (*USERS, *FEATURES_USED, *COUNTED, "active_days", "days_since_use")


def usage_features(at: pl.DataFrame, history: History, paid_from: pl.DataFrame) -> pl.DataFrame:
    """One row per row of `at` (account_id, as_of): COLUMNS, counts of users, events, event names and days.

    A window counts 0 only where its silence means that nothing was used: the feeds cover it, they had not stopped by its end,
    the account paid by then (paid_from: account_id, paid_from) and was tracked on the day. Otherwise it is null. Actives are
    null where users are not known. days_since_use is null where nothing was ever seen.
    """
    rows = at.join(_first_days(history), on="account_id", how="left").join(paid_from, on="account_id", how="left")
    users = history.months.filter(pl.col("user_id").is_not_null()).rename({"user_id": "what"})
    for name, (first, last) in USERS.items():
        rows = _with(rows, _distinct(at, users, first, last, name), _tells(history, first) & (pl.col("first_user_day") <= pl.col("as_of")))
    events = _event_months(history.days)
    for name, (first, last) in FEATURES_USED.items():
        rows = _with(rows, _distinct(at, events, first, last, name), _tells(history, first))
    daily = _daily(history.days)
    for name, (first, last) in COUNTED.items():
        rows = _with(rows, _between(at, daily, "events_so_far", first, last, name), _tells(history, first - 1))
    rows = _with(rows, _between(at, daily, "days_so_far", MONTH, 0, "active_days"), _tells(history, MONTH - 1))
    return rows.join(_since_use(at, daily), on=["account_id", "as_of"], how="left").select("account_id", "as_of", *COLUMNS)


def _with(rows: pl.DataFrame, counted: pl.DataFrame, tells: pl.Expr) -> pl.DataFrame:
    name = counted.columns[-1]
    joined = rows.join(counted, on=["account_id", "as_of"], how="left")
    return joined.with_columns(pl.when(tells.fill_null(False)).then(pl.col(name).fill_null(0)).alias(name))


def _tells(history: History, first: int) -> pl.Expr:
    """Whether silence in a window that opens `first` days back means that nothing was used."""
    if history.covers is None:
        return pl.lit(False)
    opens = pl.col("as_of") - pl.duration(days=first)
    known_from, known_to = history.covers
    tracked = (pl.col("first_seen") <= pl.col("as_of")).fill_null(False) | pl.lit(history.complete)
    running = pl.col("as_of") <= pl.lit(known_to) + pl.duration(days=history.stops_after)
    return tracked & running & (opens >= known_from) & (opens >= pl.col("paid_from"))


def _first_days(history: History) -> pl.DataFrame:
    """first_seen: the first day with an event; first_user_day: the first on which a user is known."""
    known = history.months.filter(pl.col("user_id").is_not_null(), pl.col("bits") != 0)
    day = pl.col("month") + pl.duration(days=pl.col("bits").bitwise_trailing_zeros())
    users = known.group_by("account_id").agg(first_user_day=day.min())
    seen = history.days.group_by("account_id").agg(first_seen=pl.col("day").min())
    return seen.join(users, on="account_id", how="full", coalesce=True)


def _distinct(at: pl.DataFrame, months: pl.DataFrame, first: int, last: int, name: str) -> pl.DataFrame:
    """How many different `what` have an active day in the window from `first` to `last` days back; none: left out.

    months: account_id, what, month, bits. A window of at most 28 days touches one or two months.
    """
    opens, closes = pl.col("as_of") - pl.duration(days=first), pl.col("as_of") - pl.duration(days=last)
    windows = at.with_columns(opens=opens, closes=closes)
    months_of = [windows.with_columns(month=pl.col(end).dt.month_start()) for end in ("opens", "closes")]
    parts = pl.concat(months_of).unique(["account_id", "as_of", "month"]).with_columns(mask=_mask())
    found = parts.lazy().join(months.lazy(), on=["account_id", "month"]).filter((pl.col("bits") & pl.col("mask")) != 0)
    return found.group_by("account_id", "as_of").agg(pl.col("what").n_unique().cast(pl.Int64).alias(name)).collect()


def _mask() -> pl.Expr:
    """The bits of the days of `month` that lie between `opens` and `closes`."""
    low = pl.when(pl.col("opens") > pl.col("month")).then(pl.col("opens").dt.day()).otherwise(1).cast(pl.Int64)
    high = pl.when(pl.col("closes").dt.month_start() == pl.col("month")).then(pl.col("closes").dt.day()).otherwise(31).cast(pl.Int64)
    two = pl.lit(2, dtype=pl.Int64)
    return two.pow(high) - two.pow(low - 1)


def _event_months(days: pl.DataFrame) -> pl.DataFrame:
    """Active days of every event name as bits: account_id, what, month, bits."""
    bit = pl.lit(2, dtype=pl.Int64).pow(pl.col("day").dt.day().cast(pl.Int64) - 1)
    once = days.lazy().select("account_id", "day", what="event").unique()
    return once.group_by("account_id", "what", month=pl.col("day").dt.month_start()).agg(bits=bit.sum()).collect()


def _daily(days: pl.DataFrame) -> pl.DataFrame:
    """Per account and day with an event: events and days up to and with it."""
    totals = days.group_by("account_id", "day").agg(events=pl.col("count").sum()).sort("account_id", "day")
    return totals.with_columns(
        events_so_far=pl.col("events").cum_sum().over("account_id", order_by="day"),
        days_so_far=pl.int_range(1, pl.len() + 1).over("account_id", order_by="day"),
    ).sort("day")


def _up_to(at: pl.DataFrame, daily: pl.DataFrame, back: int) -> pl.DataFrame:
    """Each row of `at` with the newest row of `daily` on or before the day `back` days earlier."""
    moved = at.with_columns(then=pl.col("as_of") - pl.duration(days=back)).sort("then")
    return moved.join_asof(
        daily, left_on="then", right_on="day", by="account_id", strategy="backward", coalesce=False, check_sortedness=False
    )


def _between(at: pl.DataFrame, daily: pl.DataFrame, column: str, first: int, last: int, name: str) -> pl.DataFrame:
    """What a running count grew by after the day `first` days back, up to the day `last` days back."""
    later, earlier = (
        _up_to(at, daily, back).select("account_id", "as_of", pl.col(column).fill_null(0).alias(label))
        for back, label in ((last, "later"), (first, "earlier"))
    )
    both = later.join(earlier, on=["account_id", "as_of"])
    return both.select("account_id", "as_of", (pl.col("later") - pl.col("earlier")).cast(pl.Int64).alias(name))


def _since_use(at: pl.DataFrame, daily: pl.DataFrame) -> pl.DataFrame:
    return _up_to(at, daily, 0).select("account_id", "as_of", days_since_use=(pl.col("as_of") - pl.col("day")).dt.total_days())
