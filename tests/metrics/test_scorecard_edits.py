"""A health score edited step by step; expected values by hand."""

from dataclasses import replace

import polars as pl
import pytest

from metrics.scorecard import Group, Limit, Measure, Scorecard, Variant
from metrics.scorecard_edits import (
    one_more_point,
    segments_as_variants,
    shares,
    through,
    with_band,
    with_group,
    with_measure,
    with_new_band,
    with_new_group,
    without_band,
    without_group,
    without_measure,
)

LINE = ((0.0, 0.0), (1.0, 100.0))
SEATS, TREND, TICKETS = (
    Measure("seat_use", "usage", 60, LINE), Measure("usage_trend", "usage", 40, LINE), Measure("open_tickets", "support", 100, LINE, 30),
)  # fmt: skip
CARD = Scorecard(
    (Group("usage", 30), Group("support", 10)),
    (SEATS, TREND, TICKETS),
    (("at_risk", 50.0), ("watch", 75.0), ("healthy", 100.0)),
    caps={"notice_given": "at_risk", "lapsed_renewal": "watch"},
    limits=(Limit("idle", "seat_use", "watch", below=0.1),),
    variants=(Variant("young", lifecycle="onboarding", groups={"usage": 5}, weights={"seat_use": 1}, scales={"open_tickets": LINE}),),
)


def test_shares_are_of_the_whole():
    """30 of 40 and 10 of 40; of the first 60 and 40 of 100."""
    groups, measures = shares(CARD)
    assert groups == pytest.approx({"usage": 0.75, "support": 0.25})
    assert measures == pytest.approx({"seat_use": 0.45, "usage_trend": 0.3, "open_tickets": 0.25})


def test_a_share_of_the_whole_comes_first_and_a_group_without_measures_has_none():
    """Support is 20 % of the whole, usage the rest."""
    card = replace(CARD, groups=(Group("usage", 30), Group("support", share=0.2), Group("new", 50)))
    assert shares(card)[0] == pytest.approx({"usage": 0.8, "support": 0.2, "new": 0})
    assert shares(replace(CARD, measures=())) == ({"usage": 0, "support": 0}, {})


def test_groups_are_weighed_added_and_taken_out_with_all_that_names_them():
    assert with_group(CARD, "usage", weight=5).groups == (Group("usage", 5), Group("support", 10))
    assert with_group(CARD, "usage", share=0.5).groups[0] == Group("usage", 30, 0.5)
    assert with_new_group(CARD, " Key people ").groups[-1] == Group("Key people", 20)
    assert with_new_group(CARD, "usage") == CARD == with_new_group(CARD, "  ")
    gone = without_group(replace(CARD, segments={"Enterprise": {"usage": 1, "support": 2}}), "usage")
    assert (gone.groups, gone.measures, gone.segments) == ((Group("support", 10),), (TICKETS,), {"Enterprise": {"support": 2}})
    assert gone.variants == (Variant("young", lifecycle="onboarding", scales={"open_tickets": LINE}),)
    assert gone.limits == CARD.limits, "an exception needs no points"


def test_measures_are_changed_in_their_place_added_and_taken_out():
    other = replace(TREND, weight=7)
    assert with_measure(CARD, other).measures == (SEATS, other, TICKETS)
    new = Measure("stickiness", "usage", 1, LINE)
    assert with_measure(CARD, new).measures == (SEATS, TREND, TICKETS, new)
    assert without_measure(CARD, "seat_use").measures == (TREND, TICKETS)
    assert without_measure(CARD, "seat_use").variants[0].weights == {}


@pytest.mark.parametrize(
    ("curve", "expected"),
    [
        (((0, 0), (0.3, 40), (0.9, 100)), ((0, 0), (0.3, 40), (0.6, 70), (0.9, 100))),  # the widest step, on its line
        (((0, 0), (1, 100)), ((0, 0), (0.5, 50), (1, 100))),
        (((2, 30),), ((2, 30), (3, 30))),
        ((), ((0, 0), (1, 100))),
    ],
)
def test_one_more_point_lies_on_the_line(curve, expected):
    assert [tuple(map(pytest.approx, point)) for point in expected] == list(one_more_point(curve))


def test_a_first_curve_goes_through_what_accounts_have():
    """Of 0 to 10, the tenth is 1 and the nine tenths are 9."""
    values = pl.Series(range(11), dtype=pl.Float64)
    assert through(values, higher_is_better=True) == ((1, 0), (9, 100))
    assert through(values, higher_is_better=False) == ((1, 100), (9, 0))
    assert through(pl.Series([3.0, 3.0]), higher_is_better=True) == ((0, 0), (1, 100)), "all have the same"
    assert through(pl.Series([None], dtype=pl.Float64), higher_is_better=True) == ((0, 0), (1, 100))


def test_a_band_takes_what_names_it_along():
    named = with_band(CARD, 1, "close_look", 80)
    assert named.bands == (("at_risk", 50), ("close_look", 80), ("healthy", 100))
    assert named.caps == {"notice_given": "at_risk", "lapsed_renewal": "close_look"} and named.limits[0].at_most == "close_look"
    assert with_new_band(CARD, "good").bands == (("at_risk", 50), ("watch", 75), ("good", 87), ("healthy", 100))
    gone = without_band(CARD, 0)
    assert gone.bands == (("watch", 75), ("healthy", 100)) and gone.caps == {"notice_given": "watch", "lapsed_renewal": "watch"}
    assert without_band(CARD, 2) == CARD, "the highest stays"


def test_segments_are_told_among_what_counts_otherwise_and_come_first():
    card = replace(CARD, segments={"Enterprise": {"usage": 20}, "SMB": {}})
    found = segments_as_variants(card)
    assert found.segments == {} and found.variants == (Variant("Enterprise", "Enterprise", groups={"usage": 20}), *CARD.variants)
