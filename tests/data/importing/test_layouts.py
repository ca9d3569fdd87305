"""Months as columns and as rows, however they are written."""

from datetime import date

import polars as pl
import pytest

from data.importing.layouts import figure_of_months, month_column, month_columns
from data.importing.month_names import month_of


@pytest.mark.parametrize(
    ("month", "written"),
    [
        (
            date(2024, 1, 1),
            "Jan-24|Jan 2024|January 2024|2024-01|2024/1|01/2024|31.01.2024|1/31/2024|2024-01-01|2024-01-31|2024-01-01 00:00:00|202401|2024年1月|Ene-24|janv. 2024|Januar 2024|Jan '24",
        ),
        (date(2025, 3, 1), "Mär 25|Mrz 2025|mars 2025|março 2025|marzo 2025|maart 2025|2025年3月1日|3/1/2025|31/03/2025|3/31/25"),
        (date(2024, 2, 1), "29.02.2024|Feb 24|février 2024|2024-02"),
        (None, "Total|Plan|2024|Q1 2024|2024-01-15|Marketing 24|13/2024|2024-13|28.02.2024|"),
    ],
)
def test_months_as_written(month, written):
    assert {text: month_of(text) for text in written.split("|")} == dict.fromkeys(written.split("|"), month)


def test_columns_of_months_are_each_another_month_without_a_gap():
    assert list(month_columns(["Kunde", "31.03.2025", "31.01.2025", "28.02.2025", "Summe"])) == ["31.01.2025", "28.02.2025", "31.03.2025"]
    assert list(month_columns(["Customer", "MRR Jan-25", "MRR Feb-25", "Seats Jan-25"])) == ["MRR Jan-25", "MRR Feb-25"]
    assert figure_of_months(["ARR 2024-01", "ARR 2024-02"]) == "ARR"
    assert (figure_of_months(["Jan-24", "Feb-24"]), figure_of_months(["ARR Jan-24", "MRR Feb-24"])) == (None, None)
    assert month_columns(["Customer", "Jan-24", "Mar-24"]) == {}
    assert month_columns(["Customer", "Jan-24", "2024-01"]) == {}
    assert month_columns(["Customer", "Jan-24"]) == {}
    assert month_columns(["Segment", "2024-01-01", "2024-01-02", "2024-01-03"]) == {}  # days of a chart


def test_the_column_that_says_the_month_of_a_row():
    sample = pl.DataFrame({"Period": ["Jan 2025", "Feb 2025"], "Date": ["2025-01-04", "2025-01-19"], "Monat": ["2025-01", None]})
    assert month_column(["Date", "Period"], sample) == "Period"
    assert month_column(["Date"], sample) is None  # days of payments
    assert month_column(["Monat"], sample) == "Monat"
