"""How accounts that began to pay together hold out: logo, gross and net retention by age, and the margin they have brought."""

from datetime import date
from typing import Any

import polars as pl

from language import tr
from language.formats import listed
from metrics.balances import balances
from metrics.currency import converted, summed
from metrics.months import MONTHS, month_ends
from metrics.rounding import divided

PER = ("month", "quarter")
COHORTS = {"cohort_month": "month", "cohort_quarter": "quarter", "cohort_year": "year"}  # the names by which reports group by it
SUMS = ("size", "opening_mrr", "retained_accounts", "retained_mrr", "closing_mrr")
SCHEMA = {
    "group": pl.String, "cohort": pl.Date, "size": pl.Int64, "period": pl.Int64, "logo": pl.Float64, "gross": pl.Float64,
    "net": pl.Float64, "margin_per_account": pl.Int64, "opening_mrr": pl.Int64, "retained_accounts": pl.Int64,
    "retained_mrr": pl.Int64, "closing_mrr": pl.Int64, "margin": pl.Int64,
}  # fmt: skip
BY_AGE = {"cohort": pl.Date, "size": pl.Int64, "age": pl.Int64, "month": pl.Date, "earned": pl.Int64, "margin": pl.Int64}


def cohorts(
    lines: pl.LazyFrame,
    *,
    as_of: date,
    per: str = "month",
    groups: pl.LazyFrame | None = None,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
    margins: pl.LazyFrame | None = None,
) -> pl.LazyFrame:
    """One row per cohort and period that has closed by `as_of`.

    A cohort is the accounts whose first paid day lies in one month (or quarter); period k is the close of the k-th month (quarter)
    after, 0 its own. opening_mrr is what each paid on its first day, so who leaves within the first month is lost, not left out;
    gross caps each account at it. Rates are those of each account's first day; of the margin, those of each month. margin: gross margin
    brought so far, each month's closing MRR less its share of the company's cost of revenue; null from the first month without costs.
    margins: month, revenue, cost_of_revenue (cents). groups: account_id, group. Cents; ratios 1.0 = 100 %, null without opening.
    Returns SCHEMA. Raises ValueError for another `per` or a missing rate.
    """
    if per not in PER:
        raise ValueError(tr("per: {per!r} is not known. Give one of {known}.", per=per, known=listed(PER)))
    paid = _first_paid(lines, as_of, per, groups)
    begun = paid.select(pl.col("cohort").min()).collect().item()
    if begun is None:
        return pl.LazyFrame(schema=SCHEMA)
    money: dict[str, Any] = {"rates": rates, "currency": currency}
    own = lines.join(paid.select("account_id", "first_paid"), on="account_id").with_columns(pl.col("currency").fill_null(currency))
    begun_on = own.filter(pl.col("starts_on") == pl.col("first_paid"))
    opening = summed(begun_on, ["account_id"], on="first_paid", values=("mrr",), **money).rename({"mrr": "opening"})
    days, begun_with = month_ends(begun, as_of), paid.join(opening, on="account_id")
    held = _held(_aged(_at_first_rates(own, days, money), begun_with), MONTHS[per])
    brought = _aged(balances(lines, days=days, rates=rates, currency=currency), begun_with)
    with_margin = held.join(_margins(brought, margins, MONTHS[per]), on=["group", "cohort", "period"], how="left", nulls_equal=True)
    typed = with_margin.with_columns(**_ratios()).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
    return typed.sort("group", "cohort", "period", nulls_last=True)


def cohorts_of(lines: pl.LazyFrame, per: str) -> pl.LazyFrame:
    """account_id, group: the month (2024-06), the quarter (2024 Q2) or the year (2024) of the first paid day of each account.
    lines: with_grace."""
    first = lines.group_by("account_id").agg(first_paid=pl.col("starts_on").min())
    day = pl.col("first_paid").dt
    quarter = pl.format("{} Q{}", day.year(), day.quarter())
    return first.select("account_id", group=quarter if per == "quarter" else day.strftime("%Y" if per == "year" else "%Y-%m"))


def _at_first_rates(lines: pl.LazyFrame, days: list[date], money: dict[str, Any]) -> pl.LazyFrame:
    """MRR of each account on each day at the rates of its first day (first_paid of its lines): account_id, day, mrr, live."""
    pairs = lines.select("account_id", "currency", "first_paid").unique().collect().with_row_index("pair").lazy()
    apart = lines.join(pairs.drop("first_paid"), on=["account_id", "currency"])
    own = apart.with_columns(account_id="pair", currency=pl.lit(money["currency"]))  # a pair is summed as an account of one currency is
    told = balances(own, days=days, currency=money["currency"]).rename({"account_id": "pair"}).join(pairs, on="pair")
    rated = converted(told, on="first_paid", values=("mrr",), **money)
    return rated.group_by("account_id", "day").agg(pl.col("mrr", "live").sum())


def _aged(balance: pl.LazyFrame, paid: pl.LazyFrame) -> pl.LazyFrame:
    """MRR of each account at the close of each month from its cohort's own on, with the months since (age)."""
    whole = balance.select("account_id", "day", "mrr", "live").join(paid, on="account_id").with_columns(age=_months_since("cohort"))
    return whole.filter(pl.col("age") >= 0)


