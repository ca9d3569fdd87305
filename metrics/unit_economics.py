"""What a customer is worth and what one costs: ARPA, margin, churn, lifetime value in its variants, CAC and payback."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from metrics.balances import balances
from metrics.lifetime_bounds import enough, rate_bounds
from metrics.months import month_ends
from metrics.renewals import RENEWAL_TARGET
from metrics.rounding import divided
from metrics.terms import HARDLY

WINDOW = 12  # months over which churn, CAC and renewals are counted: single months of a small company jump
ENOUGH = 3  # months of history below which none of them is given
# Source: an article on B2B product management, 2025 (LTV/CAC above 3, renewal rate above 85 %).
TARGETS = {"ltv_to_cac": 3.0, "renewal_rate": RENEWAL_TARGET}
YEARLY_FROM = 11  # months of an average term from which the target of the renewal rate says something
SPENT_ON_GROWTH = ("sales", "marketing")
COUNTS = ("opening_accounts", "churned_accounts", "new_accounts", "accounts")
SUMMED = (
    "opening_accounts", "churned_accounts", "paid_and_left", "spent", "new_paid_for", "won", "lost", "due", "renewed", "term_months",
    "with_term",
)  # fmt: skip
SUM_DIGITS = 6  # a sum of floats differs in its last digits with the order of its rows


def lifetime_value(arpa: pl.Expr, churn: pl.Expr, margin: pl.Expr | float = 1.0) -> pl.Expr:
    """ARPA x margin / churn, each of one month, in cents; null where nothing churns. Sources: ChartMogul LTV; mhq, with margin."""
    return pl.when(churn > 0).then((arpa * margin / churn).round()).cast(pl.Int64)


def lifetime_value_by_renewal(arpa: pl.Expr, months: pl.Expr, margin: pl.Expr) -> pl.Expr:
    """ARPA of a month x months for which a customer goes on renewing x gross margin, in cents.

    Source: an article on B2B product management, 2025.
    """
    return (arpa * months * margin).round().cast(pl.Int64)


def renewal_period(term_months: pl.Expr, renewal_rate: pl.Expr) -> pl.Expr:
    """Months that a customer stays who renews a term at this rate each time; null where everybody renews."""
    return pl.when(renewal_rate < 1).then(term_months / (1 - renewal_rate))


def acquisition_cost(spent: pl.Expr, new_accounts: pl.Expr) -> pl.Expr:
    """CAC: sales and marketing for each new account, in cents; null where none came. Source: guidewhale."""
    return divided(spent, new_accounts)


def payback_months(cac: pl.Expr, arpa: pl.Expr, margin: pl.Expr) -> pl.Expr:
    """Months until the gross margin of an account has paid for winning it; null where there is no margin. Source: guidewhale."""
    return pl.when(arpa * margin > 0).then(cac / (arpa * margin))


def quick_ratio(won: pl.Expr, lost: pl.Expr) -> pl.Expr:
    """MRR won (new, reactivation, expansion) for each unit lost (churn, contraction); null where none was. Source: pitchkit.net."""
    return pl.when(lost > 0).then(won / lost)


def annual_churn(monthly: pl.Expr) -> pl.Expr:
    """The share lost in a year at this share lost a month: 1 - (1 - m)^12. Source: ChartMogul."""
    return 1 - (1 - monthly) ** 12


def account_counts(
    lines: pl.LazyFrame, *, start: date, end: date, rates: pl.LazyFrame | None = None, currency: str = "USD"
) -> pl.LazyFrame:
    """One row per month that closes after `start` and by `end`: month, mrr (closing, cents), and accounts.

    opening_accounts pay at the close before, churned_accounts of them are no customers any more at this one (who is free still is);
    new_accounts pay and never did before.
    accounts pay at the close. Empty where no month closes.
    """
    closes = month_ends(start, end)
    if not closes:
        return pl.LazyFrame(schema={"month": pl.Date, "mrr": pl.Int64, **dict.fromkeys(COUNTS, pl.Int64)})
    first = lines.group_by("account_id").agg(first_paid=pl.col("starts_on").min())
    days = [closes[0].replace(day=1) - timedelta(days=1), *closes]
    money = (
        balances(lines, days=days, rates=rates, currency=currency).select("account_id", "day", "mrr", "live").join(first, on="account_id")
    )
    before = {"opening": pl.col("mrr").shift(1), "opened_on": pl.col("day").shift(1)}
    moved = money.with_columns(expr.over("account_id", order_by="day").alias(name) for name, expr in before.items())
    paid, pays = pl.col("opening") > 0, pl.col("mrr") > 0
    counts = (paid, paid & (pl.col("live") == 0), pays & (pl.col("first_paid") > pl.col("opened_on")), pays)
    return (
        moved.filter(pl.col("opening").is_not_null())
        .group_by(pl.col("day").dt.month_start().alias("month"))
        .agg(pl.col("mrr").sum(), *(flag.sum().cast(pl.Int64).alias(name) for name, flag in zip(COUNTS, counts, strict=True)))
        .sort("month")
    )


def margins(months: pl.LazyFrame, costs: pl.LazyFrame) -> pl.LazyFrame:
    """What remains of each month's MRR after the cost of revenue: month, revenue, cost_of_revenue (cents), gross_margin.

    months: month, mrr (of the whole company). costs: month, kind, amount. Null where no cost of revenue is known for the month.
    """
    spent = _monthly(costs, ("cost of revenue",), "cost_of_revenue")
    margin = pl.when(pl.col("revenue") > 0).then((pl.col("revenue") - pl.col("cost_of_revenue")) / pl.col("revenue"))
    joined = months.select("month", revenue="mrr").join(spent, on="month", how="left")
    return joined.with_columns(gross_margin=margin).sort("month")


def _monthly(costs: pl.LazyFrame, kinds: Sequence[str], name: str) -> pl.LazyFrame:
    cents = (pl.col("amount") * 100).round(0).cast(pl.Int64)
    chosen = costs.filter(pl.col("kind").is_in(list(kinds)), pl.col("amount").is_not_null())
    return chosen.group_by(pl.col("month").dt.month_start()).agg(cents.sum().alias(name))


def unit_economics(months: pl.LazyFrame, margin: pl.LazyFrame, costs: pl.LazyFrame, renewals: pl.LazyFrame) -> pl.LazyFrame:
    """One row per month of `months`: ARPA, margin, churn, LTV, CAC, payback and renewal rate.

    months: account_counts and won, lost (MRR, cents); without a gap; with paid_and_left where accounts count that paid between two
    closes only, and with_term of months_by_term where terms are looked at. margin: as `margins` returns. renewals: as
    metrics.renewals.decided returns. arpa, gross_margin: of the month. Counts are sums of the last WINDOW months, or of as many as there
    are; churn, CAC, quick ratio and renewal rate are sums over sums, null with fewer months than ENOUGH; the renewal rate also where
    hardly anything has a term. lost_accounts (churned + paid_and_left) / exposed_accounts (opening + paid_and_left) is customer_churn.
    CAC counts the months whose spending is known. ltv = exact ARPA x gross_margin / customer_churn, null without costs or where fewer than
    FEWEST_LOSSES accounts were lost, as is ltv_without_margin; ltv_by_renewal and renewal_period likewise, where fewer renewals were
    lost. ltv_low and ltv_high: ltv at the highest and the lowest churn that the counts speak for (95 %); no ltv_high where nobody churned.
    Below a margin of zero the longest life costs most, so that the two change places.
    """
    spent = _monthly(costs, SPENT_ON_GROWTH, "spent")
    renewed = renewals.group_by(pl.col("ends_on").dt.month_start().alias("month")).agg(
        due=pl.len().cast(pl.Int64), renewed=pl.col("renewed").sum().cast(pl.Int64), term_months=pl.col("months").sum().round(SUM_DIGITS)
    )
    known = pl.col("spent").is_not_null()
    counted = months if "paid_and_left" in months.collect_schema().names() else months.with_columns(paid_and_left=pl.lit(0))
    joined = (
        counted.join(margin.select("month", "gross_margin"), on="month", how="left")
        .join(spent, on="month", how="left")
        .join(renewed, on="month", how="left")
        .sort("month")
        .with_columns(pl.col("due", "renewed", "term_months").fill_null(0), new_paid_for=pl.when(known).then("new_accounts"))
    )
    if "with_term" not in joined.collect_schema().names():
        joined = joined.with_columns(with_term=pl.lit(None, dtype=pl.Int64))
    rolled = joined.with_columns(*(_rolling(name) for name in SUMMED), history=pl.int_range(1, pl.len() + 1))
    left = pl.col("paid_and_left")
    told = rolled.with_columns(lost_accounts=pl.col("churned_accounts") + left, exposed_accounts=pl.col("opening_accounts") + left)
    return told.with_columns(**_rates()).with_columns(**_values()).with_columns(ltv_to_cac=_over("ltv", "cac")).sort("month")


def _rolling(name: str) -> pl.Expr:
    """Sum of the known months of the window, or of as many as there are; null where none is known."""
    summed = pl.col(name).fill_null(0).rolling_sum(WINDOW, min_samples=1)
    any_known = pl.col(name).is_not_null().cast(pl.Int64).rolling_sum(WINDOW, min_samples=1) > 0
    return pl.when(any_known).then(summed).alias(name)


def _with_history(value: pl.Expr) -> pl.Expr:
    """The value, or null where fewer than ENOUGH months have closed since anybody first paid."""
    return pl.when(pl.col("history") >= ENOUGH).then(value)


def _over(over: str, under: str) -> pl.Expr:
    return pl.when(pl.col(under) > 0).then(pl.col(over) / pl.col(under))


def _rates() -> dict[str, pl.Expr]:
    over_months = {
        "customer_churn": _over("lost_accounts", "exposed_accounts"),
        "cac": acquisition_cost(pl.col("spent"), pl.col("new_paid_for")),
        "quick_ratio": quick_ratio(pl.col("won"), pl.col("lost")),
        "renewal_rate": pl.when(~_hardly_any_term()).then(_over("renewed", "due")),
        "term_months": _over("term_months", "due"),
    }
    return {"arpa": divided(pl.col("mrr"), pl.col("accounts")), **{name: _with_history(value) for name, value in over_months.items()}}


def _hardly_any_term() -> pl.Expr:
    """Whether so few account-months of the window have a term that a renewal rate says nothing of the company; not where it is not told."""
    return (pl.col("with_term") < HARDLY * pl.col("opening_accounts")).fill_null(False)


def _values() -> dict[str, pl.Expr]:
    """What follows from the rates: of the exact ARPA and CAC, not of the printed ones."""
    arpa, cac = _over("mrr", "accounts"), pl.when(pl.col("cac").is_not_null()).then(_over("spent", "new_paid_for"))
    churn, margin = pl.col("customer_churn"), pl.col("gross_margin")
    lost, exposed = pl.col("lost_accounts"), pl.col("exposed_accounts")
    stays = enough(pl.col("due") - pl.col("renewed"), renewal_period(pl.col("term_months"), pl.col("renewal_rate")))
    longest, shortest = (lifetime_value(arpa, _with_history(bound), margin) for bound in rate_bounds(lost, exposed))
    costs_more = (margin < 0).fill_null(False)
    return {
        "ltv": enough(lost, lifetime_value(arpa, churn, margin)),
        "ltv_low": pl.when(costs_more).then(longest).otherwise(shortest),
        "ltv_high": pl.when(costs_more).then(shortest).otherwise(longest),
        "ltv_without_margin": enough(lost, lifetime_value(arpa, churn)),
        "ltv_by_renewal": lifetime_value_by_renewal(arpa, stays, margin),
        "payback_months": payback_months(cac, arpa, margin),
        "annual_churn": annual_churn(churn),
        "renewal_period": stays,
    }
