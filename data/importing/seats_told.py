"""What the rows of a file say of an amount beside a number of seats: whether it is for the whole line, or for each of them."""

from collections.abc import Sequence

import polars as pl

LINE, SEAT = "line", "seat"
FEWER = 2  # times: so many fewer prices speak for a reading
AGREE = 3  # amounts that are a price met already times their quantity: so many do not agree by chance


def seats_told(lines: pl.DataFrame, within: Sequence[str]) -> tuple[str, bool, str]:
    """Which reading the rows speak for (empty where for none), whether that is sure, and that in words.

    lines: amount and seats as numbers, and what a price goes by (`within`: product, period, currency). A product has few prices: where
    amounts differ as quantities do, they are of whole lines; where they are the same over different quantities, of one of each.
    """
    known = lines.filter((pl.col("amount") > 0) & (pl.col("seats") >= 1)).unique()
    if known["seats"].n_unique() < 2:
        return "", False, ""
    each = known.select(*within, each=(pl.col("amount") / pl.col("seats")).round(4)).n_unique()
    whole = known.select(*within, "amount").n_unique()
    if each * FEWER <= whole:
        one = f"{whole} amounts are one price times their quantities, which speaks for the whole line."
        words = one if each == 1 else f"{whole} amounts are {each} prices times their quantities, which speaks for the whole line."
        return LINE, whole - each >= AGREE, words
    if whole * FEWER <= each:
        return SEAT, False, "The same amounts stand beside different quantities, which speaks for each."
    return "", False, ""
