"""Accounts that begin to pay and stop again between two balance days: the bridge of the two does not see them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from metrics.balances import changes
from metrics.currency import summed
from metrics.months import MONTHS
from metrics.movements import DAYS, STEP, balance_days
from metrics.segments import placed

SCHEMA = {
    "account_id": pl.String, "group": pl.String, **STEP, "paid_from": pl.Date, "left_on": pl.Date, "mrr": pl.Int64,
}  # fmt: skip
STAY = ["account_id", *DAYS]


def paid_and_left(
    lines: pl.LazyFrame,
    *,
    start: date,
    end: date,
    every: str = "month",
    groups: pl.LazyFrame | None = None,
    places: pl.LazyFrame | None = None,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
) -> pl.LazyFrame:
    """One row per account and step of the bridge (see `movements`) in which it paid for some days, and on neither balance day, and after
    which it is no customer; it may have been free when the step opened.

    lines: with_grace. groups, places: as in `movements`; with places the segment is that of its first paid day. paid_from: the first paid
    day; mrr: cents of that day, at its rates. left_on: the first day not paid any more. Returns SCHEMA, by step and account.
    """
    days = balance_days(start, end, every)
    if not days:
        return pl.LazyFrame(schema=SCHEMA)
    money: dict[str, Any] = {"rates": rates, "currency": currency}
    short = _short(lines, days).collect().lazy()
    seen = changes(lines.join(short, on="account_id", how="semi"), days=days, **money).filter(pl.col("held") | (pl.col("opening") > 0))
    passing = short.join(seen, left_on=["account_id", "opens_on"], right_on=["account_id", "opened_on"], how="anti").collect().lazy()
    named = _named(_paid_times(lines, passing, money), groups, places)
    return named.with_columns(month=pl.col("closes_on").dt.truncate(f"{MONTHS[every]}mo")).select(*SCHEMA).sort("month", "account_id")


def _short(lines: pl.LazyFrame, days: Sequence[date]) -> pl.LazyFrame:
    """The accounts and steps in which a line begins and ends, or a reduction ends: STAY."""
    rises = pl.when(pl.col("arr") > 0).then("starts_on").otherwise("ends_on")  # with the end of a reduction there is more to pay
    steps = pl.LazyFrame({"at": range(1, len(days)), "opens_on": days[:-1], "closes_on": days[1:]}, schema={"at": pl.UInt32, **DAYS})
    placed_lines = lines.filter(pl.col("arr") != 0).with_columns(
        at=pl.lit(pl.Series(days, dtype=pl.Date)).search_sorted(rises, side="left").cast(pl.UInt32)
    )
    return placed_lines.join(steps, on="at").filter(pl.col("ends_on") <= pl.col("closes_on")).select(STAY).unique()


def _paid_times(lines: pl.LazyFrame, stays: pl.LazyFrame, money: dict[str, Any]) -> pl.LazyFrame:
    """When each stay was paid for: STAY, paid_from, left_on, mrr; stays in which nothing was paid are left out."""
    inside = lines.join(stays, on="account_id").filter(pl.col("starts_on") <= pl.col("closes_on"), pl.col("ends_on") > pl.col("opens_on"))
    bounds = pl.concat([inside.select(*STAY, on="starts_on"), inside.select(*STAY, on="ends_on")]).unique()
    held = bounds.join(inside, on=STAY).filter(pl.col("starts_on") <= pl.col("on"), pl.col("ends_on") > pl.col("on"))
    worth = summed(held, [*STAY, "on"], on="on", values=("mrr",), **money)
    until = pl.col("on").shift(-1).over(STAY, order_by="on")
    paid = bounds.join(worth, on=[*STAY, "on"], how="left").with_columns(until=until).filter(
        pl.col("mrr") > 0, pl.col("on") > pl.col("opens_on")
    )  # fmt: skip
    return paid.group_by(STAY).agg(paid_from=pl.col("on").min(), left_on=pl.col("until").max(), mrr=pl.col("mrr").sort_by("on").first())


def _named(rows: pl.LazyFrame, groups: pl.LazyFrame | None, places: pl.LazyFrame | None) -> pl.LazyFrame:
    if places is not None:
        return placed(rows, places, on="paid_from").filter("inside")
    nothing = rows.with_columns(group=pl.lit(None, dtype=pl.String))
    return nothing if groups is None else rows.join(groups, on="account_id", how="left")
