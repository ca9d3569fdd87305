"""Which days usage is known of, account by account, and the windows of days that measures of usage look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from math import ceil

import polars as pl

from metrics.months import MONTH_OF_USE

STOPPED_AFTER = 3  # usual gaps without data: then a feed has stopped, and what lies between two days with data is no silence
FORGOTTEN = 2 * MONTH_OF_USE  # days after which a feed that stopped is not waited for, where another one of the account goes on
REACH = 240  # days that windows can reach back where days are missing
FEEDS = {"feed": pl.String, "day_gap": pl.Float64, "usual_gap_days": pl.Float64, "covers_all_accounts": pl.Boolean}
DAYS = {"feed": pl.String, "day": pl.Date}
SEEN = {"account_id": pl.String, "feed": pl.String, "first_seen": pl.Date}
# name of a window: how many covered days it has, and how many it leaves out at the end
WINDOWS = {"day": (1, 0), "week": (7, 0), "month": (MONTH_OF_USE, 0), "before": (MONTH_OF_USE, MONTH_OF_USE)}


@dataclass(frozen=True)
class Coverage:
    """What the feeds of usage speak for.

    feeds: FEEDS, one row each (day_gap: usual days between two days with events; usual_gap_days: between two files, where that is
    more). days: on which anybody had an event, or which a file claims to cover. seen: since when an account is in a feed.
    """

    feeds: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FEEDS))
    days: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DAYS))
    seen: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SEEN))

    @cached_property
    def calendar(self) -> pl.DataFrame:
        """Covered days: feed, day. Those told, and those between two that lie at most STOPPED_AFTER of the feed's day gaps apart."""
        told = self.days.unique().sort("feed", "day").join(self.feeds.select("feed", "day_gap"), on="feed")
        following = pl.col("day").shift(-1).over("feed", order_by="day")
        near = (following - pl.col("day")).dt.total_days() <= STOPPED_AFTER * pl.col("day_gap")
        until = pl.when(near).then(following - timedelta(days=1)).otherwise("day")
        return told.with_columns(pl.date_ranges("day", until)).explode("day").select("feed", "day").sort("feed", "day")

    def last_day(self, day: date) -> date | None:
        """The last day up to `day` that any feed covers, as seen from that day; None before the first."""
        last = self.days.filter(pl.col("day") <= day)["day"].max()
        return last if isinstance(last, date) else None


def edges(sizes: Mapping[str, tuple[int, int]]) -> tuple[str, ...]:
    """The columns of windows: <window>_from and <window>_to of each."""
    return tuple(f"{name}_{edge}" for name in sizes for edge in ("from", "to"))


def windows(observations: pl.LazyFrame, coverage: Coverage, sizes: Mapping[str, tuple[int, int]] = WINDOWS) -> pl.DataFrame:
    """What can be seen of each observation (account_id, day), and in which days.

    An account's feeds are those that it was seen in by the day, and those that cover all accounts. Each is seen from the day: what comes
    later closes no gap yet. A feed has stopped where its last covered day lies more than STOPPED_AFTER usual gaps back; FORGOTTEN days
    after that day it is not waited for any more.
    feed: "none", "stopped" (one of its feeds has), "complete" (one covers every account) or "live".
    sizes: as WINDOWS. They hold days that all of its live feeds cover, the last ones up to the day; <window>_from and _to are null where
    there are not so many (but for STOPPED_AFTER day gaps), or where they would lie scattered over more than twice as many days.
    Returns account_id, day, feed, first_seen, and the edges of the windows.
    """
    seen, calendar = observations.select("account_id", "day").unique().collect(), coverage.calendar
    feeds = _feeds_of(seen, coverage)
    named = edges(sizes)
    dated = [_windows_of(key, rows, coverage, calendar, sizes) for (key,), rows in feeds.filter(pl.col("key") != "").group_by("key")]
    spans = pl.concat(dated) if dated else pl.DataFrame(schema={"key": pl.String, "day": pl.Date} | dict.fromkeys(named, pl.Date))
    return feeds.join(spans, on=["key", "day"], how="left").select("account_id", "day", "feed", "first_seen", *named)


