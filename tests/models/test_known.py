"""Rates by what is known without a model: learned from earlier rows of the same part alone."""

import polars as pl
import pytest

from models.known import HELD_TO_THE_RATE, all_together, rate_by, rate_by_tenths
from models.table import Roles, prepared

# 100 rows looked at from 30 days, a tenth of them lost, all of them in plan "a"; 100 from 90 days, three tenths lost, all in "a".
EARLIER = pl.DataFrame(
    {
        "lost": [n < 10 for n in range(100)] + [n < 30 for n in range(100)],
        "day": list(range(200)),
        "lead": [30] * 100 + [90] * 100,
        "plan": (["a"] * 10 + ["b"] * 90) + (["a"] * 30 + ["b"] * 70),
        "size": [float(n) for n in range(100)] * 2,
    }
)
ROWS = prepared(EARLIER, Roles(["size"], "lost", "day", within="lead"), ["plan"])
ONE_EACH = ROWS.table.filter(pl.col("day").is_in([0, 99, 100, 199]))


def test_the_rate_of_each_part_is_its_own():
    assert rate_by(ROWS, ONE_EACH, []).tolist() == pytest.approx([0.1, 0.1, 0.3, 0.3])


def test_a_group_is_drawn_to_the_rate_of_its_part():
    # Plan a: 10 of 10 lost from 30 days, 30 of 30 from 90; plan b none of 90 and none of 70.
    k = HELD_TO_THE_RATE
    right = [(10 + k * 0.1) / (10 + k), k * 0.1 / (90 + k), (30 + k * 0.3) / (30 + k), k * 0.3 / (70 + k)]
    assert rate_by(ROWS, ONE_EACH, ["plan"]).tolist() == pytest.approx(right)


def test_a_group_that_was_not_seen_has_the_rate_of_its_part():
    new = ONE_EACH.with_columns(plan=pl.lit("c"))
    assert rate_by(ROWS, new, ["plan"]).tolist() == pytest.approx([0.1, 0.1, 0.3, 0.3])


def test_an_input_alone_is_judged_by_its_tenths():
    # From 30 days, the ten smallest of a hundred were lost, all others kept.
    k = HELD_TO_THE_RATE
    first, last = rate_by_tenths(ROWS, ONE_EACH, "size").tolist()[:2]
    assert (first, last) == (pytest.approx((10 + k * 0.1) / (10 + k)), pytest.approx(k * 0.1 / (10 + k)))


def test_all_together_knows_both_the_part_and_the_plan():
    a30, b30, a90, b90 = all_together("logistic regression", ROWS, ONE_EACH, ["plan"])
    assert a30 > b30 and a90 > b90
