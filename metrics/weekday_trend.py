"""A trend that knows weekdays and holidays: use is compared with the same weekdays, and days on which nobody works are left out."""

from collections.abc import Iterable
from datetime import date, timedelta

import polars as pl

from metrics.months import bit_of

WEEKS = 4  # that are compared with as many before
COMPARED = 7 * WEEKS
LOOKED_AT = 12  # weeks from which it is known how many accounts are usual on a weekday
QUIET = 0.5  # of the accounts that are usual on a weekday: with fewer, the whole customer base was quiet
FEWEST_ACCOUNTS = 10  # usual on a weekday: with fewer, a quiet day is chance
FEWEST_DAYS = 10  # of each of the two stretches that have to be left
LAST, BEFORE = "last", "before"


def quiet_days(accounts: pl.DataFrame, as_of: date) -> list[date]:
    """Days on which the whole customer base was quiet: fewer than QUIET of the accounts that are usual (the median) on that weekday in the
    LOOKED_AT weeks up to the day looked at, where FEWEST_ACCOUNTS are. accounts: day, accounts (how many used the product on it); days that
    it does not name are not judged."""
    recent = accounts.filter(pl.col("day") <= as_of, pl.col("day") > as_of - timedelta(weeks=LOOKED_AT))
    usual = recent.with_columns(usual=pl.col("accounts").median().over(pl.col("day").dt.weekday()))
    quiet = (pl.col("usual") >= FEWEST_ACCOUNTS) & (pl.col("accounts") < QUIET * pl.col("usual"))
    return usual.filter(quiet)["day"].sort().to_list()


def compared_days(covered: pl.DataFrame, left_out: Iterable[date], as_of: date) -> pl.DataFrame:
    """The days that are compared: key, day, stretch (LAST or BEFORE), weight (1 / how many days of its weekday its stretch has left).

    covered: key, day: the days that usage covers for the accounts of a key. The stretches are the last COMPARED covered days up to as_of,
    and as many before; a weekday that one of them lacks, since all its days are left out, counts in neither. A key has none where it has
    fewer covered days than both, where these lie scattered over more than twice as many, or where FEWEST_DAYS of a stretch are not left.
    """
    back = pl.col("day").rank("ordinal", descending=True).over("key")
    ranked = covered.filter(pl.col("day") <= as_of).with_columns(back=back).filter(pl.col("back") <= 2 * COMPARED)
    spread = (pl.col("day").max() - pl.col("day").min()).dt.total_days().over("key")
    whole = (pl.len().over("key") == 2 * COMPARED) & (spread < 4 * COMPARED)
    dated = ranked.filter(whole).with_columns(
        weekday=pl.col("day").dt.weekday(), stretch=pl.when(pl.col("back") <= COMPARED).then(pl.lit(LAST)).otherwise(pl.lit(BEFORE))
    )
    kept = dated.filter(~pl.col("day").is_in(list(left_out))).filter(pl.col("stretch").n_unique().over("key", "weekday") == 2)
    enough = pl.len().over("key", "stretch").min().over("key") >= FEWEST_DAYS
    weighed = kept.filter(enough).with_columns(weight=1 / pl.len().over("key", "stretch", "weekday"))
    return weighed.select("key", "day", "stretch", "weight").sort("key", "day")


def weekday_trend(of: pl.LazyFrame, users: pl.LazyFrame, daily: pl.LazyFrame, days: pl.DataFrame) -> pl.LazyFrame:
    """How a usual week of each account changed against the one before: account_id, weekday_trend (ratio: -0.2 = a fifth less), by what it
    was counted (people, or events where no user is named), week_now and week_before (the sums over weekdays of the mean of the days left).

    of: account_id, key. users: account_id, user_id, month, bits. daily: account_id, day, count. days: as compared_days.
    Null where the week before has none; accounts whose key has no days are left out.
    """
    people = _told(_week_of_people(of, users, days), "people")
    events = _told(_week_of_events(of, daily, days), "events")
    every = of.join(days.lazy().select("key").unique(), on="key").select("account_id")
    joined = every.join(people, on="account_id", how="left").join(events, on="account_id", how="left")
    by_people = (pl.col("people_last").fill_null(0) + pl.col("people_before").fill_null(0) > 0) | pl.col("events_last").is_null()
    now, then = (pl.when(by_people).then(f"people_{name}").otherwise(f"events_{name}").fill_null(0.0) for name in (LAST, BEFORE))
    return joined.with_columns(
        week_now=now, week_before=then, counted_by=pl.when(by_people).then(pl.lit("people")).otherwise(pl.lit("events"))
    ).select(
        "account_id",
        weekday_trend=pl.when(pl.col("week_before") > 0).then(pl.col("week_now") / pl.col("week_before") - 1),
        counted_by="counted_by",
        week_now="week_now",
        week_before="week_before",
    )


def _week_of_people(of: pl.LazyFrame, users: pl.LazyFrame, days: pl.DataFrame) -> pl.LazyFrame:
    """account_id, stretch, week: daily actives of a usual week. Days of one weight are one set of bits for each month, so that it is users
    and months that are looked at, and not each of their days."""
    sets = days.lazy().group_by("key", "stretch", "weight", month=pl.col("day").dt.month_start()).agg(wanted=bit_of(pl.col("day")).sum())
    named = users.drop_nulls("user_id").join(of, on="account_id").join(sets, on=["key", "month"])
    counted = named.with_columns(days=(pl.col("bits") & pl.col("wanted")).bitwise_count_ones().cast(pl.Int64))
    return _weighed(counted, "days")


def _week_of_events(of: pl.LazyFrame, daily: pl.LazyFrame, days: pl.DataFrame) -> pl.LazyFrame:
    """account_id, stretch, week: events of a usual week."""
    counted = daily.join(of, on="account_id").join(days.lazy(), on=["key", "day"])
    return _weighed(counted, "count")


def _weighed(counted: pl.LazyFrame, what: str) -> pl.LazyFrame:
    """account_id, stretch, week: the weighed sum. Of one weight first, in whole numbers, and then in the order of the weights: a sum of
    fractions has other last digits in another order, and would look changed where nothing has."""
    whole = counted.group_by("account_id", "stretch", "weight").agg(pl.col(what).sum())
    return whole.group_by("account_id", "stretch").agg(week=(pl.col(what) * pl.col("weight")).sort().sum())


def _told(weeks: pl.LazyFrame, name: str) -> pl.LazyFrame:
    """account_id, <name>_last and <name>_before: 0 where the account has the other one alone."""
    return weeks.group_by("account_id").agg(
        *(pl.col("week").filter(pl.col("stretch") == stretch).sum().alias(f"{name}_{stretch}") for stretch in (LAST, BEFORE))
    )
