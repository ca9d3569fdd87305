"""How values are spread, counted by hand."""

import polars as pl
import pytest

from metrics.histogram import histogram


def test_values_are_counted_in_steps_and_beyond_the_ends():
    """Steps 0-1, 1-2, 2-3, 3-4: -5 and 0.5 in the first, 1 on the border in the second, 4 and 9 in the last; null in none."""
    found = histogram(pl.Series([-5, 0.5, 1, 4, 9, None]), 0, 4, 4)
    assert found["middle"].to_list() == [0.5, 1.5, 2.5, 3.5] and found["count"].to_list() == [2, 1, 0, 2]


def test_nothing_is_counted_as_nothing():
    assert histogram(pl.Series([], dtype=pl.Float64), 0, 1, 2)["count"].to_list() == [0, 0]


@pytest.mark.parametrize(("low", "high", "steps"), [(1, 1, 3), (2, 1, 3), (0, 1, 0)])
def test_no_width_is_told(low, high, steps):
    with pytest.raises(ValueError, match="low has to lie below high"):
        histogram(pl.Series([1.0]), low, high, steps)
