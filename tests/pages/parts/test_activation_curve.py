"""How soon customers are activated, in words and in curves that stay apart."""

import polars as pl
import pytest

from pages.parts.activation_curve import in_words, steps
from reports.report import Report
from reports.usage.activation_curve import CURVE


def curve(*rows: tuple, **totals: float | None) -> Report:
    frame = pl.DataFrame(rows, schema=list(CURVE), orient="row")
    none = dict.fromkeys(("median_days", "median_low", "median_high", "share_30", "low_30", "high_30", "share_90", "low_90", "high_90"))
    return Report("activation-curve", "", {}, "house", "", 1, frame, none | totals, {})


@pytest.mark.parametrize(
    ("totals", "said"),
    [
        ({}, "Of all who started, half are not activated yet"),
        ({"share_30": 0.25, "low_30": 0.1, "high_30": 0.4}, "Of all who started, half are not activated yet; by day 30, 25.0% (10.0% to 40.0%)"),
        ({"median_days": 12, "median_low": 9, "median_high": 20, "share_90": 1.0}, "Of all who started, half are activated by day 12 (9 to 20); by day 90, 100.0%"),
        ({"median_days": 12, "median_low": 9}, "Of all who started, half are activated by day 12 (9 or more)"),
        ({"median_days": 0}, "Of all who started, half are activated on their first day"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_not_said(totals, said):
    assert in_words(curve(**totals)) == said


ROWS = [
    ("all", 2, 4, 1, 0.25, 0.05, 0.6), ("all", 9, 2, 0, 0.25, 0.05, 0.6),
    ("newer", 2, 2, 2, 1.0, None, None), ("earlier", 9, 2, 1, 0.98, 0.2, 0.99),
]  # fmt: skip


def test_a_curve_begins_with_nobody_and_ends_where_anybody_was_seen():
    high, low, line = steps(curve(*ROWS), ("all",)).data
    assert (list(line.x), list(line.y)) == ([0, 2, 9, 9], [0, 0.25, 0.25, 0.25])
    assert (list(high.y), list(low.y)) == ([0, 0.6, 0.6, 0.6], [0, 0.05, 0.05, 0.05])


def test_a_share_of_all_has_a_band_of_no_width_and_names_lie_apart():
    figure = steps(curve(*ROWS), ("earlier", "newer"))
    assert [list(one.y) for one in figure.data[3:]] == [[0, 1, 1]] * 3
    shifts = sorted(one.yshift for one in figure.layout.annotations)
    assert shifts[1] == 0 and shifts[0] <= -11, "98 % stands below 100 %, and is moved further down"
    assert figure.layout.meta["alt"] == "Earlier: 98.0% by day 30; Newer: 100.0% by day 30"


def test_nobody_followed_draws_nothing():
    assert steps(curve(), ("all",)).layout.meta["alt"] == "Nothing known"
