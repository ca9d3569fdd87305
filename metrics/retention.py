"""What the accounts that paid on one day still pay on a later one: NRR, GRR and logo retention."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from language import tr
from metrics.balances import changes
from metrics.months import month_ends, months_later
from metrics.segments import placed


def retention(
    lines: pl.LazyFrame,
    *,
    start: date,
    end: date,
    groups: pl.LazyFrame | None = None,
    places: pl.LazyFrame | None = None,
    whole: bool = False,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
) -> pl.LazyFrame:
    """Retention of the accounts with MRR on `start`, seen on `end`, in the rates of `start`. New logos never enter.

    Unit: cents and ratios (1.0 = 100 %). Empty opening cohort: null ratios, never 0 or 1. groups: account_id, group; accounts that it
    does not name are group null. places (see segments) in place of groups: the segment in which each account was at the opening;
    then `whole` gives one row over all that are inside. Raises ValueError where `end` lies before `start`.
    Returns group, opening_mrr, closing_mrr (of the cohort), retained_mrr (each account capped at its opening), opening_accounts,
    retained_accounts, nrr, grr, logo_retention. One row without groups; else a row per group with an opening account.
    """
    cohort = _named(_cohort(lines, start, end, rates, currency), groups, places)
    rows = cohort.group_by("group").agg(_SUMS) if _split(groups, places, whole) else cohort.select(_NO_GROUP, *_SUMS)
    return _with_ratios(rows).sort("group", nulls_last=True)


def account_retention(
    lines: pl.LazyFrame,
    *,
    start: date,
    end: date,
    places: pl.LazyFrame | None = None,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
) -> pl.LazyFrame:
    """The accounts behind `retention`: one row per account of the opening cohort; their sums are its numerators and denominators.

    Returns account_id, opening_mrr, closing_mrr, retained_mrr (cents, in the rates of `start`), kept (still pays at the close).
    """
    cohort = _named(_cohort(lines, start, end, rates, currency), None, places)
    return cohort.select(
        "account_id", opening_mrr="opening", closing_mrr="constant", retained_mrr=pl.min_horizontal("opening", "constant"), kept="held"
    )  # fmt: skip


def _cohort(lines: pl.LazyFrame, start: date, end: date, rates: pl.LazyFrame | None, currency: str) -> pl.LazyFrame:
    if end < start:
        raise ValueError(tr("to: {end} lies before {start}, where the window opens.", end=end, start=start))
    seen = changes(lines, days=[start, end], lag=int(start != end), rates=rates, currency=currency)
    return seen.filter(pl.col("opening") > 0)


def retention_series(
    lines: pl.LazyFrame,
    *,
    ends: Sequence[date],
    months: int = 12,
    groups: pl.LazyFrame | None = None,
    places: pl.LazyFrame | None = None,
    whole: bool = False,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
) -> pl.LazyFrame:
    """`retention` of the windows of `months` months that close on each of `ends`, which are last days of months.

    Returns opened_on, day (the close), and the columns of `retention`: a row per close (and per group with an opening account; without
    groups, or with `whole`, also where the cohort is empty, with null ratios). Raises ValueError where one of `ends` is not the last day
    of its month.
    """
    odd = [day for day in ends if (day + timedelta(days=1)).day != 1]
    if odd:
        raise ValueError(tr("A window of a series closes on the last day of a month; {odd} is none.", odd=odd[0]))
    days = _every_month_end(ends, months)
    pairs = pl.LazyFrame(
        {"opened_on": days[:-months], "day": days[months:]}, schema={"opened_on": pl.Date, "day": pl.Date}
    ).filter(pl.col("day").is_in(list(ends)))  # fmt: skip
    seen = changes(lines, days=days, lag=months, rates=rates, currency=currency)
    cohort = _named(seen.filter(pl.col("opening") > 0, pl.col("day").is_in(list(ends))), groups, places)
    rows = cohort.group_by("opened_on", "day", "group").agg(_SUMS)
    split = _split(groups, places, whole)
    every = rows if split else pairs.join(rows, on=["opened_on", "day"], how="left").with_columns(pl.col(_COUNTED).fill_null(0))
    return _with_ratios(every).sort("day", "group", nulls_last=True)


_NO_GROUP = pl.lit(None, dtype=pl.String).alias("group")
_SUMS = [
    pl.col("opening").sum().alias("opening_mrr"),
    pl.col("constant").sum().alias("closing_mrr"),
    pl.min_horizontal("opening", "constant").sum().alias("retained_mrr"),
    pl.len().cast(pl.Int64).alias("opening_accounts"),
    pl.col("held").sum().cast(pl.Int64).alias("retained_accounts"),
]
_COUNTED = ["opening_mrr", "closing_mrr", "retained_mrr", "opening_accounts", "retained_accounts"]


def _named(rows: pl.LazyFrame, groups: pl.LazyFrame | None, places: pl.LazyFrame | None) -> pl.LazyFrame:
    if places is not None:
        return placed(rows, places, on="opened_on").filter("inside")
    return rows.with_columns(_NO_GROUP) if groups is None else rows.join(groups, on="account_id", how="left")


def _split(groups: pl.LazyFrame | None, places: pl.LazyFrame | None, whole: bool) -> bool:
    return groups is not None or (places is not None and not whole)


def _with_ratios(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.with_columns(
        nrr=_ratio("closing_mrr", "opening_mrr"),
        grr=_ratio("retained_mrr", "opening_mrr"),
        logo_retention=_ratio("retained_accounts", "opening_accounts"),
    )


def _ratio(over: str, under: str) -> pl.Expr:
    return pl.when(pl.col(under) > 0).then(pl.col(over) / pl.col(under))


def _every_month_end(ends: Sequence[date], months: int) -> list[date]:
    """The last days of all months from `months` before the first close to the last close."""
    if not ends:
        return []
    return month_ends(months_later(min(ends), -months), max(ends))
