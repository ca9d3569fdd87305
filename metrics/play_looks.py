"""Accounts on the day before a play started, with it and without: who is looked at, what they were like, and what came of it.

A look is an account on a day, the one before the start: what people did on the day itself is part of the play. Pure functions on frames.
"""

from datetime import date

import polars as pl

from metrics.currency import summed
from metrics.grace import FAR
from metrics.today import USAGE_FALL

WEEKS = 8  # of weekly actives, before the start and after it
KINDRED_BEFORE, KINDRED_AFTER = 90, WEEKS * 7  # days around a look in which a control had no play of the same kind
BACK = 3 * 365  # days: older starts tell of another product
SPREAD = 24  # start days, up to which controls are looked at on each; beyond, once a month
LIVE = 90  # days after which an account without a renewal ahead is looked at again
RENEWAL, ROLLING = "renewal", "rolling"
LOOK = ("account_id", "day")


def started(runs: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """The starts of one play up to a day, not older than BACK days: run_id, account_id, started_on, day (of the look), by_itself.

    runs: rows of play_runs. Of several on one day for an account, the first by its id.
    """
    lately = runs.filter((pl.lit(day) - pl.col("started_on")).dt.total_days().is_between(0, BACK))
    dated = lately.with_columns(day=pl.col("started_on").dt.offset_by("-1d"), by_itself=pl.col("started_by") == "by itself")
    return dated.sort("started_on", "run_id").unique(LOOK, keep="first", maintain_order=True).select(
        "run_id", *LOOK, "started_on", "by_itself"
    )  # fmt: skip


def shared_days(starts: pl.LazyFrame) -> pl.LazyFrame:
    """On which day the others are looked at who stand beside each look: the same; where there are more than SPREAD days, the first one of
    its month. Returns day, beside."""
    days = starts.select("day").unique()
    first = pl.col("day").min().over(pl.col("day").dt.truncate("1mo"))
    return days.with_columns(beside=pl.when(pl.len() > SPREAD).then(first).otherwise("day")).sort("day")


def free(looks: pl.LazyFrame, kindred: pl.LazyFrame) -> pl.LazyFrame:
    """The looks (account_id, day) at accounts for which no play of the kind started in KINDRED_BEFORE days before and KINDRED_AFTER after.

    kindred: account_id, started_on, of all plays that the same thing starts. Who got one later stands among the others: to leave them out
    would leave those who did well by themselves.
    """
    near = looks.join(kindred.select("account_id", "started_on"), on="account_id").filter(
        (pl.col("started_on") - pl.col("day")).dt.total_days().is_between(-KINDRED_BEFORE, KINDRED_AFTER)
    )
    return looks.join(near.select(LOOK).unique(), on=list(LOOK), how="anti")


def arr_on(looks: pl.LazyFrame, lines: pl.LazyFrame, *, rates: pl.LazyFrame | None = None, currency: str = "USD") -> pl.LazyFrame:
    """ARR of each look: account_id, day, arr (cents of `currency` at the day's rates); looks at accounts without a live line are left out.

    lines: account_id, starts_on, ends_on, arr, currency. The same as metrics.balances.balances, of the days of each account alone.
    """
    dated = looks.select(LOOK).unique().join(lines.select("account_id", "starts_on", "ends_on", "arr", "currency"), on="account_id")
    live = dated.filter(pl.col("starts_on") <= pl.col("day"), pl.col("day") < pl.col("ends_on").fill_null(FAR))
    return summed(live, LOOK, on="day", values=("arr",), rates=rates, currency=currency)


def with_due(looks: pl.LazyFrame, grace_days: int) -> pl.LazyFrame:
    """Adds to looks (day, days_to_renewal) what is waited for: way (RENEWAL, or ROLLING where no renewal is ahead), due_on, certain_on.

    A renewal that has come up already, and is in grace, is left out: nothing is ahead of it. ROLLING: still a customer LIVE days later.
    """
    ahead = looks.filter(pl.col("days_to_renewal").is_null() | (pl.col("days_to_renewal") > 0))
    days = pl.col("days_to_renewal").fill_null(LIVE)
    way = pl.when(pl.col("days_to_renewal").is_null()).then(pl.lit(ROLLING)).otherwise(pl.lit(RENEWAL))
    dated = ahead.with_columns(way=way, due_on=pl.col("day") + pl.duration(days=days))
    return dated.with_columns(certain_on=pl.col("due_on") + pl.duration(days=grace_days))


def with_outcome(looks: pl.LazyFrame, results: pl.LazyFrame, spells: pl.LazyFrame, then: pl.LazyFrame, until: date) -> pl.LazyFrame:
    """Adds renewed (1 or 0; null = not certain by `until`), due and kept (cents).

    looks: with_due's, with arr (cents, on the day). results: account_id, due_on, due, kept, state, as metrics.renewals.renewal_results has
    them by `until`. spells: metrics.grace.paid_spells. then: account_id, due_on, arr_then (cents; on the day that is waited for). Of a
    renewal that is not among the results, as of an account without one, it counts whether it was paid for throughout, and no more is kept
    than there was.
    """
    through = (
        looks.select(*LOOK, "due_on")
        .join(spells.filter(pl.col("lapsed_on") > pl.col("paid_from")), on="account_id")
        .filter(pl.col("paid_from") <= pl.col("day"), pl.col("day") < pl.col("lapsed_on"))
        .group_by(LOOK)
        .agg(paid_through=(pl.col("lapsed_on") > pl.col("due_on")).any())
    )
    told = results.select("account_id", "due_on", "state", result_due="due", result_kept="kept")
    joined = looks.join(told, on=["account_id", "due_on"], how="left").join(through, on=list(LOOK), how="left")
    both = joined.join(then, on=["account_id", "due_on"], how="left").with_columns(renewed=_renewed(until))
    stays = pl.min_horizontal("arr", pl.col("arr_then").fill_null(0)) * pl.col("renewed").cast(pl.Int64)
    kept = pl.when(pl.col("state").is_not_null()).then("result_kept").otherwise(stays)
    known = pl.col("renewed").is_not_null()
    return both.with_columns(due=pl.coalesce("result_due", "arr"), kept=pl.when(known).then(kept)).drop(
        "state", "result_due", "result_kept", "paid_through", "arr_then"
    )


def _renewed(until: date) -> pl.Expr:
    by_state = pl.when(pl.col("state").is_in(["on_time", "late"])).then(1.0).when(pl.col("state") == "lost").then(0.0)
    by_paid = pl.when(pl.col("certain_on") <= until).then(pl.col("paid_through").fill_null(value=False).cast(pl.Float64))
    return pl.when(pl.col("state").is_not_null()).then(by_state).otherwise(by_paid)


def first_of_renewal(looks: pl.LazyFrame) -> pl.LazyFrame:
    """The first look at each account and what it waits for: two starts before one renewal have one outcome."""
    return looks.sort("day", "account_id").unique(["account_id", "due_on"], keep="first", maintain_order=True)


def weeks(looks: pl.LazyFrame) -> pl.LazyFrame:
    """The last days of the WEEKS weeks before the start and after it: account_id, day, at (of the week: day to ask for), is_after."""
    places = pl.LazyFrame({"week": range(-WEEKS + 1, WEEKS + 1)}, schema={"week": pl.Int64})
    dated = looks.select(LOOK).unique().join(places, how="cross")
    return dated.select(*LOOK, at=pl.col("day") + pl.duration(days=7 * pl.col("week")), is_after=pl.col("week") > 0)


def usage_change(asked: pl.LazyFrame, used: pl.LazyFrame, until: date) -> pl.LazyFrame:
    """Weekly actives, in the mean of the weeks before and after: account_id, day, wau_before, wau_after; null unless all weeks are known.

    asked: `weeks`. used: account_id, at, wau. A week that ends after `until` is not known yet.
    """
    known = asked.join(used, on=["account_id", "at"], how="left").with_columns(pl.when(pl.col("at") <= until).then("wau").alias("wau"))
    whole = pl.when(pl.col("wau").null_count() == 0).then(pl.col("wau").mean())
    each = known.group_by(*LOOK, "is_after").agg(mean=whole)
    return each.group_by(LOOK).agg(
        wau_before=pl.col("mean").filter(~pl.col("is_after")).first(), wau_after=pl.col("mean").filter("is_after").first()
    )


def held_trigger(trigger: str | None, within: int | None) -> pl.Expr | None:
    """Whether the trigger of a play held for a look (usage_trend, days_to_renewal); None where that cannot be told of the past."""
    if trigger == "usage_fell":
        return (pl.col("usage_trend") <= -USAGE_FALL).fill_null(value=False)
    if trigger == "renews_within" and within is not None:
        return (pl.col("days_to_renewal") <= within).fill_null(value=False)
    return None


def kind(trigger: pl.Expr | None) -> pl.Expr:
    """What two looks must have in common: the day (of the others), segment, way, whether the change of usage is known, and whether the
    trigger held, where that can be told. looks: beside, segment, way, usage_trend."""
    held = pl.lit("-") if trigger is None else trigger.cast(pl.String)
    parts = [pl.col("beside").cast(pl.String), pl.col("way"), pl.col("usage_trend").is_not_null().cast(pl.String), held]
    return pl.concat_str(*parts, pl.col("segment").fill_null(""), separator="|")
