"""How values are spread, and round marks, counted by hand."""

import polars as pl
import pytest

from metrics.histogram import histogram, round_marks, round_step


def test_values_are_counted_in_steps_and_beyond_the_ends():
    """Steps 0-1, 1-2, 2-3, 3-4: -5 and 0.5 in the first, 1 on the border in the second, 4 and 9 in the last; null in none."""
    found = histogram(pl.Series([-5.0, 0.5, 1.0, 4.0, 9.0, None]), 0, 4, 4)
    assert found["middle"].to_list() == [0.5, 1.5, 2.5, 3.5] and found["count"].to_list() == [2, 1, 0, 2]


def test_nothing_is_counted_as_nothing():
    assert histogram(pl.Series([], dtype=pl.Float64), 0, 1, 2)["count"].to_list() == [0, 0]


@pytest.mark.parametrize(("low", "high", "steps"), [(1, 1, 3), (2, 1, 3), (0, 1, 0)])
def test_no_width_is_told(low, high, steps):
    with pytest.raises(ValueError, match="low has to lie below high"):
        histogram(pl.Series([1.0]), low, high, steps)


@pytest.mark.parametrize(
    ("width", "most", "step"), [(100, 6, 20), (100, 5, 20), (100, 4, 50), (1, 100, 0.01), (6, 5, 2), (0.07, 5, 0.02), (1000, 100, 10)]
)
def test_a_round_step_fits_at_most_so_often(width, most, step):
    assert round_step(width, most) == pytest.approx(step)


def test_round_marks_lie_between_the_ends():
    assert round_marks(-50, 13, 5) == [-40, -20, 0] and round_marks(0, 1, 5) == [0, 0.2, 0.4, 0.6, 0.8, 1]
    with pytest.raises(ValueError, match="has to be a width"):
        round_step(0, 5)
