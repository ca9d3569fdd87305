"""Rates of the past: the finest group with enough cases."""

import polars as pl
import pytest

from metrics.past_rates import LEAST, Rate, Rates, rates


def cases(*told):
    """Each: segment, band, cases, lost."""
    return pl.DataFrame(told, schema=["segment", "band", "cases", "lost"], orient="row")


FOUND = rates(cases(("SMB", "healthy", 40, 2), ("SMB", "at_risk", 10, 5), ("Large", "healthy", 12, 1), ("Large", "at_risk", 25, 6)))


def test_the_finest_group_with_thirty_cases_counts():
    assert FOUND.of("SMB", "healthy") == Rate(2, 40, "segment and band")
    assert FOUND.of("Large", "healthy") == Rate(3, 52, "band"), "12 of both are too few"
    assert FOUND.of("SMB") == Rate(7, 50, "segment")
    assert FOUND.of("Tiny") == Rate(14, 87, "all")
    assert FOUND.of("Tiny", "watch") == Rate(14, 87, "all")


def test_what_has_not_happened_is_not_impossible():
    assert Rate(0, 30, "all").share == pytest.approx(0.5 / 31)


def test_a_band_that_is_not_known_tells_no_rate_by_band():
    found = rates(cases(("SMB", None, 40, 2), ("SMB", "healthy", 10, 0)))
    assert found.of("SMB", "healthy") == Rate(2, 50, "segment")


def test_too_few_have_no_rate():
    assert rates(cases(("SMB", "healthy", LEAST - 1, 1))).of("SMB") is None
    assert Rates().of("SMB") is None
