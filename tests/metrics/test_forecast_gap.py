"""What would close a gap: who can still be moved, in which order, and how many it takes."""

from datetime import date

import polars as pl
import pytest

from metrics.forecast_gap import closing, movable, state_of

RENEWALS = pl.DataFrame(
    [
        ("A", 1000, 900, False, None),  # adds 100
        ("B", 500, 100, False, "at_risk"),  # 400
        ("C", 800, 500, False, "likely"),  # 300
        ("D", 5000, 0, True, None),  # notice is given
        ("E", 5000, 1000, False, "lost"),
        ("F", 5000, 4000, False, "commit"),
        ("G", 700, None, False, None),  # not known what is expected
        ("H", 700, 700, False, None),  # adds nothing
    ],
    schema=["account_id", "due", "model", "notice", "call"], orient="row",
).with_columns(ends_on=pl.lit(date(2025, 5, 1)))  # fmt: skip


def test_who_adds_the_most_comes_first_and_who_is_lost_or_stood_for_not_at_all():
    assert movable(RENEWALS.lazy()).select("account_id", "adds").collect().rows() == [("B", 400), ("C", 300), ("A", 100)]


@pytest.mark.parametrize(
    ("gap", "left", "state"),
    [
        (-5, [], "closed"),
        (0, [], "closed"),
        (400, [0], "closable"),
        (401, [1, 0], "closable"),
        (800, [400, 100, 0], "closable"),
        (900, [500, 200, 100], "not_closable"),
    ],
)
def test_a_gap_is_closed_by_as_few_as_it_takes(gap, left, state):
    found = closing(movable(RENEWALS.lazy()).collect(), gap)
    assert found["gap_left"].to_list() == left
    assert state_of(gap, 800) == state and state_of(None, 800) == "not_known"
