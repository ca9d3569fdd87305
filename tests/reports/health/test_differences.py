"""What one score decides otherwise than another, in words; expected sentences are written by hand."""

from dataclasses import replace

import pytest

from language import speaking
from metrics.scorecard import Group, Limit, Measure, Scorecard, Variant
from reports.health.differences import differences, in_words

SEATS = Measure("seat_use", "usage", 60, ((0, 0), (0.3, 40), (0.6, 80), (0.85, 100)))
TICKETS = Measure("open_tickets", "support", 50, ((0, 100), (2, 70), (6, 0)), 30)
CARD = Scorecard(
    (Group("usage", 40), Group("support", share=0.25)),
    (SEATS, TICKETS),
    (("at_risk", 50), ("watch", 75), ("healthy", 100)),
    least_known=0.4,
    caps={"notice_given": "at_risk"},
    limits=(Limit("idle", "seat_use", "watch", below=0.1),),
)


def usage(weight):
    return (Group("usage", weight), CARD.groups[1])


def seats(**other):
    return (replace(SEATS, **other), TICKETS)


SCALE = ((0, 0), (0.3, 50), (0.6, 80), (0.85, 100))
ENTERPRISE = Variant("big", "Enterprise", groups={"usage": 20})
YOUNG = Variant("young", None, "onboarding", (None, 60), {}, {"open_tickets": 10}, {"seat_use": SCALE})
CASES = {
    "weight of Usage 40 → 30": {"groups": usage(30)},
    "weight of Support 25% of the whole → 15": {"groups": (CARD.groups[0], Group("support", 15))},
    "Sentiment added, weight 15": {"groups": (*CARD.groups, Group("sentiment", 15))},
    "weight of Seat use 60 → 70": {"measures": seats(weight=70)},
    "Seat use: 30% now gives 50 points (40 before)": {"measures": seats(scale=SCALE)},
    # between 0.3 and 0.6 the old line passes 0.45 at 60
    "Seat use: 45% now gives 70 points (60 before)": {"measures": seats(scale=((0, 0), (0.3, 40), (0.45, 70), (0.6, 80), (0.85, 100)))},
    "Open tickets counts for any time, before for 30 days": {"measures": (SEATS, replace(TICKETS, max_age_days=None))},
    "Open tickets counts in Usage, no more in Support": {"measures": (SEATS, replace(TICKETS, group="usage"))},
    "Open tickets taken out": {"measures": (SEATS,)},
    "Stickiness added, weight 40": {"measures": (SEATS, TICKETS, Measure("stickiness", "usage", 40, ((0, 0), (1, 100))))},
    "At risk up to 40, before 50": {"bands": (("at_risk", 40), ("watch", 75), ("healthy", 100))},
    "band Close look added, up to 60": {"bands": (("at_risk", 50), ("close_look", 60), ("watch", 75), ("healthy", 100))},
    "little known below 50% of the weight, before 40%": {"least_known": 0.5},
    "notice given for everything: at most Watch, before at most At risk": {"caps": {"notice_given": "watch"}},
    "notice given for everything: no limit, before at most At risk": {"caps": {}},
    "no more: Seat use below 10%: at most Watch": {"limits": ()},
    "new: Open tickets above 5: at most At risk": {"limits": (*CARD.limits, Limit("many", "open_tickets", "at_risk", above=5))},
    "onboarding is 60 days long, before 90": {"onboarding_days": 60},
    "new for Enterprise: weight of Usage 40 → 20": {"variants": (ENTERPRISE,)},
    "new for accounts while onboarding, in the first 60 days: Seat use: 30% now gives 50 points (40 before); weight of Open tickets 50 → 10": {
        "variants": (YOUNG,)
    },
}  # fmt: skip


@pytest.mark.parametrize("words", CASES)
def test_one_change_is_one_sentence(words):
    assert in_words(CARD, replace(CARD, **CASES[words])) == words


def test_what_is_the_same_is_no_difference():
    assert differences(CARD, CARD) == ()
    written = replace(CARD, measures=(TICKETS, replace(SEATS, scale=((0, 0), (0.15, 20), (0.3, 40), (0.6, 80), (0.85, 100)))))
    assert differences(CARD, written) == (), "0.15 lies on the line from 0 to 0.3"
    assert differences(CARD, replace(CARD, limits=(replace(CARD.limits[0], name="other"),))) == ()


def test_taking_away_is_told_the_other_way_round():
    more = replace(CARD, variants=(ENTERPRISE,), groups=(*CARD.groups, Group("key_people", 5)))
    assert in_words(more, CARD) == "Key people taken out; no more otherwise for Enterprise"
    assert in_words(replace(CARD, bands=(*CARD.bands[:2], ("top", 100))), CARD) == "band Top taken out; band Healthy added, up to 100"


def test_for_some_a_change_is_told_by_what_counts_for_them():
    """Weights of a segment, and the same as something that counts otherwise for it, are one."""
    was = replace(CARD, segments={"Enterprise": {"usage": 20}})
    assert differences(was, replace(CARD, variants=(ENTERPRISE,))) == ()
    now = replace(CARD, variants=(replace(ENTERPRISE, groups={"usage": 5}),))
    assert in_words(was, now) == "for Enterprise: weight of Usage 20 → 5"


def test_the_order_in_which_variants_hold_is_told():
    one, other = replace(CARD, variants=(ENTERPRISE, YOUNG)), replace(CARD, variants=(YOUNG, ENTERPRISE))
    assert in_words(one, other) == "what counts otherwise for whom is applied in another order"


def test_of_a_curve_that_moved_everywhere_the_three_largest_moves_are_told():
    """-5, +1, +10, +20, -40: the last three, in the order of their values."""
    was = ((0, 50), (1, 50), (2, 50), (3, 50), (4, 50))
    now = ((0, 45), (1, 51), (2, 60), (3, 70), (4, 10))
    one, other = (replace(CARD, measures=(SEATS, replace(TICKETS, scale=scale))) for scale in (was, now))
    said = in_words(one, other)
    assert said == "Open tickets: 2 now gives 60 points (50 before), 3 now gives 70 points (50 before), 4 now gives 10 points (50 before)"


def test_each_names_the_measures_that_it_is_about_and_only_the_first_are_told():
    after = replace(CARD, groups=usage(30), measures=seats(weight=70), least_known=0.5)
    assert [one.measures for one in differences(CARD, after)] == [("seat_use",), ("seat_use",), ()]
    assert in_words(CARD, after, most=1) == "weight of Usage 40 → 30; 2 more"


def test_in_chinese():
    with speaking("zh_Hans"):
        assert in_words(CARD, replace(CARD, groups=usage(30))) == "使用的权重 40 → 30"
