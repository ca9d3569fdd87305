"""Where an account stands in its life as a customer on a day: how old it is, how far off its next renewal, and what that is called."""

from datetime import date

import polars as pl

from metrics.agreed_ends import rolls_monthly
from metrics.products import UNSAID, Products
from metrics.renewals import YEAR
from metrics.scorecard import ONBOARDING, RENEWAL, STEADY, Scorecard
from metrics.succession import KEYS, steps, successions, told_whole

SEEN = ["account_id", "day"]
SPELL = ("account_id", "due_on", "known_from", "known_to")


def renewal_spells(lines: pl.LazyFrame, *, until: date, grace_days: int, products: Products = UNSAID) -> pl.LazyFrame:
    """From when to when each renewal was ahead, as it was known on the days themselves: one row for each end of a line.

    lines: contract_lines. due_on: the day on which a line ends whose end was agreed; of one that renews itself and has no end, each end of
    its period of a year or longer up to a year after `until`. known_from: booked or begun, and its end in the log where that came later.
    known_to (exclusive): a line that goes on with it is booked or has begun, or the grace after it has run out, after notice there is none;
    of a line that renews itself the due day. Steps of a ramp, what rolls monthly, and trials are no renewals; notice takes none away.
    Returns SPELL, days; a renewal that was never ahead is left out.
    """
    whole = told_whole(lines).filter(~rolls_monthly().fill_null(False)).collect().lazy()
    known, noticed = pl.min_horizontal("booked_on", "starts_on"), (pl.col("cancelled_on") <= pl.col("ends_on")).fill_null(False)
    ended = (
        whole.filter("end_agreed")
        .join(steps(whole).select(KEYS).unique(), on=KEYS, how="anti")
        .join(_went_on(whole, products), on=KEYS, how="left")
        .join(_written_later(lines), on=KEYS, how="left")
        .with_columns(
            due_on="ends_on", graced_to=pl.when(noticed).then("ends_on").otherwise(pl.col("ends_on").dt.offset_by(f"{grace_days}d"))
        )
        .with_columns(known_from=pl.max_horizontal(known, "written_on"), known_to=pl.min_horizontal("went_on", "graced_to"))
    )
    both = pl.concat([ended.select(SPELL), _renewing(whole, until).select(SPELL)])
    return both.filter(pl.col("known_from") < pl.col("known_to")).sort("account_id", "due_on", "known_from", "known_to")


def _went_on(whole: pl.LazyFrame, products: Products) -> pl.LazyFrame:
    """Since when it is known that another line goes on with each: account_id, line_key, went_on."""
    since = pl.min_horizontal("next_booked_on", "next_starts_on").min()
    return successions(whole, products).group_by(KEYS).agg(went_on=since)


def _written_later(lines: pl.LazyFrame) -> pl.LazyFrame:
    """The lines that the log had before it had their end, with the day on which that came: account_id, line_key, written_on."""
    told = lines.group_by(KEYS).agg(pl.col("said_on").min(), written_on=pl.col("end_said_on").max())
    return told.filter(pl.col("said_on") < pl.col("written_on")).select(*KEYS, "written_on")


def _renewing(whole: pl.LazyFrame, until: date) -> pl.LazyFrame:
    """The periods of lines that renew themselves and have no end, one row each, as SPELL."""
    renews = pl.col("auto_renew").fill_null(False) & pl.col("ends_on").is_null() & (pl.col("period_months") >= YEAR).fill_null(False)
    most = pl.lit(until).dt.offset_by("1y")
    ours = whole.filter(renews, pl.col("starts_on") <= pl.lit(until))
    periods = ((most.dt.year() - pl.col("starts_on").dt.year()).cast(pl.Int64) * 12 // pl.col("period_months") + 1).clip(1)
    each = ours.with_columns(number=pl.int_ranges(1, periods + 1)).explode("number")

    def end(number: pl.Expr) -> pl.Expr:
        return pl.col("starts_on").dt.offset_by(pl.format("{}mo", number * pl.col("period_months")))

    began = pl.when(pl.col("number") == 1).then(pl.min_horizontal("booked_on", "starts_on")).otherwise(end(pl.col("number") - 1))
    return each.with_columns(due_on=end(pl.col("number")), known_from=began).with_columns(known_to="due_on")


def days_to_renewal(observations: pl.LazyFrame, spells: pl.LazyFrame) -> pl.LazyFrame:
    """Days to the next renewal of each observation (account_id, day), as it was known on that day; less than 0 in the grace after one that
    nothing goes on with. Returns account_id, day, days_to_renewal; observations without a renewal ahead are left out."""
    ahead = observations.select(SEEN).join(spells, on="account_id")
    now = ahead.filter(pl.col("known_from") <= pl.col("day"), pl.col("day") < pl.col("known_to"))
    return now.group_by(SEEN).agg(days_to_renewal=(pl.col("due_on").min() - pl.col("day").first()).dt.total_days())


def age_days(observations: pl.LazyFrame, accounts: pl.LazyFrame) -> pl.LazyFrame:
    """Days since the start of each observation's account: the day on which it went, or is to go, live, else that of its first contract.

    accounts: account_id, live_on, first_start. Less than 0 before it. Returns account_id, day, age_days; null where no start is known.
    """
    start = accounts.select("account_id", start=pl.coalesce("live_on", "first_start"))
    return (
        observations.select(SEEN)
        .join(start, on="account_id", how="left")
        .select(*SEEN, age_days=(pl.col("day") - pl.col("start")).dt.total_days())
    )


def lifecycle(card: Scorecard, age_days: pl.Expr, days_to_renewal: pl.Expr) -> pl.Expr:
    """What age and days to the renewal make of an observation: ONBOARDING for onboarding_days from its start (and before it), else RENEWAL
    where the next renewal is no more than renewal_days off, else STEADY."""
    return (
        pl.when(age_days < card.onboarding_days).then(pl.lit(ONBOARDING))
        .when(days_to_renewal <= card.renewal_days).then(pl.lit(RENEWAL))
        .otherwise(pl.lit(STEADY))
    )  # fmt: skip
