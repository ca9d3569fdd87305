"""The curve that is drawn: what is sent to the browser, and what of its answer is taken."""

import polars as pl
import pytest

from pages.parts.health_curve import drawn
from pages.ui.curve import read

SCALE = ((0.0, 0.0), (0.5, 40.0), (1.0, 100.0))


def test_shares_are_drawn_in_percent_over_today_s_accounts():
    """24 bars of 1/24 each: 0.1 lies in the third, 0.5 at the beginning of the thirteenth, 1 in the last."""
    found = drawn("seat_use", SCALE, pl.Series([0.1, 0.5, 1.0, None]), True)
    assert found.points == ((0, 0), (50, 40), (100, 100)) and (found.low, found.high, found.step, found.moves) == (0, 100, 1, True)
    assert [at for at, count in enumerate(found.bars) if count] == [2, 12, 23] and sum(found.bars) == 3
    assert found.marks == [0, 20, 40, 60, 80, 100] and found.words["x"] == "Seat use, %"
    assert "3 accounts" in found.words["alt"]


def test_who_may_not_edit_moves_nothing_nor_where_values_do_not_rise():
    assert not drawn("seat_use", SCALE, pl.Series([0.1]), False).moves
    assert not drawn("seat_use", (SCALE[1], SCALE[0]), pl.Series([0.1]), True).moves
    alone = drawn("open_tickets", ((2.0, 0.0), (2.0, 100.0)), pl.Series([], dtype=pl.Float64), True)
    assert (alone.low, alone.high, alone.words["alt"]) == (1.5, 2.5, "Open tickets · No account of today has a value.")


@pytest.mark.parametrize(
    ("sent", "points"),
    [("[[0, 10], [50.5, 20]]", ((0, 10), (50.5, 20))), (None, None), ("", None), ("[1]", None), ('[["a", 1]]', None), ("[[1]]", None)],
)
def test_what_the_browser_sends_is_points_or_nothing(sent, points):
    assert read(sent) == points
