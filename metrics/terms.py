"""Who has a term, and what becomes of those who have none: lines without an agreed end, and those that roll monthly, month by month."""

from datetime import date, timedelta

import polars as pl

from metrics.agreed_ends import rolls_monthly
from metrics.balances import changes
from metrics.grace import FAR
from metrics.months import month_ends
from metrics.succession import KEYS, told_whole

HARDLY = 0.10  # share of account-months with a term under which a renewal rate says nothing of the company


def months_by_term(
    effective: pl.LazyFrame,
    lines: pl.LazyFrame,
    *,
    start: date,
    end: date,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
) -> pl.LazyFrame:
    """One row per month that closes after `start` and by `end`: accounts that paid at the close before, by whether they had a term.

    A term is a line that counts on that day, in grace too where its account is, with an agreed end, of more than 31 days.
    effective: with_grace, or without; lines: contract_lines. Returns month, paying (accounts at the close before), with_term, without_term,
    churned_without_term (of those without one the accounts that are no customers any more at the close). Empty where no month closes.
    """
    closes = month_ends(start, end)
    if not closes:
        return pl.LazyFrame(schema={"month": pl.Date, **dict.fromkeys(COUNTS, pl.Int64)})
    days = [closes[0].replace(day=1) - timedelta(days=1), *closes]
    paid = changes(effective, days=days, rates=rates, currency=currency).filter(pl.col("opening") > 0)
    terms = told_whole(lines).filter("end_agreed", ~rolls_monthly().fill_null(True)).select(KEYS)
    counting = effective.filter(~pl.col("reduces")).select(*KEYS, "starts_on", pl.col("ends_on").fill_null(FAR))
    opened = paid.select("account_id", "opened_on").collect().lazy()
    running = opened.join(counting.join(terms, on=KEYS, how="semi"), on="account_id").filter(
        pl.col("starts_on") <= pl.col("opened_on"), pl.col("ends_on") > pl.col("opened_on")
    )  # fmt: skip
    marked = paid.join(running.select("account_id", "opened_on", has=pl.lit(True)).unique(), on=["account_id", "opened_on"], how="left")
    has, gone = pl.col("has").fill_null(False), ~pl.col("held")
    counts = {"paying": pl.len(), "with_term": has.sum(), "without_term": (~has).sum(), "churned_without_term": (~has & gone).sum()}
    summed = marked.group_by(month=pl.col("day").dt.month_start()).agg(count.cast(pl.Int64).alias(name) for name, count in counts.items())
    return summed.sort("month")


COUNTS = ("paying", "with_term", "without_term", "churned_without_term")


def hardly_any_term(with_term: int, paying: int) -> bool:
    """Whether so few account-months have a term that a renewal rate would say nothing of the company; false where nobody paid."""
    return paying > 0 and with_term < HARDLY * paying
