"""The account's own past that a change of usage is measured against, and how often and how lately it was used."""

import polars as pl

from metrics.account_measures import Known
from metrics.coverage import Coverage, covered_since, windows
from metrics.grace import FAR, paid_spells
from metrics.months import MONTH_OF_USE, first_of
from metrics.usage import Used
from metrics.windows import counted_between, distinct_between
from models.history import History

WEEKS_BACK = 8  # the own past that a change is measured against: whole weeks, so that weekends weigh the same in both windows
BACK = WEEKS_BACK * 7

# name of a window: how many covered days it has, and how many it leaves out at the end
YEAR_BACK = 52 * 7
WINDOWS = {
    "month": (MONTH_OF_USE, 0), "week_before": (7, BACK), "month_before": (MONTH_OF_USE, BACK),
    "month_year_before": (MONTH_OF_USE, YEAR_BACK),
}  # fmt: skip
USERS = {"wau_before": "week_before", "mau_before": "month_before"}  # what is counted, and in which window
COUNTED = {"events": "month", "events_before": "month_before", "events_year_before": "month_year_before"}
OF_ALL = {"use_of_all": "month", "use_of_all_before": "month_before"}
COLUMNS = (*USERS, "features_used_before", *COUNTED, "active_days", "days_since_use", *OF_ALL)
ON = ["account_id", "day"]


def usage_features(at: pl.DataFrame, history: History, known: Known, paid_from: pl.DataFrame) -> pl.DataFrame:
    """One row per row of `at` (account_id, as_of): COLUMNS, counts of users, events, features and days.

    events and active_days: in a month of use; *_before: as they were WEEKS_BACK weeks ago; *_year_before: 52 weeks ago. use_of_all: events
    per account and day of all accounts that were paid for, in the same days: what is the season's, or the product's, and no merit. All
    windows hold covered days alone, as those of metrics.usage do, so that a late feed or a pause is no silence. A window counts 0 only
    where its silence means that nothing was used: it is covered, no feed of the account has stopped, the account paid by its first day
    (paid_from: account_id, paid_from), and, of before, was seen by then in feeds that do not cover every account. Otherwise it is null.
    Actives are null where users are not known.
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
    for name, window in OF_ALL.items():
        rows = rows.join(_use_of_all(_within(dated, window), used, history, name), on=ON, how="left")
    return rows.select("account_id", *COLUMNS, as_of="day").collect()


def _use_of_all(asked: pl.LazyFrame, used: Used, history: History, name: str) -> pl.LazyFrame:
    """Events per paying account and day between `since` and `until` of each observation, of days on which anybody used anything."""
    totals = used.daily.group_by("day").agg(pl.col("count").sum()).sort("day")
    steps = _paying(history).lazy().with_columns(paying=pl.col("step").cum_sum()).select("day", "paying")
    both = totals.join_asof(steps, on="day").with_columns(pl.col("count", "paying").cum_sum()).collect().lazy()
    told = asked.drop_nulls(["since", "until"]).sort("until").join_asof(both, left_on="until", right_on="day", check_sortedness=False)
    before = told.with_columns(before=pl.col("since").dt.offset_by("-1d")).sort("before")
    spans = before.join_asof(both, left_on="before", right_on="day", suffix="_then", check_sortedness=False)
    events, days = (pl.col(one) - pl.col(f"{one}_then").fill_null(0) for one in ("count", "paying"))
    return spans.select(*ON, pl.when(days > 0).then(events / days).alias(name))


def _paying(history: History) -> pl.DataFrame:
    """How many accounts more, or fewer, are paid for from each day on: day, step."""
    spells = paid_spells(history.lines.lazy().filter("paying")).collect()
    begins, ends = (
        spells.select(day="paid_from", step=pl.lit(1)),
        spells.filter(pl.col("lapsed_on") < FAR).select(day="lapsed_on", step=pl.lit(-1)),
    )
    return pl.concat([begins, ends]).group_by("day").agg(pl.col("step").sum().cast(pl.Int64)).sort("day")


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
