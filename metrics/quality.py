"""What does not fit together in the imported data: reported where people look, never fixed in silence.

Every function takes frames as the store hands them out, or contract_lines, and returns account_id, subject (the id concerned), detail.
"""

import polars as pl

from language import tr
from metrics.book_quality import held
from metrics.in_words import by_count, filled

COLUMNS = ("account_id", "subject", "detail")


def usage_outside_contracts(usage: pl.LazyFrame, contracts: pl.LazyFrame) -> pl.LazyFrame:
    """Usage on days that no line of its contract covers; of its account, where the export names no contract.

    usage: account_id, contract_id, day, count. Returns one row per contract or account; empty where all usage is covered.
    """
    named = usage.with_columns(
        pl.coalesce("contract_id", "account_id").alias("subject"), pl.col("contract_id").is_null().alias("by_account")
    )
    spans = contracts.select("account_id", "contract_id", "starts_on", "ends_on")
    by_account = named.filter(pl.col("by_account")).join(spans.drop("contract_id"), on="account_id", how="left")
    by_contract = named.filter(~pl.col("by_account")).join(spans.drop("account_id"), on="contract_id", how="left")
    covered = (pl.col("starts_on") <= pl.col("day")) & (pl.col("ends_on").is_null() | (pl.col("day") < pl.col("ends_on")))
    shape = ("account_id", "subject", "day", "count", covered.fill_null(False).alias("covered"))
    days = pl.concat([by_account.select(*shape), by_contract.select(*shape)])
    outside = days.group_by("account_id", "subject", "day").agg(pl.col("count").first(), pl.col("covered").any()).filter(~pl.col("covered"))
    return (
        outside.group_by("account_id", "subject")
        .agg(pl.col("count").sum(), pl.col("day").min().alias("first"), pl.col("day").max().alias("last"))
        .select("account_id", "subject", detail=_outside())
        .sort("account_id", "subject")
    )


def churn_that_disagrees(churn_events: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """Recorded churns of accounts that have a line covering that day and the 30 days after it, paying or free.

    lines: contract_lines. A trial that runs on contradicts nobody, and neither does a reduction.
    """
    return (
        churn_events.select("account_id", pl.col("churn_event_id").alias("subject"), "churned_on")
        .join(_whole(lines.filter(held())), on="account_id")
        .filter(
            pl.col("starts_on") <= pl.col("churned_on"),
            pl.col("ends_on").is_null() | (pl.col("ends_on") > pl.col("churned_on").dt.offset_by("30d")),
        )
        .group_by("account_id", "subject", "churned_on")
        .agg(lines=pl.col("line_key").n_unique())
        .select("account_id", "subject", detail=_past_churn())
        .sort("account_id", "subject")
    )


def _outside() -> pl.Expr:
    one, many = tr("{n} event outside the paid time, {first} to {last}"), tr("{n} events outside the paid time, {first} to {last}")
    return by_count("count", one, many, first="first", last="last")


def _past_churn() -> pl.Expr:
    one, many = tr("churn recorded on {day}, yet {n} line runs on past it"), tr("churn recorded on {day}, yet {n} lines run on past it")
    return by_count("lines", one, many, day="churned_on")


def overlapping_lines(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Lines that begin to pay while others of the same account and product do; all of them count. Trials, reductions, free lines and lines
    without a day bring nothing twice, and are left out.

    lines: contract_lines. One row a line.
    """
    paid = _whole(lines.filter("paying"))
    other = paid.select("account_id", "product", other="row_key", other_start="starts_on", other_end="ends_on")
    beside = (
        paid.join(other, on=["account_id", "product"], nulls_equal=True)
        .filter(
            (pl.col("other_start") < pl.col("starts_on"))
            | ((pl.col("other_start") == pl.col("starts_on")) & (pl.col("other") < pl.col("row_key"))),
            pl.col("other_end").is_null() | (pl.col("other_end") > pl.col("starts_on")),
        )
        .group_by("account_id", "row_key", "starts_on")
        .agg(pl.len().alias("others"))
    )
    one, many = (
        tr("starts on {day} while {n} other line of the same product runs"),
        tr("starts on {day} while {n} other lines of the same product run"),
    )
    words = by_count("others", one, many, day="starts_on")
    return beside.select("account_id", subject="row_key", detail=words).sort("account_id", "subject")


def reused_event_ids(events: pl.LazyFrame) -> pl.LazyFrame:
    """Event ids that stand for several events, all of which count. events: event_id, account_id, day. The account, where it is one."""
    told = tr("stands for {n} different events, {first} to {last}; all of them count")
    of_one = pl.when(pl.col("account_id").n_unique() == 1).then(pl.col("account_id").first())
    return (
        events.group_by(subject="event_id")
        .agg(account_id=of_one, n=pl.len(), first=pl.col("day").min(), last=pl.col("day").max())
        .select("account_id", "subject", detail=filled(told, n="n", first="first", last="last"))
        .sort("account_id", "subject")
    )


def waiting_rows(waiting: pl.LazyFrame, accounts: pl.LazyFrame) -> pl.LazyFrame:
    """What files call an account, or usage a contract, that no import has named, and how many rows do. waiting: written, rows, tables (in
    words; null where it is a contract). account_id: where contract lines made an account of the name."""
    of_account = by_count(
        "rows",
        tr("{n} row of an account that no import has named ({tables})"),
        tr("{n} rows of an account that no import has named ({tables})"),
        tables="tables",
    )
    of_contract = by_count(
        "rows", tr("{n} usage event of a contract that no import has named"), tr("{n} usage events of a contract that no import has named")
    )
    stubs = accounts.select("account_id", written="account_id")
    told = waiting.with_columns(detail=pl.coalesce(of_account, of_contract)).join(stubs, on="written", how="left")
    return told.select("account_id", subject="written", detail="detail").sort("subject", "detail")


def _whole(lines: pl.LazyFrame) -> pl.LazyFrame:
    """One row for each line and product, whatever its discounts and parts: the first day of these rows, and their end."""
    parts = lines.sort("starts_on").group_by("account_id", "line_key", "product", maintain_order=True)
    return parts.agg(pl.col("row_key").first(), pl.col("starts_on").first(), pl.col("ends_on").last())
