"""Three generated companies: the 80 % range of the forecast holds most of what happened, and is not so wide that it says nothing."""

import pytest

from benchmarks.forecast_coverage import coverage


@pytest.mark.parametrize("shock", [pytest.param(0.0, marks=pytest.mark.long), 0.5])
def test_the_range_holds_what_it_says(shock):
    """Of 36 figures at 80 % each, some 29 lie inside; those of one company go together, so that 20 are asked for (20 companies: 70 to 90 %,
    `python -m benchmarks.forecast_coverage`)."""
    found = coverage(range(3), shock, cuts=(48,), accounts=150)
    assert found.height == 36
    assert found["inside"].sum() >= 20
    arr = found.filter(found["measure"] == "arr")
    assert ((arr["high"] - arr["low"]) / arr["expected"]).max() < 0.5
    assert ((arr["expected"] / arr["happened"]) - 1).abs().max() < 0.3
