"""What tries on chance are said to mean."""

import pytest

from models.null_world import ByChance
from reports.customers.null_world import in_words


@pytest.mark.parametrize(
    ("passed", "said"),
    [(0, "not what chance would say"), (1, "usable once. So what"), (2, "do not rely on"), (5, "usable 5 times. That is more")],
)
def test_once_in_twenty_is_luck_and_more_is_not(passed, said):
    assert said in in_words(ByChance(20, passed, (0.5,) * 20))


def test_where_no_model_could_be_tried_nothing_is_claimed():
    said = in_words(ByChance(20, 0, ()))
    assert "says nothing about it" in said
    assert "not what chance would say" not in said
