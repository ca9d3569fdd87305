"""Typed contract lines as the answer says their discounts are: taken off already, or still to come off as a share or as money."""

import polars as pl

from data.importing.discounts_told import PAID, share_paid

MONEY = pl.Decimal(18, 4)
OFF = ("discount", "discount_amount", "less_from")


def discounted(lines: pl.DataFrame, said: str) -> pl.DataFrame:
    """The lines with a discount only where it still comes off the amount. said: the option `discounts`, empty where it is not given.

    less_from: money off as the file has it; as a share it counts per cent, of the amount with its add-ons. An amount that has a discount with an end taken off already is
    given without it, so that the line pays more from that end on.
    """
    there = [name for name in OFF if name in lines.columns]
    if said == "taken_off" and there:
        return _before_their_ends(lines, there)
    if said == PAID:
        return _by_what_is_paid(lines, there)
    if said == "share" and "less_from" in there:
        more = pl.col("add_from").fill_null(0) if "add_from" in lines.columns else pl.lit(0, dtype=MONEY)
        whole = (pl.col("amount") + more).cast(pl.Float64)
        return lines.with_columns(less_from=(whole * pl.col("less_from").cast(pl.Float64) / 100).cast(MONEY))
    return lines


def _by_what_is_paid(lines: pl.DataFrame, there: list[str]) -> pl.DataFrame:
    """The lines where the discount is the share that is paid."""
    if "discount" in there:
        lines = lines.with_columns(discount=1 - share_paid(pl.col("discount")))
    if "less_from" not in there:
        return lines
    more = pl.col("add_from").fill_null(0) if "add_from" in lines.columns else pl.lit(0, dtype=MONEY)
    off = 1 - share_paid(pl.col("less_from").cast(pl.Float64)).fill_null(1.0)
    return lines.with_columns(less_from=((pl.col("amount") + more).cast(pl.Float64) * off).cast(MONEY))


def _before_their_ends(lines: pl.DataFrame, there: list[str]) -> pl.DataFrame:
    share = pl.col("discount").fill_null(0.0) if "discount" in there else pl.lit(0.0)
    money = pl.col("discount_amount").fill_null(0).cast(pl.Float64) if "discount_amount" in there else pl.lit(0.0)
    has_end = pl.col("discount_ends_on").is_not_null() & (share < 1) if "discount_ends_on" in lines.columns else pl.lit(False)
    whole = ((pl.col("amount").cast(pl.Float64) + money) / (1 - share)).cast(MONEY)
    kept = [pl.when(has_end & (name != "less_from")).then(pl.col(name)).alias(name) for name in there]
    return lines.with_columns(pl.when(has_end).then(whole).otherwise(pl.col("amount")).cast(MONEY).alias("amount"), *kept)
