"""Ramps: contracts whose price changes by steps that follow one another without a gap."""

import polars as pl

VALUES = ("mrr", "arr")
# Steps that were agreed at one time: an upgrade of a running subscription, booked later, is no step of its ramp.
AGREED = ["account_id", "contract_id", "product", "booked_on"]
OPEN_STEP_MONTHS = 12


def ramps(lines: pl.LazyFrame) -> pl.LazyFrame:
    """The ramps among paying lines: consecutive lines of one contract and product that were booked on one, known day, two or more. A
    discount or other terms on the way make no new line, and a line alone no ramp.

    Returns account_id, contract_id, product, booked_on, starts_on, ends_on (null = open), steps (lines), and entrance_, average_ and exit_
    of mrr and arr (cents). The average is weighted by the calendar months of each step; a last step without an end weighs a year.
    Empty where no contract has steps. Source: Kellblog, on ramped deals.
    """
    values = [
        expression
        for value in VALUES
        for expression in (
            pl.col(value).sort_by("starts_on").first().alias(f"entrance_{value}"),
            _average(value).alias(f"average_{value}"),
            pl.col(value).sort_by("starts_on").last().alias(f"exit_{value}"),
        )
    ]
    ends = pl.col("ends_on").sort_by("starts_on").last()
    found = (
        _steps(lines)
        .group_by(*AGREED, "ramp")
        .agg(pl.col("starts_on").min(), ends, pl.col("line_key").n_unique().cast(pl.Int64).alias("steps"), *values)
    )
    return found.filter(pl.col("steps") > 1).drop("ramp").sort(*AGREED, "starts_on")


def at_step(lines: pl.LazyFrame, step: str) -> pl.LazyFrame:
    """The lines with each step of a ramp worth what the ramp is worth at its entrance, at its exit or on average."""
    worth = ramps(lines).select(*AGREED, from_="starts_on", until="ends_on", **{f"of_{value}": f"{step}_{value}" for value in VALUES})
    rows = lines.with_row_index("row")
    inside = (pl.col("starts_on") >= pl.col("from_")) & (pl.col("until").is_null() | (pl.col("starts_on") < pl.col("until")))
    matched = rows.filter("paying").join(worth, on=AGREED, nulls_equal=True).filter(inside)
    found = matched.group_by("row").agg(pl.col(f"of_{value}").first() for value in VALUES)
    stepped = rows.join(found, on="row", how="left").with_columns(pl.coalesce(f"of_{value}", value).alias(value) for value in VALUES)
    return stepped.sort("row").select(lines.collect_schema().names())


def _steps(lines: pl.LazyFrame) -> pl.LazyFrame:
    """Paying lines with `ramp`, the number of their unbroken run within what was agreed together, and the months each step lasts."""
    before = pl.col("ends_on").shift(1).over(AGREED, order_by="starts_on")
    run = (pl.col("starts_on") != before).fill_null(True).cum_sum().over(AGREED, order_by="starts_on")
    months = (
        12 * (pl.col("ends_on").dt.year() - pl.col("starts_on").dt.year()) + pl.col("ends_on").dt.month() - pl.col("starts_on").dt.month()
    )
    weight = pl.max_horizontal(months.cast(pl.Int64), 1).fill_null(OPEN_STEP_MONTHS)
    known = pl.col("booked_on").is_not_null() & pl.col("contract_id").is_not_null()
    return lines.filter("paying", known).with_columns(
        ramp=run, weight=pl.when(pl.col("ends_on").is_null()).then(OPEN_STEP_MONTHS).otherwise(weight)
    )


def _average(value: str) -> pl.Expr:
    """Rounded once, half up."""
    over, under = (pl.col(value) * pl.col("weight")).sum(), pl.col("weight").sum()
    return (2 * over + under) // (2 * under)
