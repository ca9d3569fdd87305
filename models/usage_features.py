"""The account's own past that a change of usage is measured against, and how often and how lately it was used."""

import polars as pl

from metrics.account_measures import Known
from metrics.months import MONTH_OF_USE, first_of
from metrics.usage import feed_on
from metrics.windows import distinct_active
from models.history import History

WEEKS_BACK = 8  # the own past that a change is measured against: whole weeks, so that weekends weigh the same in both windows
BACK, WEEK = WEEKS_BACK * 7, 7

# name of the column: what is counted, and over how many days, WEEKS_BACK weeks ago
ACTIVES_BEFORE = {"wau_before": WEEK, "mau_before": MONTH_OF_USE}
COUNTED = {"events": 0, "events_before": BACK}  # days back of the window's last day
COLUMNS = (*ACTIVES_BEFORE, "features_used_before", *COUNTED, "active_days", "days_since_use")


def usage_features(at: pl.DataFrame, history: History, known: Known, paid_from: pl.DataFrame) -> pl.DataFrame:
    """One row per row of `at` (account_id, as_of): COLUMNS, counts of users, events, event names and days.

    *_before: as they were WEEKS_BACK weeks ago. events and active_days: in a month of use. A window counts 0 only where its silence
    means that nothing was used: the feeds cover it, they had not stopped on the day, the account paid by then (paid_from: account_id,
    paid_from) and was tracked on the day. Otherwise it is null. Actives are null where users are not known. days_since_use is null
    where nothing was ever seen.
    """
    rows = at.join(_first_days(history), on="account_id", how="left").join(paid_from, on="account_id", how="left")
    users_known = pl.col("first_user_day") <= pl.col("as_of")
    for name, days in ACTIVES_BEFORE.items():
        rows = _with(rows, _distinct(at, known.used.users, "user_id", days, name), _tells(history, BACK + days - 1) & users_known)
    features = _distinct(at, known.used.features, "event", MONTH_OF_USE, "features_used_before")
    rows = _with(rows, features, _tells(history, BACK + MONTH_OF_USE - 1))
    daily = _daily(history.days)
    for name, back in COUNTED.items():
        counted = _between(at, daily, "events_so_far", back + MONTH_OF_USE, back, name)
        rows = _with(rows, counted, _tells(history, back + MONTH_OF_USE - 1))
    rows = _with(rows, _between(at, daily, "days_so_far", MONTH_OF_USE, 0, "active_days"), _tells(history, MONTH_OF_USE - 1))
    return rows.join(_since_use(at, daily), on=["account_id", "as_of"], how="left").select("account_id", "as_of", *COLUMNS)


def _with(rows: pl.DataFrame, counted: pl.DataFrame, tells: pl.Expr) -> pl.DataFrame:
    name = counted.columns[-1]
    joined = rows.join(counted, on=["account_id", "as_of"], how="left")
    return joined.with_columns(pl.when(tells.fill_null(False)).then(pl.col(name).fill_null(0)).alias(name))


def _tells(history: History, first: int) -> pl.Expr:
    """Whether silence in a window that opens `first` days back means that nothing was used."""
    if history.covers_from is None:
        return pl.lit(False)
    feed, opens = feed_on(pl.col("as_of"), history.feeds), pl.col("as_of") - pl.duration(days=first)
    tracked = (pl.col("first_seen") <= pl.col("as_of")).fill_null(False) | (feed == "complete")
    return tracked & (feed != "stopped") & (opens >= history.covers_from) & (opens >= pl.col("paid_from"))


def _first_days(history: History) -> pl.DataFrame:
    """first_seen: the first day with an event; first_user_day: the first on which a user is known."""
    named = history.months.filter(pl.col("user_id").is_not_null(), pl.col("bits") != 0)
    users = named.group_by("account_id").agg(first_user_day=first_of(pl.col("bits"), pl.col("month")).min())
    seen = history.days.group_by("account_id").agg(first_seen=pl.col("day").min())
    return seen.join(users, on="account_id", how="full", coalesce=True)


def _distinct(at: pl.DataFrame, months: pl.LazyFrame, item: str, days: int, name: str) -> pl.DataFrame:
    """How many different items had an active day in the window WEEKS_BACK weeks ago; none: left out."""
    seen = at.lazy().select("account_id", day="as_of")
    return distinct_active(months, seen, item=item, days=days, name=name, before=BACK).rename({"day": "as_of"}).collect()


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
