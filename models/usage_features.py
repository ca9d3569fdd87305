"""The account's own past that a change of usage is measured against, and how often and how lately it was used."""

import polars as pl

from metrics.account_measures import Known
from metrics.coverage import Coverage, covered_since, windows
from metrics.months import MONTH_OF_USE, first_of
from metrics.usage import Used
from metrics.windows import counted_between, distinct_between
from models.history import History

WEEKS_BACK = 8  # the own past that a change is measured against: whole weeks, so that weekends weigh the same in both windows
BACK = WEEKS_BACK * 7

# name of a window: how many covered days it has, and how many it leaves out at the end
WINDOWS = {"month": (MONTH_OF_USE, 0), "week_before": (7, BACK), "month_before": (MONTH_OF_USE, BACK)}
USERS = {"wau_before": "week_before", "mau_before": "month_before"}  # what is counted, and in which window
COUNTED = {"events": "month", "events_before": "month_before"}
COLUMNS = (*USERS, "features_used_before", *COUNTED, "active_days", "days_since_use")
ON = ["account_id", "day"]


def usage_features(at: pl.DataFrame, history: History, known: Known, paid_from: pl.DataFrame) -> pl.DataFrame:
    """One row per row of `at` (account_id, as_of): COLUMNS, counts of users, events, features and days.

    events and active_days: in a month of use; *_before: as they were WEEKS_BACK weeks ago. All windows hold covered days alone, as those of
    metrics.usage do, so that a late feed or a pause is no silence. A window counts 0 only where its silence means that nothing was used:
    it is covered, no feed of the account has stopped, the account paid by its first day (paid_from: account_id, paid_from), and, eight
    weeks ago, was seen by then in feeds that do not cover every account. Otherwise it is null. Actives are null where users are not known.
    days_since_use: covered days since the last day with an event; null where nothing was ever seen, or the feed has stopped.
    """
    seen, used = at.lazy().select("account_id", day="as_of"), known.used
    dated = _dated(seen, history, used.coverage, paid_from)
    rows = dated
    for name, window in USERS.items():
        counted = distinct_between(used.users, _within(dated, window), item="user_id", name=name)
        rows = _with(rows, counted, name, _tells(window) & (pl.col("first_user_day") <= pl.col("day")))
    features = distinct_between(used.features, _within(dated, "month_before"), item="feature", name="features_used_before")
    rows = _with(rows, features, "features_used_before", _tells("month_before"))
    for name, window in COUNTED.items():
        rows = _with(rows, counted_between(used.daily, _within(dated, window), name=name), name, _tells(window))
    days = counted_between(used.daily.with_columns(count=pl.lit(1)), _within(dated, "month"), name="active_days")
    rows = _with(rows, days, "active_days", _tells("month")).join(_since_use(seen, used), on=ON, how="left")
    return rows.select("account_id", *COLUMNS, as_of="day").collect()


def _dated(seen: pl.LazyFrame, history: History, coverage: Coverage, paid_from: pl.DataFrame) -> pl.LazyFrame:
    """Each observation with its windows, and since when it paid, was seen, and had users named."""
    named = history.months.lazy().filter(pl.col("user_id").is_not_null(), pl.col("bits") != 0)
    users = named.group_by("account_id").agg(first_user_day=first_of(pl.col("bits"), pl.col("month")).min())
    spans = windows(seen, coverage, WINDOWS).lazy()
    return spans.join(paid_from.lazy(), on="account_id", how="left").join(users, on="account_id", how="left").collect().lazy()


def _within(dated: pl.LazyFrame, window: str) -> pl.LazyFrame:
    return dated.select(*ON, since=f"{window}_from", until=f"{window}_to")


def _with(rows: pl.LazyFrame, counted: pl.LazyFrame, name: str, tells: pl.Expr) -> pl.LazyFrame:
    joined = rows.join(counted, on=ON, how="left")
    return joined.with_columns(pl.when(tells.fill_null(False)).then(pl.col(name).fill_null(0)).alias(name))


def _tells(window: str) -> pl.Expr:
    """Whether silence in a window means that nothing was used."""
    opens, whole = pl.col(f"{window}_from"), pl.col("feed") == "complete"
    followed = pl.lit(True) if window == "month" else whole | (pl.col("first_seen") <= opens)
    return pl.col("feed").is_in(["live", "complete"]) & (opens >= pl.col("paid_from")) & followed


def _since_use(seen: pl.LazyFrame, used: Used) -> pl.LazyFrame:
    """days_since_use of each observation of an account that was used by then."""
    days = used.daily.select("account_id", since="day").sort("since")
    last = (
        seen.unique().sort("day").join_asof(days, left_on="day", right_on="since", by="account_id", coalesce=False, check_sortedness=False)
    )
    told = covered_since(last.drop_nulls("since").select(*ON, "since").collect(), used.coverage)
    return told.lazy().select(*ON, days_since_use="covered_days")
