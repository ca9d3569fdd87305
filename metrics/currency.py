"""Money of many currencies in one, line by line."""

from collections.abc import Sequence

import polars as pl

RATES = {"day": pl.Date, "currency": pl.String, "rate": pl.Float64}


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
        raise ValueError(f"No exchange rate for {code} on or before {day}. Import it into fx_rates.")
    money = [(pl.col(name) * pl.col("rate")).round().cast(pl.Int64) for name in values]
    return rated.lazy().with_columns(*money, currency=pl.lit(currency)).drop("rate", "rated_on")