def covered_of(observations: pl.LazyFrame, coverage: Coverage, since: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Which live feeds each account is in on the day (account_id, key; those whose feed has stopped, or who are in none, are left out), and
    the days from `since` on that all feeds of a key cover, as seen from the day (key, day). observations: account_id, day, of one day."""
    calendar = coverage.calendar
    keyed = _feeds_of(observations.select("account_id", "day").unique().collect(), coverage).filter(pl.col("key") != "")
    days = [
        pl.DataFrame({"day": _days_of(key, calendar)})
        .select(key=pl.lit(key), day="day")
        .filter(pl.col("day").is_between(since, _seen_to(key, keyed["day"].head(1), coverage).item()))
        for key in keyed["key"].unique().sort().to_list()
    ]
    nothing = pl.DataFrame(schema={"key": pl.String, "day": pl.Date})
    return keyed.select("account_id", "key"), pl.concat([nothing, *days])


def stopped_feeds_of(observations: pl.LazyFrame, coverage: Coverage) -> pl.DataFrame:
    """Which feeds of each observation (account_id, day) have stopped and are still waited for, or were its last ones: account_id, feed,
    stopped_on (the last day that it covers), days_behind, usual_gap_days."""
    seen = observations.select("account_id", "day").unique().collect()
    told = _told(seen, coverage)
    live = pl.col("behind") <= STOPPED_AFTER * pl.col("usual_gap_days")
    without = live.any().over("account_id", "day").not_()
    stopped = told.filter(~live, (pl.col("behind") <= FORGOTTEN) | without)
    return stopped.select(
        "account_id", "feed", "usual_gap_days", days_behind="behind", stopped_on=pl.col("day") - pl.duration(days="behind")
    ).sort("account_id", "feed")


def covered_since(observations: pl.DataFrame, coverage: Coverage, *, told_by: date | None = None) -> pl.DataFrame:
    """How many days that all live feeds of the account cover lie after the day in column `since`, up to `day`: account_id, day, since,
    covered_days; null where a feed of the account has stopped by that day, or it is in none. observations: account_id, day, since.
    told_by: the day by which a feed has to have told of the days, where that is a later one: what came until then closes gaps; else the
    day of each observation."""
    calendar = coverage.calendar
    feeds = _feeds_of(observations.select("account_id", "day").unique(), coverage)
    rows = observations.join(feeds.select("account_id", "day", "key"), on=["account_id", "day"]).filter(pl.col("key") != "")
    counted = [_covered_by(key, own, coverage, calendar, told_by) for (key,), own in rows.group_by("key")]
    told = pl.concat(counted) if counted else rows.with_columns(covered_days=pl.lit(None, dtype=pl.Int64))
    return observations.join(told.drop("key"), on=["account_id", "day", "since"], how="left", nulls_equal=True)


def _covered_by(key: str, rows: pl.DataFrame, coverage: Coverage, calendar: pl.DataFrame, told_by: date | None) -> pl.DataFrame:
    days = _days_of(key, calendar)
    asked = rows["day"] if told_by is None else pl.Series([told_by] * rows.height, dtype=pl.Date)
    last = pl.DataFrame({"day": rows["day"], "seen_to": _seen_to(key, asked, coverage)}).min_horizontal()
    until, since = (days.search_sorted(one, side="right").cast(pl.Int64) for one in (last, rows["since"]))
    return rows.with_columns(covered_days=(until - since).clip(lower_bound=0))


def _seen_to(key: str, asked: pl.Series, coverage: Coverage) -> pl.Series:
    """The last day up to each of some days of which all feeds of a key had told by then; each of them had."""
    told = coverage.days.filter(pl.col("feed").is_in(key.split("\n"))).unique().sort("feed", "day").group_by("feed", maintain_order=True)
    last = [days["day"].gather(days["day"].search_sorted(asked, side="right") - 1) for _, days in told]
    return pl.DataFrame({str(at): days for at, days in enumerate(last)}).min_horizontal()


def covered_to(observations: pl.LazyFrame, coverage: Coverage) -> pl.DataFrame:
    """Up to which day each observation's feeds cover it, also where they have stopped; feeds that are not waited for any more are left
    out where there are others. Returns account_id, day, covered_to, all_accounts (whether one of them covers every account); observations
    that are in no feed are left out.
    """
    seen = observations.select("account_id", "day").unique().collect()
    told = _told(seen, coverage)
    waited_for = pl.col("behind") <= pl.max_horizontal(pl.lit(FORGOTTEN), pl.col("behind").min().over("account_id", "day"))
    kept = told.filter(waited_for).group_by("account_id", "day").agg(
        behind=pl.col("behind").max(), all_accounts=pl.col("covers_all_accounts").fill_null(False).any()
    )  # fmt: skip
    return kept.select("account_id", "day", "all_accounts", covered_to=pl.col("day") - pl.duration(days="behind"))


def covered_from(accounts: pl.DataFrame, begins: pl.DataFrame, coverage: Coverage) -> pl.DataFrame:
    """Since which day usage covers each account: the first one of any of its feeds, those that it was ever seen in and those that cover
    all accounts. begins: feed, covers_from. Returns account_id, covered_from; accounts that are in no feed are left out."""
    every = coverage.feeds.filter(pl.col("covers_all_accounts").fill_null(False)).select("feed")
    own = coverage.seen.join(accounts, on="account_id", how="semi").select("account_id", "feed")
    its = pl.concat([own, accounts.select("account_id").join(every, how="cross")]).unique()
    return its.join(begins, on="feed").group_by("account_id").agg(covered_from=pl.col("covers_from").min()).drop_nulls()


def reaches_back(first: date, last: date, coverage: Coverage) -> date:
    """The first day that windows of days between `first` and `last` can hold: two months back, and more where days are missing."""
    longest = coverage.feeds["day_gap"].max()
    behind = ceil(STOPPED_AFTER * longest) if isinstance(longest, float) else 0  # how far a feed may be that is covered all the same
    plain = first - timedelta(days=2 * MONTH_OF_USE + behind)
    covered = (
        coverage.calendar.filter(pl.col("day").is_between(plain, last)).group_by("feed").agg(days=pl.len(), begins=pl.col("day").min())
    )
    whole = covered.height == coverage.feeds.height and covered.filter(pl.col("days") < (last - plain).days + 1).is_empty()
    return plain if whole else first - timedelta(days=REACH)


def _feeds_of(seen: pl.DataFrame, coverage: Coverage) -> pl.DataFrame:
    """Of each observation: feed (its state), key (its live feeds, a line each) and first_seen."""
    told = _told(seen, coverage)
    live, waited_for = pl.col("behind") <= STOPPED_AFTER * pl.col("usual_gap_days"), pl.col("behind") <= FORGOTTEN
    known = told.group_by("account_id", "day").agg(
        stopped=(~live & waited_for).any(), all_accounts=(live & pl.col("covers_all_accounts").fill_null(False)).any(),
        key=pl.col("feed").filter(live).sort().str.join("\n"),
    )  # fmt: skip
    first = _own(seen, coverage).group_by("account_id", "day").agg(pl.col("first_seen").min())
    state = (
        pl.when(pl.col("key").is_null()).then(pl.lit("none"))
        .when(pl.col("stopped") | (pl.col("key") == "")).then(pl.lit("stopped"))
        .when("all_accounts").then(pl.lit("complete"))
        .otherwise(pl.lit("live"))
    )  # fmt: skip
    joined = seen.join(known, on=["account_id", "day"], how="left").join(first, on=["account_id", "day"], how="left")
    return joined.with_columns(feed=state, key=pl.when(state.is_in(["live", "complete"])).then("key").otherwise(pl.lit("")))


def _own(seen: pl.DataFrame, coverage: Coverage) -> pl.DataFrame:
    """The feeds that each account was seen in by the day."""
    return seen.join(coverage.seen, on="account_id").filter(pl.col("first_seen") <= pl.col("day"))


def _told(seen: pl.DataFrame, coverage: Coverage) -> pl.DataFrame:
    """An account's feeds, those that cover all accounts among them, with how far each is behind on the day."""
    every = seen.join(coverage.feeds.filter(pl.col("covers_all_accounts").fill_null(False)).select("feed"), how="cross")
    its = pl.concat([frame.select("account_id", "day", "feed") for frame in (_own(seen, coverage), every)]).unique()
    return its.join(_states(seen, coverage), on=["feed", "day"])


def _states(seen: pl.DataFrame, coverage: Coverage) -> pl.DataFrame:
    """How many days each feed is behind on each day, since it began: feed, day, behind, usual_gap_days, covers_all_accounts."""
    asked = seen.select("day").unique().join(coverage.feeds, how="cross").sort("day")
    covered = coverage.days.unique().with_columns(seen_to="day").sort("day")
    last = asked.join_asof(covered, on="day", by="feed", check_sortedness=False)
    behind = (pl.col("day") - pl.col("seen_to")).dt.total_days()
    return last.drop_nulls("seen_to").select("feed", "day", "usual_gap_days", "covers_all_accounts", behind=behind)


def _days_of(key: str, calendar: pl.DataFrame) -> pl.Series:
    """The days that all feeds of a key cover."""
    feeds = key.split("\n")
    own = calendar.filter(pl.col("feed").is_in(feeds)).group_by("day").agg(feeds=pl.len())
    return own.filter(pl.col("feeds") == len(feeds))["day"].sort()


def _windows_of(
    key: str, observed: pl.DataFrame, coverage: Coverage, calendar: pl.DataFrame, sizes: Mapping[str, tuple[int, int]]
) -> pl.DataFrame:
    """The edges of each day observed, for the accounts whose live feeds are those of the key: key, day, edges."""
    days = _days_of(key, calendar)
    gap = coverage.feeds.filter(pl.col("feed").is_in(key.split("\n")))["day_gap"].max()
    slack = int(STOPPED_AFTER * gap) if isinstance(gap, float) else 0
    asked = observed["day"].unique().sort()
    count = days.search_sorted(_seen_to(key, asked, coverage), side="right")  # days covered by each day asked
    spans = {name: _span(days, count, *size, 0 if name == "day" else slack) for name, size in sizes.items()}
    found = {f"{name}_{edge}": span[at] for name, span in spans.items() for at, edge in enumerate(("from", "to"))}
    return pl.DataFrame({"key": [key] * asked.len(), "day": asked, **found}, schema_overrides=dict.fromkeys(edges(sizes), pl.Date))


def _span(days: pl.Series, count: pl.Series, length: int, skipped: int, slack: int) -> tuple[list[date | None], list[date | None]]:
    """First and last day of the window that ends `skipped` covered days ahead of each count."""
    known: Sequence[date] = days.to_list()
    pairs = [_edges(known, so_far - skipped, length, slack) for so_far in count.to_list()]
    return [one[0] for one in pairs], [one[1] for one in pairs]


def _edges(days: Sequence[date], so_far: int, length: int, slack: int) -> tuple[date | None, date | None]:
    if so_far < max(1, length - slack):
        return None, None
    first, last = days[max(0, so_far - length)], days[so_far - 1]
    return (first, last) if (last - first).days < 2 * length else (None, None)
