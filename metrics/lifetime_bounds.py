"""Between which bounds a lifetime value lies, and from how many losses on it can be told as one number."""

import polars as pl

FEWEST_LOSSES = 5  # with fewer, one account more or less changes the lifetime by a quarter and more
Z = 1.959963984540054  # 95 %


def enough(losses: pl.Expr, value: pl.Expr) -> pl.Expr:
    """The value, or null where it rests on fewer than FEWEST_LOSSES losses."""
    return pl.when(losses >= FEWEST_LOSSES).then(value)


def rate_bounds(losses: pl.Expr, trials: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The lowest and the highest rate that losses of trials speak for (95 %); null without trials.

    Source: Wilson 1927, the score interval; examples in Newcombe 1998.
    """
    rate = pl.when(trials > 0).then(losses / trials)
    middle, width = rate + Z**2 / (2 * trials), Z * (rate * (1 - rate) / trials + Z**2 / (4 * trials**2)).sqrt()
    low, high = ((middle + sign * width) / (1 + Z**2 / trials) for sign in (-1, 1))
    return pl.when(losses == 0).then(0.0).otherwise(low), high
