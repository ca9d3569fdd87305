"""Contract lines on two days: what each was worth, so that an account's movement opens to the lines behind it."""

from datetime import date

import polars as pl

from metrics.balances import VALUES, balances, live, rated


def line_changes(
    effective: pl.LazyFrame, *, start: date, end: date, rates: pl.LazyFrame | None = None, currency: str = "USD", value: str = "mrr"
) -> pl.LazyFrame:
    """The lines that count on either day, with opening, closing and change (cents of `currency`, each at its own day's rate).

    effective: with_grace. A line and its time in grace are one row. Where an account has lines in foreign currencies, one more row of
    it, without a line, holds the cents that rounding each line leaves over, so that the rows of an account add up to its balance.
    Returns account_id, row_key, contract_id, product, starts_on, ends_on, opening, closing, change, in_grace, batch, line.
    """
    sides = [_worth(effective, day, name, rates, currency, value) for day, name in ((start, "opening"), (end, "closing"))]
    rows = pl.concat(sides, how="diagonal").group_by("account_id", "row_key").agg(
        pl.col("contract_id", "product", "batch", "line").first(), pl.col("starts_on").min(), pl.col("ends_on").max(),
        pl.col("opening", "closing").sum(), pl.col("in_grace").any(),
    )  # fmt: skip
    totals = [
        balances(effective, days=[day], rates=rates, currency=currency).select("account_id", pl.col(value).alias(f"all_{name}"))
        for day, name in ((start, "opening"), (end, "closing"))
    ]
    told = rows.group_by("account_id").agg(pl.col("opening", "closing").sum())
    left_over = (
        told.join(totals[0], on="account_id").join(totals[1], on="account_id")
        .select("account_id", opening=pl.col("all_opening") - pl.col("opening"), closing=pl.col("all_closing") - pl.col("closing"))
        .filter((pl.col("opening") != 0) | (pl.col("closing") != 0))
        .with_columns(product=pl.lit("rounding of currencies"))
    )  # fmt: skip
    return pl.concat([rows, left_over], how="diagonal").with_columns(change=pl.col("closing") - pl.col("opening"))


def _worth(lines: pl.LazyFrame, day: date, name: str, rates: pl.LazyFrame | None, currency: str, value: str) -> pl.LazyFrame:
    """The lines that count on a day, worth `name` on it."""
    return rated(live(lines, day), day=day, rates=rates, currency=currency).select(
        "account_id", "row_key", "contract_id", "product", "starts_on", "ends_on", "batch", "line", "in_grace", pl.col(value).alias(name)
    )


def line_worths(effective: pl.LazyFrame, *, day: date, rates: pl.LazyFrame | None = None, currency: str = "USD") -> pl.LazyFrame:
    """Every line that counts on a day with mrr and arr in cents of `currency`; a line and its time in grace are one row.

    With foreign currencies, an account's cents that rounding leaves over are a row of it without a line, so that sums are its balance.
    Returns account_id, row_key (null for what rounding leaves), contract_id, product, in_grace, mrr, arr, batch, line.
    """
    rows = (
        rated(live(effective, day), day=day, rates=rates, currency=currency)
        .group_by("account_id", "row_key")
        .agg(pl.col("contract_id", "product", "batch", "line").first(), pl.col("in_grace").any(), pl.col(*VALUES).sum())
    )
    whole = balances(effective, days=[day], rates=rates, currency=currency).select(
        "account_id", *(pl.col(v).alias(f"all_{v}") for v in VALUES)
    )
    left_over = (
        rows.group_by("account_id").agg(pl.col(*VALUES).sum())
        .join(whole, on="account_id")
        .select("account_id", *((pl.col(f"all_{v}") - pl.col(v)).alias(v) for v in VALUES))
        .filter(pl.any_horizontal(pl.col(*VALUES) != 0))
        .with_columns(product=pl.lit("rounding of currencies"))
    )  # fmt: skip
    return pl.concat([rows, left_over], how="diagonal")
