"""CARR: the lines booked by a day, each in place of what it renews."""

from datetime import date

import polars as pl

from metrics.balances import rated
from metrics.products import UNSAID, Products
from metrics.succession import KEYS, open_pairs, steps, successions, told_whole, unclaimed


def committed(
    lines: pl.LazyFrame,
    *,
    day: date,
    grace_days: int = 0,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
    products: Products = UNSAID,
) -> pl.LazyFrame:
    """The lines that make CARR on a day.

    lines: with_grace. Counts what is live or in grace on the day, and each line booked by then that has not begun, at the price with which
    it begins. A booked line takes the place of what it renews (see succession) where that has ended by its start. Of the steps of a ramp
    the one counts that is live, or the first. Where lines of an account end with nothing that renews them, and lines of another product
    that renew nothing start within `grace_days` of that (at least on the day), it is not known whether that is a change or an addition:
    the side that is worth more counts, the older where they are worth the same. Same columns as `lines`.
    """
    counting = _counting(lines, day)
    whole = told_whole(lines).filter(pl.coalesce("booked_on", "starts_on") <= day).collect().lazy()
    pairs = successions(whole, products).collect().lazy()
    later_steps = steps(whole).select("account_id", line_key="next_key").collect().lazy()
    of_none = pairs.join(later_steps, left_on=["account_id", "next_key"], right_on=KEYS, how="anti")
    ahead = of_none.filter(pl.col("next_starts_on") > day, pl.col("next_starts_on") >= pl.col("ends_on"))
    beginning = whole.filter(pl.col("starts_on") > day).select(KEYS)
    left_out = pl.concat([ahead.select(KEYS), later_steps.join(beginning, on=KEYS, how="semi")]).unique()
    gone = whole.join(left_out, on=KEYS, how="semi").select("account_id", "contract_id", gone_on="ends_on")
    kept = counting.join(left_out, on=KEYS, how="anti").join(_reduced(counting, gone), on=KEYS, how="anti").collect().lazy()
    worth = rated(kept, day=day, rates=rates, currency=currency).group_by(KEYS).agg(pl.col("arr").sum())
    return kept.join(_smaller_sides(worth, whole, pairs, day, max(grace_days, 1), products), on=KEYS, how="anti")


def _counting(lines: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """The rows that are live on the day, and of lines booked by then that have not begun the first."""
    lasts = pl.col("ends_on").is_null() | (pl.col("ends_on") > day)
    live = (pl.col("starts_on") <= day) & lasts
    first = (pl.col("starts_on") > day) & (pl.col("starts_on") == pl.col("line_starts_on"))
    return lines.filter(pl.coalesce("booked_on", "starts_on") <= day, live | first)


def _reduced(counting: pl.LazyFrame, gone: pl.LazyFrame) -> pl.LazyFrame:
    """The reductions of contracts of which a line is left out that runs as long as they do, or longer: they leave with it."""
    less = counting.filter("reduces").select(*KEYS, "contract_id", "line_ends_on")
    pairs = less.join(gone, on=["account_id", "contract_id"], nulls_equal=True)
    return pairs.filter(pl.col("gone_on") >= pl.col("line_ends_on")).select(KEYS).unique()


def _smaller_sides(
    worth: pl.LazyFrame, whole: pl.LazyFrame, pairs: pl.LazyFrame, day: date, within: int, products: Products
) -> pl.LazyFrame:
    """The lines of the side that is worth less, where it is open whether another product takes the place of what ends."""
    there = whole.join(worth, on=KEYS, how="semi")
    ending = there.filter(pl.col("ends_on").is_not_null()).join(pairs, on=KEYS, how="anti")
    asked = open_pairs(ending, unclaimed(there, pairs).filter(pl.col("starts_on") > day), within, products)
    old = asked.select(KEYS).unique().join(worth, on=KEYS).with_columns(newer=pl.lit(False))
    new = asked.select("account_id", line_key="next_key").unique().join(worth, on=KEYS).with_columns(newer=pl.lit(True))
    sides = pl.concat([old, new]).with_columns(
        old=pl.col("arr").filter(~pl.col("newer")).sum().over("account_id"), new=pl.col("arr").filter("newer").sum().over("account_id")
    )  # fmt: skip
    return sides.filter(pl.col("newer") == (pl.col("new") <= pl.col("old"))).select(KEYS)
