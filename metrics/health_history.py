"""The health score week by week: who was a customer on each day, as seen from it, and which version of the score was in force."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

ON = ["account_id", "day"]
WEEK = timedelta(days=7)


def week_ends(last: date, weeks: int, first: date) -> list[date]:
    """The last days of so many weeks up to `last`, the earliest first; none before `first`."""
    ends = [last - WEEK * back for back in range(weeks - 1, -1, -1)]
    return [end for end in ends if end >= first]


def customers_on(observations: pl.LazyFrame, lines: pl.LazyFrame, effective: pl.LazyFrame) -> pl.LazyFrame:
    """The observations (account_id, day) of those who were customers on the day: paying, free after they had paid, in grace, or in trial.

    lines: contract_lines. effective: with_grace of them, its grace as seen from each day.
    """
    paid = effective.filter(pl.col("arr") >= 0).group_by("account_id").agg(first_paid=pl.col("starts_on").min())
    held = effective.select("account_id", "starts_on", "ends_on").join(paid, on="account_id")
    counting = held.with_columns(pl.max_horizontal("starts_on", "first_paid")).drop("first_paid")
    spans = pl.concat([counting, lines.filter("is_trial").select("account_id", "starts_on", "ends_on")])
    live = (pl.col("starts_on") <= pl.col("day")) & (pl.col("ends_on").is_null() | (pl.col("ends_on") > pl.col("day")))
    return observations.select(ON).join(spans, on="account_id").filter(live).select(ON).unique()


def since_first(observations: pl.LazyFrame, customers: pl.LazyFrame) -> pl.LazyFrame:
    """The observations from the first one on which the account was a customer; `customers`: those on which it was. account_id, day,
    customer."""
    marked = observations.select(ON).join(customers.with_columns(customer=pl.lit(True)), on=ON, how="left")
    first = customers.group_by("account_id").agg(first=pl.col("day").min())
    begun = marked.join(first, on="account_id").filter(pl.col("day") >= pl.col("first"))
    return begun.select(*ON, pl.col("customer").fill_null(False))


def in_force_on(days: Sequence[date], published: Sequence[tuple[int, date]], before: int) -> dict[date, int]:
    """The version in force at the end of each day: the last one of those that were published by then; `before` where none was.

    published: version and day.
    """
    return {day: max((version for version, on in published if on <= day), default=before) for day in days}
