"""Division of whole cents, rounded once."""

import polars as pl


def divided(over: pl.Expr, under: pl.Expr) -> pl.Expr:
    """over / under for integers, rounded half away from zero, in whole numbers throughout; null where under is not positive."""
    wide_over, wide_under = over.cast(pl.Int128), under.cast(pl.Int128)
    rounded = ((2 * wide_over.abs() + wide_under) // (2 * wide_under)) * wide_over.sign()
    return pl.when(under > 0).then(rounded).cast(pl.Int64)
