"""CARR: the lines booked by a day, each in place of what it renews."""

from datetime import date
from typing import Any

import polars as pl

from metrics.balances import rated
from metrics.products import UNSAID, Products
from metrics.reductions import CONTRACT, VALUES, held_above_nothing
from metrics.succession import KEYS, known_by, open_pairs, steps, successions, told_whole, unclaimed


def committed(
    lines: pl.LazyFrame,
    *,
    day: date,
    grace_days: int = 0,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
    products: Products = UNSAID,
    reductions: pl.LazyFrame | None = None,
) -> pl.LazyFrame:
    """The lines that make CARR on a day.

    lines: with_grace. Counts what is live or in grace on the day, whenever it was booked, and each line booked by then that has not begun,
    at the price with which it begins. A booked line takes the place of what it renews (see succession) where that has ended by its start.
    Of the steps of a ramp the one counts that is live, or the first. Where lines of an account end with nothing that renews them, and
    lines of another product that renew nothing start within `grace_days` of that (at least on the day), it is not known whether that is a
    change or an addition: the side that is worth more counts, the older where they are worth the same. Reductions lower what counts of
    their own contract, and leave with its lines (see _without). reductions: whole_reductions, so that one that takes more off than its
    contract has now lowers what renews it by all that it says; else those among `lines` count as they are. Same columns as `lines`.
    """
    if reductions is not None:
        lines = pl.concat([lines.filter(~pl.col("reduces")), reductions]).collect().lazy()
    counting = _counting(lines, day).collect().lazy()
    whole = told_whole(lines).filter(known_by(day)).collect().lazy()
    pairs = successions(whole, products).collect().lazy()
    later_steps = steps(whole).select("account_id", line_key="next_key").collect().lazy()
    of_none = pairs.join(later_steps, left_on=["account_id", "next_key"], right_on=KEYS, how="anti")
    ahead = of_none.filter(pl.col("next_starts_on") > day, pl.col("next_starts_on") >= pl.col("ends_on"))
    beginning = whole.filter(pl.col("starts_on") > day).select(KEYS)
    left_out = pl.concat([ahead.select(KEYS), later_steps.join(beginning, on=KEYS, how="semi")]).unique().collect().lazy()
    money = {"day": day, "rates": rates, "currency": currency}
    there = whole.join(counting, on=KEYS, how="semi").join(left_out, on=KEYS, how="anti")
    sides = _sides(there, pairs, day, max(grace_days, 1), products).collect().lazy()
    smaller = _smaller(counting, lines, whole, left_out, sides, money)
    return _without(counting, lines, whole, pl.concat([left_out, smaller]), day)


def _counting(lines: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """The rows that are live on the day, and of lines booked by then that have not begun the first."""
    lasts = pl.col("ends_on").is_null() | (pl.col("ends_on") > day)
    live = (pl.col("starts_on") <= day) & lasts
    first = (pl.col("starts_on") > day) & (pl.col("starts_on") == pl.col("line_starts_on"))
    found = lines.filter(known_by(day), live | first)
    once = found.filter("reduces").unique(KEYS)  # one that runs on while its contract is in grace is told twice
    return pl.concat([found.filter(~pl.col("reduces")), once])


def _without(counting: pl.LazyFrame, lines: pl.LazyFrame, whole: pl.LazyFrame, left_out: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """What counts but for the lines left out and the reductions that leave with them; the others lower what stays of their contract."""
    gone = whole.join(left_out, on=KEYS, how="semi")
    leaving = pl.concat([left_out.select(KEYS), _reduced(lines, gone, day)])
    return held_above_nothing(counting.join(leaving, on=KEYS, how="anti").collect().lazy(), CONTRACT)


def _reduced(lines: pl.LazyFrame, gone: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """The reductions that run beside a line of their contract that is left out, and no longer than it does: they leave with it. With a
    line that has not begun leave those that begin no sooner."""
    own = lines.filter("reduces", ~pl.col("in_grace")).select(*KEYS, "contract_id", "line_starts_on", "line_ends_on").unique()
    left = gone.select("account_id", "contract_id", gone_from="starts_on", gone_on="ends_on")
    return (
        own.join(left, on=["account_id", "contract_id"], nulls_equal=True)
        .filter(pl.col("gone_on") >= pl.col("line_ends_on"), pl.col("gone_from") < pl.col("line_ends_on"))
        .filter((pl.col("gone_from") <= day) | (pl.col("line_starts_on") >= pl.col("gone_from")))
        .select(KEYS)
        .unique()
    )


def _sides(there: pl.LazyFrame, pairs: pl.LazyFrame, day: date, within: int, products: Products) -> pl.LazyFrame:
    """The lines of both sides, where it is open whether another product takes the place of what ends; `newer` marks what starts."""
    ending = there.filter(pl.col("ends_on").is_not_null()).join(pairs, on=KEYS, how="anti")
    asked = open_pairs(ending, unclaimed(there, pairs).filter(pl.col("starts_on") > day), within, products)
    old = asked.select(KEYS).unique().with_columns(newer=pl.lit(False))
    return pl.concat([old, asked.select("account_id", line_key="next_key").unique().with_columns(newer=pl.lit(True))])


def _smaller(
    counting: pl.LazyFrame, lines: pl.LazyFrame, whole: pl.LazyFrame, left_out: pl.LazyFrame, sides: pl.LazyFrame, money: dict[str, Any]
) -> pl.LazyFrame:
    """The lines of the side with which the account is worth less, each with its own reductions; of sides worth the same the newer."""
    asked = sides.select("account_id").unique()
    about, all_lines, of_them = (frame.join(asked, on="account_id", how="semi") for frame in (counting, lines, whole))
    worth = asked
    for newer, name in ((True, "old"), (False, "new")):
        dropped = sides.filter(pl.col("newer") == newer).select(KEYS)
        rows = _without(about, all_lines, of_them, pl.concat([left_out, dropped]), money["day"])
        own = rows.group_by("account_id", "currency").agg(pl.col(VALUES).sum())
        summed = rated(own, **money).group_by("account_id").agg(pl.col("arr").sum().alias(name))
        worth = worth.join(summed, on="account_id", how="left").with_columns(pl.col(name).fill_null(0))
    return sides.join(worth, on="account_id").filter(pl.col("newer") == (pl.col("new") <= pl.col("old"))).select(KEYS)
