"""Words of the choices of a health score, said by hand."""

import pytest

from metrics.scorecard import Limit, Variant
from reports.words.health_words import band_called, for_whom, free_name, group_called, limit_called, limit_named, value_called


@pytest.mark.parametrize(
    ("variant", "words"),
    [
        (Variant("a", "Enterprise"), "Enterprise"),
        (Variant("b", "Enterprise", "renewal"), "Enterprise, before a renewal"),
        (Variant("c", None, "onboarding"), "accounts while onboarding"),
        (Variant("d", None, None, (None, 60)), "accounts in the first 60 days"),
        (Variant("e", None, None, (30, None)), "accounts from day 30 after the start"),
        (Variant("f", None, None, (30, 1200)), "accounts from day 30 to day 1,200 after the start"),
        (Variant("g"), "all accounts"),
    ],
)
def test_for_whom_something_counts_otherwise(variant, words):
    assert for_whom(variant) == words


def test_groups_and_bands_of_the_team_stand_as_they_are_written():
    assert [group_called("usage"), group_called("key_people")] == ["Usage", "Key people"]
    assert [band_called("at_risk"), band_called("close_look")] == ["At risk", "Close look"]


def test_shares_are_read_in_percent():
    assert [value_called("seat_use", 0.07), value_called("usage_trend", -0.125), value_called("open_tickets", 2.0)] == ["7%", "-12.5%", "2"]


def test_an_exception_is_a_sentence_and_names_itself_as_no_other():
    low, high = Limit("x", "seat_use", "watch", below=0.1), Limit("y", "open_tickets", "at_risk", above=5)
    assert limit_called(low) == "Seat use below 10%: at most Watch" and limit_called(high) == "Open tickets above 5: at most At risk"
    assert limit_named(high) == "Open tickets above 5"
    assert limit_named(low, {"Seat use below 10%", "Seat use below 10% (2)"}) == "Seat use below 10% (3)"
    assert free_name("new", ()) == "new"
