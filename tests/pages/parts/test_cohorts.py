"""What the page of cohorts says of averages, in words."""

import polars as pl
import pytest

from pages.parts import cohorts
from reports.report import Report


def averages(per: str, last: int) -> Report:
    """Cohorts that keep 1.0 at first and 0.5 (without grace 0.25) at the last period; at one still later only a single cohort is there."""
    rows = pl.DataFrame(
        {
            "period": [0, last, last + 1], "cohorts": [2, 2, 1], "logo": [1.0, 0.5, 0.1], "gross": [1.0, 0.4, 0.1], "net": [1.0, 0.5, 0.1],
            "net_without_grace": [1.0, 0.25, 0.1],
        }
    )  # fmt: skip
    return Report("cohort-averages", "Cohorts on average", {"per": per}, "house", "USD", 1, rows, {}, {})


@pytest.mark.parametrize(("per", "last", "age"), [("quarter", 3, "3 quarters"), ("quarter", 1, "1 quarter"), ("month", 10, "10 months")])
def test_the_age_is_told_with_what_it_counts(per, last, age):
    assert cohorts.kept_without_grace(averages(per, last), "net") == f"After {age} on average 50.0%, without grace 25.0%."
    assert cohorts.headline(averages(per, last)).startswith(f"After {age} cohorts keep 50.0%")
    assert cohorts.kept_without_grace(averages(per, last), "margin_per_account") == ""
