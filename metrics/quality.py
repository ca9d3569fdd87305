"""What does not fit together in the imported data: reported where people look, never fixed in silence.

Every function takes frames as the store hands them out and returns account_id, subject (the id concerned), detail.
"""

import polars as pl

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
        .select(
            "account_id",
            "subject",
            pl.format("{} events outside the paid time, {} to {}", "count", "first", "last").alias("detail"),
        )
        .sort("account_id", "subject")
    )


def churn_that_disagrees(churn_events: pl.LazyFrame, contracts: pl.LazyFrame) -> pl.LazyFrame:
    """Recorded churns of accounts that have a line covering that day and the 30 days after it."""
    end = "line_ends_on" if "line_ends_on" in contracts.collect_schema().names() else "ends_on"
    lines = contracts.select("account_id", "starts_on", ends_on=end)
    return (
        churn_events.select("account_id", pl.col("churn_event_id").alias("subject"), "churned_on")
        .join(lines, on="account_id")
        .filter(
            pl.col("starts_on") <= pl.col("churned_on"),
            pl.col("ends_on").is_null() | (pl.col("ends_on") > pl.col("churned_on").dt.offset_by("30d")),
        )
        .group_by("account_id", "subject", "churned_on")
        .agg(pl.len().alias("lines"))
        .select(
            "account_id",
            "subject",
            pl.format(
                "churn recorded on {}, yet {} on past it",
                "churned_on",
                pl.when(pl.col("lines") == 1).then(pl.lit("1 line runs")).otherwise(pl.format("{} lines run", "lines")),
            ).alias("detail"),
        )
        .sort("account_id", "subject")
    )


def overlapping_lines(contracts: pl.LazyFrame) -> pl.LazyFrame:
    """Recurring lines that start while another line of the same account and product is live; all of them count."""
    lines = contracts.filter(pl.col("kind").fill_null("recurring") == "recurring").select(
        "account_id", "product", "row_key", "starts_on", "ends_on"
    )
    other = lines.select(
        "account_id",
        "product",
        pl.col("row_key").alias("other"),
        pl.col("starts_on").alias("other_start"),
        pl.col("ends_on").alias("other_end"),
    )
    return (
        lines.join(other, on=["account_id", "product"], nulls_equal=True)
        .filter(
            (pl.col("other_start") < pl.col("starts_on"))
            | ((pl.col("other_start") == pl.col("starts_on")) & (pl.col("other") < pl.col("row_key"))),
            pl.col("other_end").is_null() | (pl.col("other_end") > pl.col("starts_on")),
        )
        .group_by("account_id", "row_key", "starts_on")
        .agg(pl.len().alias("others"))
        .select(
            "account_id",
            pl.col("row_key").alias("subject"),
            pl.format("starts on {} while {} other lines of the same product run", "starts_on", "others").alias("detail"),
        )
        .sort("account_id", "subject")
    )
