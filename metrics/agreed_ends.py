"""Agreed ends: which lines end on a day that was known beforehand, so that a renewal was due, and which just stopped."""

import polars as pl

ROLLING_DAYS = 31  # a line this long or shorter rolls on monthly: 28 February to 31 March is 31 days
MOST = 0.5  # the share of running lines from which a feed is taken to give all its lines their ends
AGREED, AFTERWARDS = "agreed", "afterwards"


def rolls_monthly(start: str = "starts_on", end: str = "ends_on") -> pl.Expr:
    """Whether a line rolls on monthly: from its first day to its end are 31 days at most. Null without an end."""
    return (pl.col(end) - pl.col(start)).dt.total_days() <= ROLLING_DAYS


def ends_by_feed(lines: pl.LazyFrame) -> pl.LazyFrame:
    """What each feed's running lines say of ends: feed, ends_are (as a person said), carried and carried_where_stated.

    lines: one row for each recurring line of a feed, of all accounts: feed, starts_on, ends_on, states_more (notice or self-renewal is
    stated), newest (the day of the feed's newest file), ends_are. They are looked at on the last day on which one of them starts, at the
    latest on `newest`: later, a feed of the past would have none that runs. Lines that roll monthly are left out.
    carried: at least half of those that run on that day have an end; carried_where_stated: of those that state notice or self-renewal.
    Both are true where none runs: then nothing contradicts the ends that are there.
    """
    begun = lines.filter(pl.col("starts_on") <= pl.col("newest"), ~rolls_monthly().fill_null(False))
    dated = begun.with_columns(on=pl.col("starts_on").max().over("feed"))
    running = dated.filter(pl.col("ends_on").is_null() | (pl.col("ends_on") > pl.col("on")))
    ended, stated = pl.col("ends_on").is_not_null(), pl.col("states_more")
    shares = running.group_by("feed").agg(
        carried=ended.mean() >= MOST, carried_where_stated=ended.filter(stated).mean() >= MOST,
    )  # fmt: skip
    feeds = lines.group_by("feed").agg(pl.col("ends_are").first())
    return feeds.join(shares, on="feed", how="left").with_columns(pl.col("carried", "carried_where_stated").fill_null(True))


def with_agreed_ends(contracts: pl.LazyFrame, feeds: pl.LazyFrame) -> pl.LazyFrame:
    """The contracts with `end_agreed`: whether the line's end was agreed beforehand; false without an end.

    It was, where the feed is said to give agreed ends (`ends_are`; `afterwards` says that it was not); else where one of these holds:
    the log had the end before that day; the price is for the term; the line states notice or self-renewal, and at least half of the
    feed's running lines that state it have an end; at least half of the feed's running lines have one.
    contracts: as the store hands them out, with feed, end_said_on and line_ends_on. feeds: ends_by_feed.
    """
    stated = pl.col("auto_renew").is_not_null() | pl.col("notice_days").is_not_null()
    known = pl.col("end_said_on") < pl.col("line_ends_on")
    term = pl.col("period").str.strip_chars() == "term"
    found = pl.any_horizontal(known.fill_null(False), term.fill_null(False), stated & pl.col("carried_where_stated"), "carried")
    settled = pl.when(pl.col("ends_are").is_not_null()).then(pl.col("ends_are") == AGREED).otherwise(found.fill_null(True))
    told = contracts.join(feeds, on="feed", how="left").with_columns(end_agreed=pl.col("line_ends_on").is_not_null() & settled)
    return told.drop("ends_are", "carried", "carried_where_stated")
