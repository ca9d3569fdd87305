"""Size bands: accounts by what they pay a year."""

from datetime import date

import polars as pl

from metrics.balances import balances

SIZE_BAND = "size_band"  # the name by which reports group by it
# Upper ends in currency units, themselves in the band above; house.
BANDS = ((1_000, "1: under 1K"), (10_000, "2: 1K to 10K"), (50_000, "3: 10K to 50K"), (250_000, "4: 50K to 250K"))
LARGEST = "5: 250K and more"


def size_bands(lines: pl.LazyFrame, *, start: date, end: date, rates: pl.LazyFrame | None = None, currency: str = "USD") -> pl.LazyFrame:
    """The band of each account by its ARR on `start`; of those that did not pay then, by their ARR on `end`.

    lines: with_grace. Returns account_id, group; accounts that pay on neither day have group null.
    """
    seen = balances(lines, days=[start, end], rates=rates, currency=currency).filter(pl.col("arr") > 0)
    first = seen.sort("day").group_by("account_id", maintain_order=True).agg(pl.col("arr").first())
    named = pl.when(pl.lit(False)).then(pl.lit(None, dtype=pl.String))
    for upper, name in BANDS:
        named = named.when(pl.col("arr") < upper * 100).then(pl.lit(name))
    banded = first.select("account_id", group=named.otherwise(pl.lit(LARGEST)))
    return lines.select("account_id").unique().join(banded, on="account_id", how="left")
