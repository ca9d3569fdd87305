"""What an import changes, and whether a feed is late: by hand, day by day."""

from datetime import date

import polars as pl
import pytest

from metrics.freshness import freshness
from metrics.import_changes import arr_changes


def book(**arr: int) -> pl.LazyFrame:
    rows = [
        {"account_id": name, "name": name.upper(), "arr": cents, "state": "paying" if cents else "churned"} for name, cents in arr.items()
    ]
    return pl.LazyFrame(rows, schema={"account_id": pl.String, "name": pl.String, "arr": pl.Int64, "state": pl.String})


def test_each_account_that_moves_is_told_with_how():
    changes = arr_changes(book(a=100, b=100, c=100, d=100, e=0), book(a=100, b=150, c=40, d=0, e=20, f=7, g=0)).collect()
    assert changes.select("account_id", "change_kind", "arr_before", "arr_after", "arr_change").rows() == [
        ("d", "becomes churned", 100, 0, -100),
        ("c", "shrinks", 100, 40, -60),
        ("b", "grows", 100, 150, 50),
        ("e", "starts paying", 0, 20, 20),
        ("f", "starts paying", 0, 7, 7),
    ]


def test_the_changes_add_up_to_the_difference_of_the_totals():
    before, after = {"a": 5, "b": 70, "c": 0}, {"b": 30, "c": 12, "d": 9}
    changes = arr_changes(book(**before), book(**after)).collect()
    assert changes["arr_change"].sum() == sum(after.values()) - sum(before.values())


def test_nothing_moves_where_nothing_changed():
    assert arr_changes(book(a=1), book(a=1)).collect().is_empty()
    assert arr_changes(book(), book()).collect().is_empty()


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2024, 5, 10), "fresh"),
        (date(2024, 5, 24), "fresh"),  # 10 + 2 x 7: the day by which the next weekly file is expected
        (date(2024, 5, 25), "late"),
        (date(2024, 5, 31), "late"),  # 21 days, three usual gaps
        (date(2024, 6, 1), "stopped"),
    ],
)
def test_a_weekly_feed_is_fresh_then_late_then_stopped(today, state):
    feeds = pl.LazyFrame({"covers_to": [date(2024, 5, 10)], "usual_gap_days": [7.0]})
    told = freshness(feeds, today=today).collect()
    assert told.select("expected_on", "state").rows() == [(date(2024, 5, 24), state)]


def test_a_feed_without_days_is_never_late():
    feeds = pl.LazyFrame({"covers_to": [None], "usual_gap_days": [1.0]}, schema={"covers_to": pl.Date, "usual_gap_days": pl.Float64})
    told = freshness(feeds, today=date(2030, 1, 1)).collect()
    assert told.select("expected_on", "state", "usual_gap_days").rows() == [(None, "no days", None)]
