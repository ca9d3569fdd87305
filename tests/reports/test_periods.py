"""Periods by name on days where they could go wrong."""

from datetime import date

import pytest

from reports.periods import PERIODS, compared


@pytest.mark.parametrize(
    ("name", "day", "start", "end"),
    [
        ("this_quarter", date(2026, 3, 31), date(2025, 12, 31), date(2026, 3, 31)),
        ("this_quarter", date(2026, 4, 1), date(2026, 3, 31), date(2026, 4, 1)),
        ("last_quarter", date(2026, 2, 10), date(2025, 9, 30), date(2025, 12, 31)),
        ("last_12_months", date(2024, 2, 29), date(2023, 2, 28), date(2024, 2, 29)),
        ("last_12_months", date(2025, 2, 28), date(2024, 2, 29), date(2025, 2, 28)),  # the last of February, not the 28th
        ("last_12_months", date(2026, 11, 20), date(2025, 10, 31), date(2026, 10, 31)),  # the last full month
        ("year_to_date", date(2026, 1, 1), date(2025, 12, 31), date(2026, 1, 1)),
        ("last_30_days", date(2026, 3, 1), date(2026, 1, 30), date(2026, 3, 1)),
    ],
)
def test_named_periods(name, day, start, end):
    assert PERIODS[name](day) == (start, end)


def test_comparisons():
    quarter = (date(2025, 12, 31), date(2026, 3, 31))  # 90 days, compared with the 92 of the quarter before
    assert compared(*quarter, "previous_period") == (date(2025, 9, 30), date(2025, 12, 31))
    assert compared(date(2026, 1, 10), date(2026, 1, 31), "previous_period") == (date(2025, 12, 20), date(2026, 1, 10))  # 21 days
    assert compared(*quarter, "year_before") == (date(2024, 12, 31), date(2025, 3, 31))
    assert compared(*quarter, "nothing") is None
