"""Churns one by one, each with its day, what it lost, and since when it had paid; and what their reasons add up to."""

from datetime import date
from typing import Any

import polars as pl

from metrics.between_closes import paid_and_left
from metrics.currency import summed
from metrics.grace import paid_spells
from metrics.movements import DAYS, account_movements

CHURNED, PASSED = "churned", "paid and left"
SCHEMA = {
    "account_id": pl.String, "month": pl.Date, **DAYS, "churned_on": pl.Date, "paid_since": pl.Date, "first_paid": pl.Date,
    "kind": pl.String, "mrr": pl.Int64, "arr": pl.Int64,
}  # fmt: skip
STEP = ["account_id", "month", *DAYS]
LEAVES, GROUPS = 2, 1  # depth: a reason of the second level, and one of the first
PARETO = {
    "group": pl.String, "depth": pl.Int64, "reason_id": pl.String, "parent_id": pl.String, "churns": pl.Int64, "mrr": pl.Int64,
    "arr": pl.Int64, "arr_share": pl.Float64, "arr_cumulative": pl.Float64, "churns_share": pl.Float64, "churns_cumulative": pl.Float64,
    "preventable": pl.Int64, "preventable_arr": pl.Int64,
}  # fmt: skip


def churns(
    lines: pl.LazyFrame, *, start: date, end: date, rates: pl.LazyFrame | None = None, currency: str = "USD"
) -> pl.LazyFrame:  # fmt: skip
    """One row per account and month of the bridge in which it churned, and per one in which it paid and left between the two closes.

    lines: with_grace. They are the churns of `movements` and the rows of `paid_and_left` of the same days, no more and no fewer: who came
    back within the month has not churned. churned_on: the first day on which no line counts any more, as states of ARR have it (without a
    renewal the day on which the lines ended, not that on which grace did). mrr, arr: cents; of a churn those of the opening day, of who
    paid and left those of the first paid day. paid_since: first day of the unbroken time that ended; first_paid: of all. kind: CHURNED or
    PASSED. Returns SCHEMA, by day and account.
    """
    asked: dict[str, Any] = {"start": start, "end": end, "rates": rates, "currency": currency}
    moved = account_movements(lines, **asked).filter(pl.col("churn") > 0).select(*STEP, mrr="churn")
    worth = account_movements(lines, **asked, value="arr").select(*STEP, arr="churn")
    churned = moved.join(worth, on=STEP, how="left").with_columns(kind=pl.lit(CHURNED))
    found = pl.concat([churned, _passing(lines, asked)], how="diagonal").collect().lazy()
    first = lines.group_by("account_id").agg(first_paid=pl.col("starts_on").min())
    dated = found.join(_lapses(lines, found), on=STEP, how="left").join(first, on="account_id", how="left")
    return dated.with_columns(pl.col("arr").fill_null(0)).select(*SCHEMA).sort("churned_on", "account_id")


def _passing(lines: pl.LazyFrame, asked: dict[str, Any]) -> pl.LazyFrame:
    """Who paid and left between two closes: STEP, mrr, arr, kind."""
    passing = paid_and_left(lines, **asked).select(*STEP, "paid_from", "mrr").collect().lazy()
    held = lines.join(passing.drop("mrr"), on="account_id").filter(
        pl.col("starts_on") <= pl.col("paid_from"), pl.col("ends_on").is_null() | (pl.col("ends_on") > pl.col("paid_from"))
    )
    money = {"rates": asked["rates"], "currency": asked["currency"]}
    worth = summed(held.select(*STEP, "paid_from", "currency", "arr"), STEP, on="paid_from", values=("arr",), **money)
    return passing.drop("paid_from").join(worth, on=STEP, how="left").with_columns(kind=pl.lit(PASSED))


def _lapses(lines: pl.LazyFrame, steps: pl.LazyFrame) -> pl.LazyFrame:
    """The last day of each step on which paid time ended, and since when it had run: STEP, churned_on, paid_since."""
    spells = paid_spells(lines.filter(pl.col("arr") >= 0))
    inside = steps.select(STEP).join(spells, on="account_id").filter(
        pl.col("lapsed_on") > pl.col("opens_on"), pl.col("lapsed_on") <= pl.col("closes_on")
    )  # fmt: skip
    last = pl.col("paid_from").sort_by("lapsed_on").last()
    return inside.group_by(STEP).agg(churned_on=pl.col("lapsed_on").max(), paid_since=last)


def pareto(churned: pl.LazyFrame) -> pl.LazyFrame:
    """What each reason took, the most ARR first: rows of both levels, each level adding up to all churns.

    churned: group, reason_id and parent_id (null: nobody has said why), mrr, arr (cents), is_preventable (null: not said). A reason of
    the first level that was given itself is its own row at depth LEAVES. Shares are of the group's churns; cumulative ones run down the
    first level, and within each first level down the second, those of ARR from the most ARR on and those of churns from the most churns;
    what nobody has given a reason for is last. preventable, preventable_arr: of churns that could have been prevented;
    null where nobody has said it of any. Returns PARETO.
    """
    leaves = _counted(churned, ["group", "reason_id", "parent_id"]).with_columns(depth=pl.lit(LEAVES, pl.Int64))
    top = pl.coalesce("parent_id", "reason_id")
    above = _counted(churned.with_columns(reason_id=top, parent_id=pl.lit(None, pl.String)), ["group", "reason_id", "parent_id"])
    tops = above.with_columns(depth=pl.lit(GROUPS, pl.Int64))
    rows = pl.concat([tops, leaves], how="diagonal").with_columns(above=pl.when(pl.col("depth") == LEAVES).then(top))
    order = {name: (pl.col("reason_id").is_null(), -pl.col(name), "reason_id") for name in ("arr", "churns")}
    whole = ["group", "depth", "above"]
    told = rows.with_columns(
        *(pl.col(name).sum().over("group", "depth").alias(f"{name}_all") for name in order),
        *(pl.col(name).cum_sum().over(whole, order_by=by).alias(f"{name}_so_far") for name, by in order.items()),
    )
    shares = {f"{name}_share": _ratio(name, f"{name}_all") for name in order}
    shares |= {f"{name}_cumulative": _ratio(f"{name}_so_far", f"{name}_all") for name in order}
    return told.with_columns(**shares).sort("group", "depth", "above", *order["arr"], nulls_last=True).select(*PARETO)


def _ratio(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole))


def _counted(churned: pl.LazyFrame, by: list[str]) -> pl.LazyFrame:
    could, is_said = pl.col("is_preventable").fill_null(False), pl.col("is_preventable").is_not_null().any()
    return churned.group_by(by).agg(
        churns=pl.len().cast(pl.Int64), mrr=pl.col("mrr").sum(), arr=pl.col("arr").sum(),
        preventable=pl.when(is_said).then(could.sum().cast(pl.Int64)), 
        preventable_arr=pl.when(is_said).then(pl.col("arr").filter(could).sum()),
    )  # fmt: skip
