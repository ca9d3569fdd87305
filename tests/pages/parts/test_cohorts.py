"""What the page of cohorts says of averages, in words."""

from datetime import date

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


def test_what_is_100_percent_still_is_quiet_and_what_is_not_is_coloured():
    """Of 1.0 at first and 0.5 a quarter later the first is without a ground, and both are told in words."""
    rows = pl.DataFrame({"cohort": [date(2024, 1, 1)] * 2, "size": [3, 3], "period": [0, 1], "net": [1.0, 0.5]})
    report = Report("cohorts", "Cohorts", {"per": "quarter"}, "house", "USD", 1, rows, {}, {"net": "ratio"})
    coloured, quiet = cohorts.heat_map(report, averages("quarter", 1), "net").data
    assert [list(line) for line in coloured.z] == [[None, 0.5, 0.1], [None, 0.5, None]]
    assert [list(line) for line in quiet.z] == [[1.0, None, None], [1.0, None, None]]
    assert [list(one.text[1][:2]) for one in (quiet, coloured)] == [["100.0", ""], ["", "50.0"]]
    assert {colour for _, colour in quiet.colorscale} == {"rgba(0, 0, 0, 0)"}
