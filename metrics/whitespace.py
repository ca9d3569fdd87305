"""Whitespace: which products each account has, had, or never had."""

from datetime import date

import polars as pl

from metrics.currency import summed

NO_PRODUCT = "no product"
STATES = ("has", "in_trial", "had", "never")


def whitespace(
    accounts: pl.LazyFrame, lines: pl.LazyFrame, counting: pl.LazyFrame, rated: pl.LazyFrame, *, day: date, rates: pl.LazyFrame,
    currency: str,
) -> pl.LazyFrame:  # fmt: skip
    """One row per account and product that anybody has or had: account_id, product, state (of STATES), arr (cents), last_day (of what it
    has no more: the first day without it).

    accounts: account_id. lines: contract_lines. counting: with_grace of them; what of these counts on the day is had, reductions alone are
    not. rated: those of counting whose money can be told. Recurring lines; one without a product is of NO_PRODUCT. arr: reductions of the
    product taken off; 0 for what is not had.
    """
    named = _named(lines).filter(pl.col("starts_on") <= day, ~pl.col("reduces"))
    now = _live(_named(counting), day).filter(~pl.col("reduces")).select("account_id", "product").unique().with_columns(has=True)
    tried = _live(named.filter("is_trial"), day).select("account_id", "product").unique().with_columns(tried=True)
    money = _live(_named(rated), day).with_columns(on=pl.lit(day))
    worth = summed(money, ["account_id", "product"], on="on", rates=rates, currency=currency, values=("arr",))
    products = pl.concat([frame.select("product") for frame in (named, money)]).unique()
    told = accounts.select("account_id").join(products, how="cross")
    for frame in (worth, now, tried, _had(named, day)):
        told = told.join(frame, on=["account_id", "product"], how="left")
    cells = told.with_columns(state=_state(), arr=pl.col("arr").fill_null(0))
    return cells.select("account_id", "product", "state", "arr", "last_day").sort("account_id", "product")


def _named(lines: pl.LazyFrame) -> pl.LazyFrame:
    return lines.filter(pl.col("kind") == "recurring").with_columns(pl.col("product").fill_null(NO_PRODUCT))


def _live(lines: pl.LazyFrame, day: date) -> pl.LazyFrame:
    return lines.filter(pl.col("starts_on") <= day, pl.col("ends_on").is_null() | (pl.col("ends_on") > day))


def _had(lines: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """account_id, product, last_day of what was no trial and has ended by the day."""
    ended = lines.filter(~pl.col("is_trial"), pl.col("ends_on") <= day, pl.col("ends_on") > pl.col("starts_on"))
    return ended.group_by("account_id", "product").agg(last_day=pl.col("ends_on").max())


def _state() -> pl.Expr:
    return (
        pl.when(pl.col("has")).then(pl.lit("has")).when(pl.col("tried")).then(pl.lit("in_trial"))
        .when(pl.col("last_day").is_not_null()).then(pl.lit("had")).otherwise(pl.lit("never"))
    )  # fmt: skip
