"""Lifetime value told three ways: by renewals, by churn, and discounted by a curve of renewals; each as months and as money."""

import polars as pl

from metrics.lifetime_bounds import enough
from metrics.unit_economics import lifetime_value_by_renewal

MONTHS_OF_YEAR = 12
LIMITS = ("", "_low", "_high")


def months_discounted(churn: pl.Expr, discount: float) -> pl.Expr:
    """For how many months an account pays that is lost at this share a month, each month taken down by a yearly discount; the first one
    is paid for certain: the sum over t of ((1 - churn) / (1 + d))^t. Null where nothing churns."""
    month = (1 + discount) ** (1 / MONTHS_OF_YEAR)
    return pl.when(churn > 0).then(month / (month - 1 + churn))


def three_ways(rows: pl.LazyFrame, *, discount: float) -> pl.LazyFrame:
    """Rows of unit_economics with the months and the money of each way.

    rows: with worth_months, low_months, high_months (discounted months that a new account is to pay for, by the curve; null: not told).
    discount: a year (1.0 = 100 %). months_by_renewal: renewal_period; months_by_churn: 1 / customer_churn where enough were lost. A value
    is exact ARPA x months (x gross_margin), rounded once; null where months or margin are null. revenue_...: without the margin. Where
    the margin is below zero the limits change places, since the longest life costs most.
    """
    arpa, margin = pl.col("mrr") / pl.col("accounts"), pl.col("gross_margin")
    paid = pl.when(pl.col("accounts") > 0).then(arpa)
    by_churn = enough(pl.col("lost_accounts"), 1 / pl.when(pl.col("customer_churn") > 0).then("customer_churn"))
    told = rows.with_columns(
        months_by_renewal="renewal_period", months_by_churn=by_churn,
        months_by_churn_discounted=enough(pl.col("lost_accounts"), months_discounted(pl.col("customer_churn"), discount)),
        months_discounted="worth_months",
    )  # fmt: skip
    ahead = dict(zip(LIMITS, ("worth_months", "low_months", "high_months"), strict=True))
    revenue = {f"revenue_discounted{limit}": _money(paid, pl.col(months)) for limit, months in ahead.items()}
    turned = {"": "worth_months", "_low": "high_months", "_high": "low_months"}
    worth = {
        f"ltv_discounted{limit}": pl.when(margin < 0).then(_money(paid, pl.col(turned[limit]), margin)).otherwise(
            _money(paid, pl.col(months), margin)
        )
        for limit, months in ahead.items()
    }  # fmt: skip
    by_renewal = _money(paid, pl.col("months_by_renewal"))
    return told.with_columns(**revenue, **worth, revenue_by_renewal=by_renewal)


def _money(arpa: pl.Expr, months: pl.Expr, margin: pl.Expr | None = None) -> pl.Expr:
    return lifetime_value_by_renewal(arpa, months, pl.lit(1.0) if margin is None else margin)
