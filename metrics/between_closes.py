"""Accounts that begin to pay and stop again between two balance days: the bridge of the two does not see them."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from metrics.balances import changes
from metrics.currency import converted
from metrics.months import MONTHS
from metrics.movements import DAYS, STEP, balance_days
from metrics.segments import placed

SCHEMA = {
    "account_id": pl.String, "group": pl.String, **STEP, "paid_from": pl.Date, "left_on": pl.Date, "mrr": pl.Int64,
}  # fmt: skip


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
    """One row per account and step of the bridge (see `movements`) in which it paid for some days, and on neither balance day.

    lines: with_grace. groups, places: as in `movements`; with places the segment is that of its first paid day. mrr: cents of what
    began on the first of those days, at its rates. left_on: the first day not paid. Returns SCHEMA, by step and account.
    """
    days = balance_days(start, end, every)
    if not days:
        return pl.LazyFrame(schema=SCHEMA)
    short = _short(lines, days)
    held = changes(lines.join(short, on="account_id", how="semi"), days=days, rates=rates, currency=currency)
    passing = short.join(held, left_on=["account_id", "opens_on"], right_on=["account_id", "opened_on"], how="anti")
    spans = passing.group_by("account_id", "opens_on", "closes_on").agg(
        paid_from=pl.col("starts_on").min(), left_on=pl.col("ends_on").max()
    )
    first = passing.join(spans, on=["account_id", "opens_on"]).filter(pl.col("starts_on") == pl.col("paid_from"))
    money = converted(first, on="starts_on", rates=rates, currency=currency, values=("mrr",))
    summed = spans.join(money.group_by("account_id", "opens_on").agg(pl.col("mrr").sum()), on=["account_id", "opens_on"])
    named = _named(summed, groups, places).with_columns(month=pl.col("closes_on").dt.truncate(f"{MONTHS[every]}mo"))
    return named.select(*SCHEMA).sort("month", "account_id")


def _short(lines: pl.LazyFrame, days: Sequence[date]) -> pl.LazyFrame:
    """The lines that begin after one balance day and end by the next, with the two: opens_on, closes_on."""
    bounds = pl.Series(days, dtype=pl.Date)
    steps = pl.LazyFrame({"at": range(1, len(days)), "opens_on": days[:-1], "closes_on": days[1:]}, schema={"at": pl.UInt32, **DAYS})
    placed_lines = lines.select("account_id", "starts_on", "ends_on", "mrr", "currency").with_columns(
        at=pl.lit(bounds).search_sorted(pl.col("starts_on"), side="left").cast(pl.UInt32)
    )
    return placed_lines.join(steps, on="at").filter(pl.col("ends_on") <= pl.col("closes_on")).drop("at")


def _named(rows: pl.LazyFrame, groups: pl.LazyFrame | None, places: pl.LazyFrame | None) -> pl.LazyFrame:
    if places is not None:
        return placed(rows, places, on="paid_from").filter("inside")
    nothing = rows.with_columns(group=pl.lit(None, dtype=pl.String))
    return nothing if groups is None else rows.join(groups, on="account_id", how="left")
