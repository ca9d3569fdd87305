"""How values are spread: counts in steps of one width, and round steps to mark an axis by."""

from math import ceil, floor, log10

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


def round_step(width: float, most: int) -> float:
    """The smallest of 1, 2 and 5 times a power of ten of which at most so many fit into a width. Raises ValueError where there is none."""
    if width <= 0 or most < 1:
        raise ValueError("there has to be a width, and a step")
    size = 10.0 ** floor(log10(width / most))
    return next(size * one for one in (1, 2, 5, 10, 20) if size * one * most >= width * (1 - 1e-12))


def round_marks(low: float, high: float, most: int) -> list[float]:
    """Round values from `low` to `high`, at most so many steps apart."""
    step = round_step(high - low, most)
    return [round(at * step, 12) for at in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]
