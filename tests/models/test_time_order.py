"""What may be learned from before each stretch of the held-out time."""

import polars as pl
import pytest

from models.table import Roles, prepared
from models.time_order import HELD_OUT, STRETCHES, hold_out, stretches

# 200 days with a look each, every second one lost, certain ten days later.
ROWS = prepared(
    pl.DataFrame({"day": range(200), "certain": range(10, 210), "lost": [day % 2 == 0 for day in range(200)], "size": range(200)}),
    Roles(["size"], "lost", "day", "certain"),
)


def test_half_of_the_losses_are_held_out_and_what_was_not_certain_is_neither():
    learn, held_out, between = hold_out(ROWS)
    # 100 losses on even days; the fifty-first on day 100. Certain by then: looked at by day 90.
    assert held_out.table["day"].to_list() == list(range(100, 200))
    assert learn.table["day"].to_list() == list(range(91))
    assert (between, held_out.cases(True)) == (9, HELD_OUT * 100)


def test_each_stretch_comes_after_all_that_was_certain_when_it_began():
    _, held_out, _ = hold_out(ROWS)
    walk = stretches(ROWS, held_out)
    assert len(walk) == STRETCHES
    assert pl.concat([after.table for _, after in walk])["day"].to_list() == list(range(100, 200))
    for before, after in walk:
        begins = after.table["day"].min()
        assert before.table["certain"].max() == begins
        assert before.table["day"].to_list() == list(range(begins - 9))


def test_stretches_have_about_as_many_losses():
    _, held_out, _ = hold_out(ROWS)
    assert [after.cases(True) for _, after in stretches(ROWS, held_out)] == pytest.approx([50 / 3] * 3, abs=1)
