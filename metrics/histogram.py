"""How values are spread: counts in steps of one width."""

import polars as pl


def histogram(values: pl.Series, low: float, high: float, steps: int) -> pl.DataFrame:
    """How many values lie in each of so many steps of one width from `low` to `high`; what lies beyond counts in the first or the last one.

    A value on the border of two steps counts in the upper one. Nulls count nowhere. Returns middle (of the step), count; all steps, in
    order. Raises ValueError where there is no width.
    """
    if not low < high or steps < 1:
        raise ValueError("low has to lie below high, and there has to be a step")
    width = (high - low) / steps
    at = ((values.drop_nulls().cast(pl.Float64) - low) / width).floor().clip(0, steps - 1).cast(pl.Int64)
    counted = at.rename("at").to_frame().group_by("at").agg(count=pl.len().cast(pl.Int64))
    every = pl.DataFrame({"at": range(steps)}, schema={"at": pl.Int64}).join(counted, on="at", how="left").sort("at")
    return every.select(middle=low + (pl.col("at") + 0.5) * width, count=pl.col("count").fill_null(0))
