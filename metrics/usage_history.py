"""How an account's usage went, week by week and feature by feature."""

from datetime import date, timedelta

import polars as pl

from metrics.months import MONTH_OF_USE
from metrics.windows import distinct_active, observed

WEEKS = 52


def weekly_actives(
    accounts: pl.LazyFrame, users: pl.LazyFrame, *, as_of: date, weeks: int = WEEKS, covered: pl.Series | None = None,
    known: pl.LazyFrame | None = None,
) -> pl.LazyFrame:  # fmt: skip
    """Distinct users of each account in each of the `weeks` weeks up to `as_of`, each of the seven days that end on `week`.

    accounts: account_id. users: account_id, user_id, month, bits. covered: the days that usage covers; None for all. Weeks before an
    account's first known user are left out; later ones without any are 0, and null where not all of their days are covered. Users may
    reach back further than the weeks; so may known, the account_id of accounts with users before those that are given.
    Returns account_id, week (its last day), wau.
    """
    ends = [as_of - timedelta(days=7 * back) for back in range(weeks - 1, -1, -1)]
    seen = observed(accounts, *ends)
    counted = seen.join(distinct_active(users, seen, item="user_id", days=7, name="wau"), on=["account_id", "day"], how="left")
    earlier = users.filter(pl.col("month").dt.month_end() <= ends[0] - timedelta(days=7)).select("account_id")
    earlier = pl.concat([earlier, *([] if known is None else [known.select("account_id")])]).unique().with_columns(earlier=True)
    begun = pl.col("earlier").fill_null(False) | pl.col("wau").is_not_null().cum_max().over("account_id", order_by="day")
    told = pl.lit(True) if covered is None else pl.col("day").is_in(_whole_weeks(ends, covered))
    wau = pl.when(told).then(pl.col("wau").fill_null(0))
    return (
        counted.join(earlier, on="account_id", how="left")
        .filter(begun)
        .select("account_id", week="day", wau=wau)
        .sort("account_id", "week")
    )


def _whole_weeks(ends: list[date], covered: pl.Series) -> list[date]:
    days = {*covered.to_list()}
    return [end for end in ends if all(end - timedelta(days=back) in days for back in range(7))]


def feature_use(days: pl.LazyFrame, *, as_of: date | pl.Expr) -> pl.LazyFrame:
    """How often each feature was used in the last 30 days, and in the 30 before.

    days: account_id, event, feature, day, count, reaching back 60 days. as_of: a day, or the column of `days` that says each account's.
    Returns account_id, feature, event (those of these days, in order), count, count_before, last_used (day);
    most used first. Features of neither window are left out.
    """
    last = as_of if isinstance(as_of, pl.Expr) else pl.lit(as_of)
    opens = last - timedelta(days=MONTH_OF_USE - 1)
    recent = days.filter(pl.col("day").is_between(opens - timedelta(days=MONTH_OF_USE), last))
    now = pl.col("day") >= opens
    return (
        recent.group_by("account_id", "feature")
        .agg(
            event=pl.col("event").unique().sort().str.join(", "),
            count=pl.col("count").filter(now).sum(),
            count_before=pl.col("count").filter(~now).sum(),
            last_used=pl.col("day").max(),
        )
        .sort("account_id", "count", "feature", descending=[False, True, False])
    )
