"""Forecasts held against what happened: what became of the renewals that were due, and how far off, and how sure, forecasts were."""

from collections.abc import Sequence
from datetime import date

import polars as pl

ONCE = ["account_id", "ends_on"]
RENEWED, LOST, IN_GRACE, OPEN, MOVED, AHEAD = ("renewed", "lost", "in_grace", "open", "moved", "ahead")
UNCERTAIN = (AHEAD, IN_GRACE, OPEN)
FEWEST = 4  # quarters from which on bias and error are told: below, they say more of those quarters than of who forecasts
SOURCES = MODEL, PAST_RATES, CALLS = ("model", "past_rates", "calls")


def outcomes(due: pl.LazyFrame, results: pl.LazyFrame, passed: pl.LazyFrame, paid: pl.LazyFrame, *, as_of: date) -> pl.LazyFrame:
    """What became of renewals as they were due on a day of the past.

    due: account_id, ends_on, due (cents). results: renewal_results, in the same currency at the same rates. passed: account_id, ends_on of
    the ends of periods that lines which renew themselves went through: nothing ended there, so what of it no result tells went on whole.
    paid: account_id, ends_on, paid: what the account pays on the day of each renewal. renewed: cents of what was due that went on, at most
    that: growth is no renewal; 0 where it is not known yet. outcome: renewed, lost, in_grace, open (see renewal_results), ahead (the day is
    still to come), or moved (no line ended on that day after all: the contract was changed; what the account pays on the day went on).
    Returns the columns of due, renewed and outcome.
    """
    told = results.select(*ONCE, "kept", "state", told_due="due")
    joined = (
        due.join(told, on=ONCE, how="left")
        .join(passed.select(ONCE).unique().with_columns(went_on=True), on=ONCE, how="left")
        .join(paid.select(*ONCE, "paid"), on=ONCE, how="left")
    )
    went_on, state = pl.col("went_on").fill_null(False), pl.col("state")
    outcome = (
        pl.when(pl.col("ends_on") > as_of).then(pl.lit(AHEAD))
        .when(state.is_in([IN_GRACE, OPEN])).then(state)
        .when(state.is_in(["on_time", "late"]) | went_on).then(pl.lit(RENEWED))
        .when(state == LOST).then(pl.lit(LOST))
        .otherwise(pl.lit(MOVED))
    )  # fmt: skip
    beside = pl.when(went_on).then((pl.col("due") - pl.col("told_due").fill_null(0)).clip(lower_bound=0)).otherwise(0)
    kept = pl.when(outcome == MOVED).then(pl.col("paid").fill_null(0)).otherwise(pl.col("kept").fill_null(0) + beside)
    known = joined.with_columns(outcome=outcome, renewed=pl.min_horizontal("due", kept))
    renewed = pl.when(pl.col("outcome").is_in([RENEWED, MOVED])).then("renewed").otherwise(0)
    return known.with_columns(renewed=renewed).drop("kept", "state", "told_due", "went_on", "paid")


def summed_outcomes(rows: pl.LazyFrame, by: Sequence[str]) -> pl.LazyFrame:
    """Outcomes in sum: by, due_then and renewed (cents), renewals, moved, and how many are not known yet (ahead, in_grace, open), with
    not_certain, the first of these that has any; null where all is known, and `renewed` is told."""
    counts = [(pl.col("outcome") == state).sum().cast(pl.Int64).alias(state) for state in (*UNCERTAIN, MOVED)]
    sums = rows.group_by(by).agg(
        *counts, due_then=pl.col("due").sum(), renewed=pl.col("renewed").sum(), renewals=pl.len().cast(pl.Int64)
    )  # fmt: skip
    first = pl.coalesce(pl.when(pl.col(state) > 0).then(pl.lit(state)) for state in UNCERTAIN)
    return sums.with_columns(not_certain=first).with_columns(renewed=pl.when(pl.col("not_certain").is_null()).then("renewed"))


def last_before(kept: pl.DataFrame) -> pl.DataFrame:
    """Of the forecasts of a quarter by one source for one owner the newest that was made before it began, for each number of quarters
    ahead: 1 was made in the quarter before it. What was made while the quarter ran is left out: part of it was known.

    kept: made_on, quarter, source, owner, and more. Adds quarters_ahead.
    """
    number, of_making = (pl.col(name).dt.year() * 4 + pl.col(name).dt.quarter() for name in ("quarter", "made_on"))
    ahead = kept.with_columns(quarters_ahead=(number - of_making).cast(pl.Int64))
    whole = ahead.filter(pl.col("made_on") < pl.col("quarter"))
    key = ["quarter", "source", "owner", "quarters_ahead"]
    return whole.sort("made_on").unique(key, keep="last", maintain_order=True)


def with_error(rows: pl.DataFrame) -> pl.DataFrame:
    """Forecasts with error (cents: expected less what happened; above zero they were too hopeful), error_share (of due) and in_range.

    rows: due_arr, renewing_arr, renewing_low, renewing_high, renewed; all null where what happened is not certain yet, or nothing was due.
    """
    error = pl.col("renewing_arr") - pl.col("renewed")
    share = pl.when(pl.col("due_arr") > 0).then(error / pl.col("due_arr"))
    return rows.with_columns(error=error, error_share=share, in_range=pl.col("renewed").is_between("renewing_low", "renewing_high"))


def accuracy(rows: pl.LazyFrame, by: Sequence[str]) -> pl.LazyFrame:
    """How far off forecasts were: by, quarters (of which it is certain what happened), bias (cents: the mean of the errors), bias_share
    (errors of all quarters in sum, of what was due in all), error_share (the same without their signs), with_range, in_range (how many
    of these had what happened within the range), range_level. Bias and errors are null with fewer than FEWEST quarters.

    rows: as with_error has them, of one number of quarters ahead.
    """
    error, due = pl.col("error"), pl.col("due_arr")
    enough = pl.len() >= FEWEST
    certain = rows.filter(error.is_not_null())
    return certain.group_by(by).agg(
        quarters=pl.len().cast(pl.Int64), due_arr=due.sum(), renewing_arr=pl.col("renewing_arr").sum(), renewed=pl.col("renewed").sum(),
        bias=pl.when(enough).then(error.mean().round().cast(pl.Int64)),
        bias_share=pl.when(enough & (due.sum() > 0)).then(error.sum() / due.sum()),
        error_share=pl.when(enough & (due.sum() > 0)).then(error.abs().sum() / due.sum()),
        with_range=pl.col("in_range").is_not_null().sum().cast(pl.Int64), in_range=pl.col("in_range").sum().cast(pl.Int64),
        range_level=pl.col("range_level").first(),
    )  # fmt: skip