def _first_paid(lines: pl.LazyFrame, as_of: date, per: str, groups: pl.LazyFrame | None) -> pl.LazyFrame:
    """account_id, first_paid, cohort, group of every account that has paid by a day."""
    first = lines.group_by("account_id").agg(first_paid=pl.col("starts_on").min()).filter(pl.col("first_paid") <= as_of)
    cohort = first.with_columns(cohort=pl.col("first_paid").dt.truncate(f"{MONTHS[per]}mo"))
    none = pl.lit(None, dtype=pl.String)
    return cohort.join(groups, on="account_id") if groups is not None else cohort.with_columns(group=none)


def _months_since(column: str) -> pl.Expr:
    day, start = pl.col("day").dt, pl.col(column).dt
    return (day.year() - start.year()).cast(pl.Int64) * 12 + day.month().cast(pl.Int64) - start.month().cast(pl.Int64)


def _held(aged: pl.LazyFrame, months: int) -> pl.LazyFrame:
    """Sums at the close of each period: the last month of each."""
    closes = aged.filter((pl.col("age") + 1) % months == 0).with_columns(period=pl.col("age") // months)
    return closes.group_by("group", "cohort", "period").agg(
        size=pl.len(), opening_mrr=pl.col("opening").sum(), retained_accounts=(pl.col("live") > 0).sum(),
        retained_mrr=pl.min_horizontal("opening", "mrr").sum(), closing_mrr=pl.col("mrr").sum(),
    )  # fmt: skip


def margins_by_age(
    lines: pl.LazyFrame,
    *,
    as_of: date,
    per: str = "month",
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
    margins: pl.LazyFrame | None = None,
) -> pl.LazyFrame:
    """One row per cohort and month that has closed by `as_of`: cohort, size, age (months since its first one, 0 its own), month, earned
    (gross margin of the month) and margin (all so far; cents), both null from the first month without costs.

    At the close of a period it is the margin of `cohorts`, which takes the same parameters. Sorted by cohort and age.
    """
    paid = _first_paid(lines, as_of, per, None)
    begun = paid.select(pl.col("cohort").min()).collect().item()
    days = month_ends(begun, as_of) if begun else []
    if not days:
        return pl.LazyFrame(schema=BY_AGE)
    sizes = paid.group_by("cohort").agg(size=pl.len())
    brought = _so_far(_aged(balances(lines, days=days, rates=rates, currency=currency), paid), margins)
    told = brought.join(sizes, on="cohort").select(pl.col(name).cast(dtype) for name, dtype in BY_AGE.items())
    return told.sort("cohort", "age")


def _margins(aged: pl.LazyFrame, margins: pl.LazyFrame | None, months: int) -> pl.LazyFrame:
    """Cumulative margin of each cohort at the close of each period: group, cohort, period, margin."""
    closes = _so_far(aged, margins).filter((pl.col("age") + 1) % months == 0)
    return closes.select("group", "cohort", "margin", period=pl.col("age") // months)


def _so_far(aged: pl.LazyFrame, margins: pl.LazyFrame | None) -> pl.LazyFrame:
    """The margin of each cohort in each month, and all that it has brought so far: group, cohort, age, month, earned, margin."""
    empty = pl.LazyFrame(schema={"month": pl.Date, "revenue": pl.Int64, "cost_of_revenue": pl.Int64})
    by_month = aged.group_by("group", "cohort", "age", pl.col("day").dt.month_start().alias("month")).agg(pl.col("mrr").sum())
    share = divided(pl.col("cost_of_revenue") * pl.col("mrr"), pl.col("revenue"))
    nothing = (pl.col("mrr") == 0) & pl.col("cost_of_revenue").is_not_null()
    earned = by_month.join(empty if margins is None else margins, on="month", how="left").with_columns(
        earned=pl.when(nothing).then(0).otherwise(pl.col("mrr") - share)
    )
    known = pl.col("earned").is_null().cum_max().over(["group", "cohort"], order_by="age")
    summed_up = pl.when(~known).then(pl.col("earned").cum_sum().over(["group", "cohort"], order_by="age"))
    return earned.with_columns(margin=summed_up)


def _ratios() -> dict[str, pl.Expr]:
    opened = pl.col("opening_mrr") > 0
    return {
        "logo": pl.when(pl.col("size") > 0).then(pl.col("retained_accounts") / pl.col("size")),
        "gross": pl.when(opened).then(pl.col("retained_mrr") / pl.col("opening_mrr")),
        "net": pl.when(opened).then(pl.col("closing_mrr") / pl.col("opening_mrr")),
        "margin_per_account": divided(pl.col("margin"), pl.col("size").cast(pl.Int64)),
    }


def averages(table: pl.LazyFrame) -> pl.LazyFrame:
    """Each period over the cohorts old enough to have reached it, weighted by their opening: sums over sums.

    table: as `cohorts` returns. Returns group, period, cohorts (how many), logo, gross, net, margin_per_account (over the accounts
    of cohorts whose margin is known), and the sums.
    """
    with_margin = pl.col("size").filter(pl.col("margin").is_not_null()).sum().alias("size_with_margin")
    sums = table.group_by("group", "period").agg(
        pl.len().cast(pl.Int64).alias("cohorts"), *(pl.col(name).sum() for name in SUMS), pl.col("margin").sum(), with_margin
    )
    margin = divided(pl.col("margin"), pl.col("size_with_margin"))
    return sums.with_columns(**_ratios() | {"margin_per_account": margin}).select(
        "group", "period", "cohorts", "logo", "gross", "net", "margin_per_account", *SUMS
    ).sort("group", "period", nulls_last=True)  # fmt: skip
