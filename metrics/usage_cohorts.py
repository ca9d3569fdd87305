"""Of those who began to use the product in one month: what share still uses it, month by month."""

import polars as pl

SCHEMA = {
    "cohort": pl.Date, "size": pl.Int64, "period": pl.Int64, "known": pl.Int64, "active": pl.Int64, "share": pl.Float64,
}  # fmt: skip
"""period: whole months since the cohort's own, 0 that month itself."""


def first_months(months: pl.LazyFrame, *, item: str) -> pl.LazyFrame:
    """The month of the first use of each `item` of each account: account_id, `item`, cohort. Items that are null are left out.

    months: account_id, `item`, month (first day) in which it was active.
    """
    return months.drop_nulls(item).group_by("account_id", item).agg(cohort=pl.col("month").min())


def newly_begun(firsts: pl.LazyFrame, began: pl.LazyFrame) -> pl.LazyFrame:
    """Those who began after usage itself did: who is seen in the very first month of the account's feeds may have been there long before.

    began: account_id, began (the first day that any of its feeds covers).
    """
    known = firsts.join(began, on="account_id")
    return known.filter(pl.col("cohort") > pl.col("began").dt.month_start()).drop("began")


def usage_cohorts(firsts: pl.LazyFrame, months: pl.LazyFrame, told: pl.LazyFrame, *, item: str) -> pl.LazyFrame:
    """One row per cohort (month of first use) and period that is known of one of its members at least.

    firsts: account_id, `item`, cohort. months: account_id, `item`, month, one row for each in which it was active. told: account_id, month
    of the months that usage covers whole for the account. size: members; known: those of whom the month is told; active: those of them who
    used the product in it; share = active / known. A month that is told of nobody has no row: silence of a feed is no silence of people.
    Returns SCHEMA, by cohort and period.
    """
    sizes = firsts.group_by("cohort").agg(size=pl.len().cast(pl.Int64))
    members = firsts.group_by("account_id", "cohort").agg(known=pl.len().cast(pl.Int64))
    used = months.join(firsts, on=["account_id", item]).group_by("account_id", "cohort", "month").agg(active=pl.len().cast(pl.Int64))
    counted = (  # by account: there are few of them, and many users
        members.join(told, on="account_id")
        .filter(pl.col("month") >= pl.col("cohort"))
        .join(used, on=["account_id", "cohort", "month"], how="left")
        .group_by("cohort", period=_months_between("cohort", "month"))
        .agg(pl.col("known").sum(), pl.col("active").fill_null(0).sum())
    )
    shared = counted.join(sizes, on="cohort").with_columns(share=pl.col("active") / pl.col("known"))
    return shared.select(*SCHEMA).sort("cohort", "period")


def _months_between(first: str, later: str) -> pl.Expr:
    def number(day: str) -> pl.Expr:
        return 12 * pl.col(day).dt.year().cast(pl.Int64) + pl.col(day).dt.month().cast(pl.Int64)

    return number(later) - number(first)
