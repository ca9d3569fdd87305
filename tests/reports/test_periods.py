"""Periods by name on days where they could go wrong."""

from datetime import date

import pytest

from reports.periods import PERIODS, compared, step_of


@pytest.mark.parametrize(
    ("name", "day", "start", "end"),
    [
        ("this_quarter", date(2026, 3, 31), date(2025, 12, 31), date(2026, 3, 31)),
        ("this_quarter", date(2026, 4, 1), date(2026, 3, 31), date(2026, 4, 1)),
        ("last_quarter", date(2026, 2, 10), date(2025, 9, 30), date(2025, 12, 31)),
        ("last_12_months", date(2024, 2, 29), date(2023, 2, 28), date(2024, 2, 29)),
        ("year_to_date", date(2026, 1, 1), date(2025, 12, 31), date(2026, 1, 1)),
        ("last_30_days", date(2026, 3, 1), date(2026, 1, 30), date(2026, 3, 1)),
    ],
)
def test_named_periods(name, day, start, end):
    assert PERIODS[name](day) == (start, end)


def test_comparisons():
    quarter = (date(2025, 12, 31), date(2026, 3, 31))  # 90 days
    assert compared(*quarter, "previous_period") == (date(2025, 10, 2), date(2025, 12, 31))
    assert compared(*quarter, "year_before") == (date(2024, 12, 31), date(2025, 3, 31))
    assert compared(*quarter, "nothing") is None


def test_the_balance_days_of_a_step():
    assert step_of(date(2024, 2, 1), "month") == (date(2024, 1, 31), date(2024, 2, 29))
    assert step_of(date(2024, 10, 1), "quarter") == (date(2024, 9, 30), date(2024, 12, 31))
    assert step_of(date(2024, 1, 1), "year") == (date(2023, 12, 31), date(2024, 12, 31))
