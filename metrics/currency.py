"""Money of many currencies in one, line by line."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from language import tr

RATES = {"day": pl.Date, "currency": pl.String, "rate": pl.Float64}
BEFORE_ALL = date(1900, 1, 1)


def converted(
    lines: pl.LazyFrame, *, on: str, rates: pl.LazyFrame | None, currency: str, values: Sequence[str] = ("mrr", "arr")
) -> pl.LazyFrame:
    """The lines with `values` (cents) in `currency`, at the last rate on or before the day in column `on`; rounded once a line.

    A line without a currency is in `currency`. Raises ValueError where a currency has no rate by then.
    """
    known = pl.LazyFrame(schema=RATES) if rates is None else rates.select(*RATES)
    foreign = pl.col("currency") != currency
    dated = (
        lines.with_columns(pl.col("currency").fill_null(currency))
        .sort(on)
        .join_asof(
            known.select("currency", "rate", rated_on="day").sort("rated_on"),
            left_on=on, right_on="rated_on", by="currency", strategy="backward", check_sortedness=False,
        )
    )  # fmt: skip
    rated = dated.with_columns(rate=pl.when(foreign).then("rate").otherwise(1.0)).collect()
    missing = rated.filter(pl.col("rate").is_null())
    if missing.height:
        code, day = missing.select("currency", on).row(0)
        raise ValueError(tr("No exchange rate for {code} on or before {day}. Import it into fx_rates.", code=code, day=day))
    money = [at_rate(name).alias(name) for name in values]
    return rated.lazy().with_columns(*money, currency=pl.lit(currency)).drop("rate", "rated_on")


def at_rate(value: str, rate: str = "rate") -> pl.Expr:
    """Cents at a rate, rounded once, half away from zero."""
    return (pl.col(value) * pl.col(rate)).round(mode="half_away_from_zero").cast(pl.Int64)


def summed(
    lines: pl.LazyFrame,
    by: Sequence[str],
    *,
    on: str,
    rates: pl.LazyFrame | None,
    currency: str,
    values: Sequence[str] = ("mrr", "arr"),
) -> pl.LazyFrame:
    """Sums of `values` (cents) by the columns `by`, in `currency`: what is in one currency is added up first, then converted at the rate
    of the day in column `on` (as `converted`) and rounded once, as balances do. Returns `by` and `values`."""
    own = lines.group_by({*by, on, "currency"}).agg(pl.col(*values).sum())
    return converted(own, on=on, rates=rates, currency=currency, values=values).group_by(by).agg(pl.col(*values).sum())


def reporting(lines: dict[str, int], rates: pl.DataFrame) -> str:
    """The currency that figures are told in: the one that the rates are worth in, else that of most lines, USD where none is said.

    lines: how many contract lines are in each currency. Rates name every other currency, so where some are given, a currency of
    lines that has none is the one they are worth in.
    """
    unrated = {code: count for code, count in lines.items() if code not in rates["currency"].unique()}
    candidates = unrated if rates.height and unrated else lines
    return min(candidates, key=lambda code: (-candidates[code], code), default="USD")


def for_all_days(rates: pl.DataFrame) -> pl.DataFrame:
    """The rates, each currency's first one holding for the days before it too: older money is told at the oldest rate known."""
    first = rates.sort("day").unique("currency", keep="first", maintain_order=True)
    return pl.concat([first.with_columns(day=pl.lit(BEFORE_ALL)).select(*RATES), rates.select(*RATES)]).sort("currency", "day")


def as_of_day(rates: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """The rates that hold on a day, for every day: money of several days at the rates of one. rates: for_all_days."""
    holding = rates.filter(pl.col("day") <= day).sort("day").unique("currency", keep="last", maintain_order=True)
    return holding.with_columns(day=pl.lit(BEFORE_ALL)).select(*RATES)


def without_rate(rates: pl.DataFrame, currency: str) -> pl.Expr:
    """Whether a line is in a foreign currency that has no rate at all: its money cannot be added to the rest."""
    known = [currency, *rates["currency"].unique().to_list()]
    return pl.col("currency").is_not_null() & ~pl.col("currency").is_in(known)
