"""What is known of an account's contract that no measure may outweigh: notice given, and a renewal that has lapsed."""

import polars as pl

SEEN = ["account_id", "day"]
EXCEPTIONS = {
    "notice_given": "Notice given on {}",
    "notice_on_part": "Notice given for a part on {}",
    "lapsed_renewal": "Not renewed since {}",
}


def exceptions(observations: pl.LazyFrame, lines: pl.LazyFrame, effective: pl.LazyFrame) -> pl.LazyFrame:
    """The exceptions of observations (account_id, day), each seen from its day.

    lines: contract_lines. effective: with_grace of them. notice_given: notice is given for every paying line that runs on the day,
    and none is booked to follow; since: the last notice. notice_on_part: for some of them. lapsed_renewal: no paying line runs, and the
    grace of those that ended does; since: when the last of them ended.
    Returns account_id, day, exception, since; observations without one are left out.
    """
    told = (
        observations.select(SEEN)
        .join(_contract_on(observations, lines), on=SEEN)
        .join(_held_on(observations, effective), on=SEEN, how="left")
    )
    runs, noticed = pl.col("running") > 0, pl.col("noticed") > 0
    whole = runs & (pl.col("noticed") == pl.col("running")) & ~pl.col("follows")
    named = (
        pl.when(whole).then(pl.lit("notice_given"))
        .when(runs & noticed & (pl.col("noticed") < pl.col("running"))).then(pl.lit("notice_on_part"))
        .when(~runs & pl.col("held").fill_null(False) & ~pl.col("follows")).then(pl.lit("lapsed_renewal"))
    )  # fmt: skip
    since = pl.when(named == "lapsed_renewal").then("ended_on").otherwise("noticed_on")
    return told.select(*SEEN, exception=named, since=since).drop_nulls("exception")


def _contract_on(observations: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """Of the paying lines: how many run on the day, of how many of these notice is given, whether one is booked to follow, the last end."""
    day, booked = pl.col("day"), pl.col("booked_on").is_null() | (pl.col("booked_on") <= pl.col("day"))
    joined = observations.select(SEEN).join(lines.filter("paying"), on="account_id")
    runs = (pl.col("starts_on") <= day) & (pl.col("ends_on").is_null() | (pl.col("ends_on") > day))
    noticed = runs & (pl.col("cancelled_on") <= day).fill_null(False)
    return joined.group_by(SEEN).agg(
        running=runs.sum(), noticed=noticed.sum(), noticed_on=pl.col("cancelled_on").filter(noticed).max(),
        follows=((pl.col("starts_on") > day) & booked & pl.col("cancelled_on").is_null()).any(),
        ended_on=pl.col("ends_on").filter(pl.col("ends_on") <= day).max(),
    )  # fmt: skip


def _held_on(observations: pl.LazyFrame, effective: pl.LazyFrame) -> pl.LazyFrame:
    """Whether a line counts on the day, grace included."""
    held = (pl.col("starts_on") <= pl.col("day")) & (pl.col("ends_on").is_null() | (pl.col("ends_on") > pl.col("day")))
    joined = observations.select(SEEN).join(effective.select("account_id", "starts_on", "ends_on"), on="account_id")
    return joined.group_by(SEEN).agg(held=held.any())
