"""Why recurring revenue moved: new, reactivation, expansion, contraction, churn and exchange rates, month by month."""

from datetime import date, timedelta

import polars as pl

from metrics.balances import balances

PARTS = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "fx", "closing")


def month_ends(start: date, end: date) -> list[date]:
    """The last days of the months that lie after `start` and not after `end`."""
    days, first = [], date(start.year, start.month, 1)
    while first <= end:
        first = (first + timedelta(days=31)).replace(day=1)
        days.append(first - timedelta(days=1))
    return [day for day in days if start < day <= end]


def movements(
    lines: pl.LazyFrame,
    *,
    start: date,
    end: date,
    groups: pl.LazyFrame | None = None,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
    value: str = "mrr",
) -> pl.LazyFrame:
    """The bridge of each month whose last day lies after `start` and not after `end`; empty where there is none.

    An account is one movement a month: from nothing it is new, or a reactivation if it ever paid before; to nothing it is churn;
    else expansion or contraction. Unit: cents; contraction and churn positive, fx signed. groups: account_id, group.
    opening + new + reactivation + expansion - contraction - churn + fx = closing, to the cent.
    Returns group (null without groups), month (first day), PARTS, accounts (paying at the close).
    """
    closes = month_ends(start, end)
    if not closes:
        return no_movements()
    days = [closes[0].replace(day=1) - timedelta(days=1), *closes]
    first_paid = lines.group_by("account_id").agg(first_paid=pl.col("starts_on").min())
    moved = (
        balances(lines, days=days, rates=rates, currency=currency)
        .select("day", "account_id", closing=value, constant=f"{value}_constant")
        .with_columns(
            opening=pl.col("closing").shift(1).over("account_id", order_by="day"),
            opened_on=pl.col("day").shift(1).over("account_id", order_by="day"),
        )
        .filter(pl.col("opening").is_not_null())
        .join(first_paid, on="account_id")
        .join(groups if groups is not None else first_paid.select("account_id", group=pl.lit(None, dtype=pl.String)), on="account_id")
    )
    return (
        moved.with_columns(**_kinds())
        .group_by("group", pl.col("day").dt.month_start().alias("month"))
        .agg(*(pl.col(part).sum() for part in PARTS), accounts=(pl.col("closing") > 0).sum().cast(pl.Int64))
        .sort("month", "group", nulls_last=True)
    )


def no_movements() -> pl.LazyFrame:
    """The shape of movements, without a row."""
    return pl.LazyFrame(schema={"group": pl.String, "month": pl.Date, **dict.fromkeys(PARTS, pl.Int64), "accounts": pl.Int64})


def _kinds() -> dict[str, pl.Expr]:
    opening, constant = pl.col("opening"), pl.col("constant")
    change = constant - opening
    starts = (opening == 0) & (constant > 0)
    stays = (opening > 0) & (constant > 0)
    before = pl.col("first_paid") <= pl.col("opened_on")
    return {
        "new": pl.when(starts & ~before).then(change).otherwise(0),
        "reactivation": pl.when(starts & before).then(change).otherwise(0),
        "expansion": pl.when(stays & (change > 0)).then(change).otherwise(0),
        "contraction": pl.when(stays & (change < 0)).then(-change).otherwise(0),
        "churn": pl.when((opening > 0) & (constant == 0)).then(-change).otherwise(0),
        "fx": pl.col("closing") - constant,
    }
