"""What the accounts that paid on one day still pay on a later one: NRR, GRR and logo retention."""

from datetime import date

import polars as pl

from metrics.balances import balances


def retention(
    lines: pl.LazyFrame,
    *,
    start: date,
    end: date,
    groups: pl.LazyFrame | None = None,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
) -> pl.LazyFrame:
    """Retention of the accounts with MRR on `start`, seen on `end`, in the rates of `start`. New logos never enter.

    Unit: cents and ratios (1.0 = 100 %). Empty opening cohort: null ratios, never 0 or 1. groups: account_id, group.
    Returns group, opening_mrr, closing_mrr (of the cohort), retained_mrr (each account capped at its opening), opening_accounts,
    retained_accounts, nrr, grr, logo_retention. One row without groups; else a row per group with an opening account.
    """
    seen = balances(lines, days=[start, end], rates=rates, currency=currency)
    opening = seen.filter(pl.col("day") == start).select("account_id", opening="mrr")
    closing = seen.filter(pl.col("day") == end).select("account_id", closing="mrr_constant" if start != end else "mrr")
    cohort = opening.filter(pl.col("opening") > 0).join(closing, on="account_id", how="left")
    named = cohort.join(groups, on="account_id") if groups is not None else cohort.with_columns(group=pl.lit(None, dtype=pl.String))
    sums = [
        pl.col("opening").sum().alias("opening_mrr"),
        pl.col("closing").sum().alias("closing_mrr"),
        pl.min_horizontal("opening", "closing").sum().alias("retained_mrr"),
        pl.len().cast(pl.Int64).alias("opening_accounts"),
        (pl.col("closing") > 0).sum().cast(pl.Int64).alias("retained_accounts"),
    ]
    rows = named.group_by("group").agg(sums) if groups is not None else named.select(pl.lit(None, dtype=pl.String).alias("group"), *sums)
    return rows.with_columns(
        nrr=_ratio("closing_mrr", "opening_mrr"),
        grr=_ratio("retained_mrr", "opening_mrr"),
        logo_retention=_ratio("retained_accounts", "opening_accounts"),
    ).sort("group", nulls_last=True)


def _ratio(over: str, under: str) -> pl.Expr:
    return pl.when(pl.col(under) > 0).then(pl.col(over) / pl.col(under))
