"""What is known of an account's contract that no measure may outweigh: notice given, and a renewal that has lapsed."""

import polars as pl

from language import InLanguage, mark
from metrics.products import UNSAID, Products
from metrics.succession import KEYS, successions, told_whole

SEEN = ["account_id", "day"]
EXCEPTIONS = InLanguage(
    {
        "notice_given": mark("Notice given on {day}"),
        "notice_on_part": mark("Notice given for a part on {day}"),
        "lapsed_renewal": mark("Not renewed since {day}"),
    }
)
NOTICES = ("notice_given", "notice_on_part")  # of all, or of a part


def exceptions(observations: pl.LazyFrame, lines: pl.LazyFrame, effective: pl.LazyFrame, products: Products = UNSAID) -> pl.LazyFrame:
    """The exceptions of observations (account_id, day), each seen from its day.

    lines: contract_lines. effective: with_grace of them. A line is left where notice of it is given by the day, or it has ended, and
    nothing goes on with it (see succession) that runs or is booked by the day and is not under notice itself. notice_given: every paying
    line that runs on the day is left, and no other one is booked; since: the last notice. notice_on_part: some are, or others are booked
    that go on with something else. lapsed_renewal: no paying line runs, one is in grace, and one of those that ended last is left; since:
    when they ended.
    Returns account_id, day, exception, since; observations without one are left out.
    """
    told = (
        observations.select(SEEN)
        .join(_contract_on(observations, lines, products), on=SEEN)
        .join(_held_on(observations, effective), on=SEEN, how="left")
    )
    runs, left = pl.col("running") > 0, pl.col("left") > 0
    whole = (pl.col("left") == pl.col("running")) & ~pl.col("booked")
    named = (
        pl.when(runs & left & whole).then(pl.lit("notice_given"))
        .when(runs & left).then(pl.lit("notice_on_part"))
        .when(~runs & pl.col("held").fill_null(False) & pl.col("is_lapsed")).then(pl.lit("lapsed_renewal"))
    )  # fmt: skip
    since = pl.when(named == "lapsed_renewal").then("ended_on").otherwise("noticed_on")
    return told.select(*SEEN, exception=named, since=since).drop_nulls("exception")


def _contract_on(observations: pl.LazyFrame, lines: pl.LazyFrame, products: Products) -> pl.LazyFrame:
    """Of the paying lines on the day: running, left, booked (one without notice has not begun), ended_on (the last end), is_lapsed."""
    day, paid = pl.col("day"), lines.filter("paying")
    about = paid.select(*KEYS, "starts_on", "ends_on", "booked_on", "cancelled_on")
    joined = observations.select(SEEN).join(about, on="account_id")
    followed = _followed_on(observations, paid, products)
    seen = joined.join(followed, on=[*SEEN, "line_key"], how="left").with_columns(pl.col("followed").fill_null(False))
    runs = (pl.col("starts_on") <= day) & (pl.col("ends_on").is_null() | (pl.col("ends_on") > day))
    noticed = (pl.col("cancelled_on") <= day).fill_null(False)
    left = runs & noticed & ~pl.col("followed")
    ended = pl.col("ends_on").filter(pl.col("ends_on") <= day).max()
    return seen.group_by(SEEN).agg(
        running=runs.sum(), left=left.sum(), noticed_on=pl.col("cancelled_on").filter(left).max(), ended_on=ended,
        booked=((pl.col("starts_on") > day) & (pl.col("booked_on") <= day).fill_null(False) & ~noticed).any(),
        is_lapsed=((pl.col("ends_on") == ended) & ~pl.col("followed")).any(),
    )  # fmt: skip


def _followed_on(observations: pl.LazyFrame, paid: pl.LazyFrame, products: Products) -> pl.LazyFrame:
    """The paying lines with which another one goes on that runs or is booked by the day and is not under notice: account_id, line_key,
    day, followed (true)."""
    whole = told_whole(paid).collect().lazy()
    ended = whole.select("account_id", next_key="line_key", next_cancelled_on="cancelled_on")
    pairs = successions(whole, products).join(ended, on=["account_id", "next_key"])
    seen = observations.select(SEEN).join(pairs, on="account_id")
    known = pl.min_horizontal("next_booked_on", "next_starts_on") <= pl.col("day")
    kept = seen.filter(known, ~(pl.col("next_cancelled_on") <= pl.col("day")).fill_null(False))
    return kept.select(*SEEN, "line_key", followed=pl.lit(True)).unique()


def _held_on(observations: pl.LazyFrame, effective: pl.LazyFrame) -> pl.LazyFrame:
    """Whether a paying line is in grace on the day."""
    held = (pl.col("starts_on") <= pl.col("day")) & (pl.col("ends_on").is_null() | (pl.col("ends_on") > pl.col("day")))
    lapsed = effective.filter("in_grace", "paying").select("account_id", "starts_on", "ends_on")
    joined = observations.select(SEEN).join(lapsed, on="account_id")
    return joined.group_by(SEEN).agg(held=held.any())
