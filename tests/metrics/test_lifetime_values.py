"""Three ways to lifetime value: months times ARPA times margin, each by hand."""

import polars as pl
import pytest

from metrics.lifetime_values import months_discounted, three_ways

ROW = {
    "mrr": 1_000_00, "accounts": 10, "gross_margin": 0.75, "renewal_period": 100.0, "customer_churn": 0.025, "lost_accounts": 30,
    "worth_months": 30.0, "low_months": 20.0, "high_months": 50.0,
}  # fmt: skip
TYPES = {name: pl.Float64 if isinstance(value, float) else pl.Int64 for name, value in ROW.items()}


def told(**other: float | None) -> dict:
    return three_ways(pl.LazyFrame([ROW | other], schema=TYPES), discount=0.1).collect().row(0, named=True)


def test_each_way_is_arpa_times_margin_times_its_months():
    """ARPA 100.00: by renewal x 0.75 x 100, discounted x 0.75 x 30 (20 to 50); by churn 1 / 0.025 = 40 months."""
    row = told()
    assert (row["revenue_by_renewal"], row["revenue_discounted"]) == (10_000_00, 3_000_00)
    assert (row["ltv_discounted"], row["ltv_discounted_low"], row["ltv_discounted_high"]) == (2_250_00, 1_500_00, 3_750_00)
    assert row["months_by_churn"] == pytest.approx(40)


def test_at_a_discount_churn_counts_fewer_months():
    """Month t is paid with 0.975^t and counts 1.1^(-t/12); added up one by one."""
    by_hand = sum(0.975**t / 1.1 ** (t / 12) for t in range(3000))
    assert told()["months_by_churn_discounted"] == pytest.approx(by_hand)
    assert pl.select(months_discounted(pl.lit(0.0), 0.1)).item() is None


def test_too_few_losses_no_margin_or_no_accounts_are_nothing():
    few, bare, nobody = told(lost_accounts=4), told(gross_margin=None), told(accounts=0, mrr=0)
    assert few["months_by_churn"] is None and few["months_by_churn_discounted"] is None and few["revenue_discounted"] == 3_000_00
    assert bare["ltv_discounted"] is None and bare["revenue_discounted"] == 3_000_00
    assert nobody["ltv_discounted"] is None and nobody["revenue_by_renewal"] is None


def test_below_a_margin_of_zero_the_longest_life_costs_most():
    row = told(gross_margin=-0.5)
    assert (row["ltv_discounted_low"], row["ltv_discounted"], row["ltv_discounted_high"]) == (-2_500_00, -1_500_00, -1_000_00)
