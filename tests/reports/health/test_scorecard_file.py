"""The file of the health score: what it may say, what is wrong with it where, and that what is written is read back."""

import tomllib
from dataclasses import replace

import pytest
from hypothesis import given, settings

from data.settings import Settings
from data.store.view import View
from metrics.scorecard import Scorecard, reachable, resolved
from reports.health.scorecard import ScorecardError, from_toml, in_file, to_toml, warnings
from tests.books import company
from tests.metrics.scorecards import scorecards

BANDS = "[bands]\nat_risk = 50\nwatch = 75\nhealthy = 100\n"
USAGE = "[groups.usage]\nweight = 40\n[groups.usage.seat_use]\nscale = [[0, 0], [1, 100]]\n"
MOOD = "[groups.mood]\nweight = 60\n[groups.mood.nps_answer]\nscale = [[0, 0], [10, 100]]\nmax_age_days = 365\n"
GOOD = BANDS + USAGE + MOOD
FOR_SOME = '[[variants]]\nname = "young"\n'


def bands(text: str) -> str:
    return f"[bands]\n{text}\n" + USAGE


def usage(text: str) -> str:
    return BANDS + f"[groups.usage]\n{text}\n"


def seat_use(text: str) -> str:
    return usage(f"weight = 1\n[groups.usage.seat_use]\n{text}")


WRONG = [
    ("weights = 3\n" + GOOD, "weights: there is no such entry"),
    ("format = 2\n" + GOOD, "format: 2 is of a newer Holdfast"),
    ("format = true\n" + GOOD, "format: True is no number of a format"),
    ("format = 'a'\n" + GOOD, "format: 'a' is no number of a format"),
    ("[bands", "This is no TOML"),
    ("a = " + "[" * 5000, "This is no TOML"),
    ("a = " + "1" * 5000, "This is no TOML"),
    ("#" + "x" * 10_000_000, "at most 200,000 characters; this has 10,000,001"),
    (BANDS, "groups: there is no measure"),
    (USAGE, "bands: name them from the lowest"),
    # Tables where others stand, and others where tables do.
    ("bands = 3\n" + USAGE, "bands: 3 cannot stand here. Write a table"),
    ("groups = [1]\n" + BANDS, "groups: .* cannot stand here"),
    (BANDS + "[groups]\nusage = 3", "groups.usage: 3 cannot stand here"),
    ("caps = 'x'\n" + GOOD, "caps: 'x' cannot stand here"),
    ("segments = 1\n" + GOOD, "segments: 1 cannot stand here"),
    (GOOD + "[segments]\nSMB = 4", "segments.SMB: 4 cannot stand here"),
    ("lifecycle = 1\n" + GOOD, "lifecycle: 1 cannot stand here"),
    ("variants = 'x'\n" + GOOD, r"variants: 'x' cannot stand here. Write tables, as \[\[variants\]\]"),
    ("variants = [1]\n" + GOOD, "variants.1: 1 cannot stand here"),
    (GOOD + "[variants]\nname = 'a'", "variants: .* cannot stand here"),
    ("limits = [true]\n" + GOOD, "limits.1: True cannot stand here"),
    (usage("weight = 1\nseat_use = 3"), "groups.usage.seat_use: 3 cannot stand here"),
    # Entries that nobody reads.
    (usage("weight = 1\nwieght = 3"), "groups.usage.wieght: there is no such measure"),
    (seat_use("scale = [[0, 0], [1, 9]]\nmax_days = 3"), "groups.usage.seat_use.max_days: there is no such entry"),
    (GOOD + FOR_SOME + "sgment = 'SMB'", "variants.young.sgment: there is no such entry"),
    (GOOD + FOR_SOME + "[variants.measures.seat_use]\nshare = 1", "variants.young.measures.seat_use.share: there is no such entry"),
    (GOOD + "[[limits]]\nname = 'a'\nmeasure = 'csat_rating'\nbelow = 1\nat_most = 'watch'\nabov = 2", "limits.a.abov: there is no such entry"),
    (GOOD + "[lifecycle]\nonboarding = 3", "lifecycle.onboarding: 3"),
    # Numbers.
    *((seat_use(f"weight = {bad}\nscale = [[0, 0], [1, 9]]"), "groups.usage.seat_use.weight: .* is no number") for bad in ("nan", "inf", "true", "'3'")),
    (seat_use("weight = -1\nscale = [[0, 0], [1, 9]]"), "groups.usage.seat_use.weight: a weight is not below zero"),
    (GOOD + "[segments.SMB]\nusage = 'x'", "segments.SMB.usage: 'x' is no number"),
    (GOOD + "[segments.SMB]\nusage = -1", "segments.SMB.usage: a weight is not below zero"),
    ("least_known = nan\n" + GOOD, "least_known: nan is no number"),
    ("least_known = 1.1\n" + GOOD, "least_known: 1.1 is no share"),
    # Curves.
    (seat_use("weight = 1"), "seat_use.scale: give at least two pairs"),
    (seat_use("scale = 3"), "seat_use.scale: give pairs"),
    (seat_use("scale = [[0, 0, 0], [1, 1, 1]]"), "seat_use.scale: give pairs"),
    (seat_use("scale = [[0, 0], [0, 100]]"), "seat_use.scale: .* the values rising"),
    (seat_use("scale = [[1, 0], [0, 100]]"), "seat_use.scale: .* the values rising"),
    (seat_use("scale = [[0, 0], [1, 101]]"), "seat_use.scale: 101 points cannot be"),
    (seat_use("scale = [[0, -1], [1, 100]]"), "seat_use.scale: -1 points cannot be"),
    (seat_use("scale = [[0, 0], [1, 90], [2, 50]]"), "seat_use.scale: the points go up and down again"),
    (seat_use("scale = [[0, 0], [inf, 90]]"), "seat_use.scale: inf is no number"),
    (seat_use("scale = [[0, 0], [1, true]]"), "seat_use.scale: True is no number"),
    (seat_use(f"scale = {[[at, 0] for at in range(41)]}"), "seat_use.scale: there are 41, and at most 40"),
    (seat_use("scale = [[0, 0], [1, 9]]\nmax_age_days = 3"), "max_age_days: nothing tells how old this is. It is known of: nps_answer"),
    (GOOD.replace("365", "1.5"), "nps_answer.max_age_days: 1.5 are no whole days"),
    # Bands.
    (bands("a = 'x'"), "bands.a: 'x' is no number"),
    (bands("a = 50\nb = 50\nc = 100"), "bands: name them from the lowest"),
    (bands("a = 75\nb = 50\nc = 100"), "bands: name them from the lowest"),
    (bands("a = 50\na = 100"), "This is no TOML"),
    (bands("a = 50\nb = 90"), "bands.b: the last band ends at 100"),
    (bands("a = 50\nb = 110"), "bands.b: the last band ends at 100"),
    (bands("a = -5\nb = 100"), "bands.b: the last band ends at 100, and none below 0"),
    (bands("little_known = 50\nb = 100"), "bands.little_known: this name is taken"),
    # Groups, shares and weights.
    (GOOD + "[groups.empty]\nweight = 3", "groups.empty: there is no measure in it"),
    (GOOD + "[groups.again]\nweight = 3\n[groups.again.seat_use]\nscale = [[0, 0], [1, 9]]", "groups.again.seat_use: it counts in usage already"),
    (GOOD.replace("weight = 60", "share = 1.5"), "groups.mood.share: 1.5 is no share of the whole"),
    (GOOD.replace("weight = 60", "share = 0"), "groups.mood.share: 0 is no share of the whole"),
    (GOOD.replace("weight = 60", "share = true"), "groups.mood.share: True is no number"),
    (GOOD.replace("weight = 60", "weight = 60\nshare = 0.5"), "groups.mood: it has a share and a weight"),
    (GOOD.replace("weight = 60", "share = 0.6").replace("weight = 40", "share = 0.6"), "groups: the shares total more than 1"),
    (GOOD.replace("weight = 60", "share = 0.6") + "[segments.SMB]\nmood = 3", "segments.SMB.mood: the group has a share"),
    (GOOD.replace("40", "0").replace("60", "0"), "^groups: all weights are zero"),
    (seat_use("weight = 0\nscale = [[0, 0], [1, 9]]"), "groups.usage: all weights of its measures are zero"),
    (GOOD + "[segments.SMB]\nusage = 0\nmood = 0", "^segments.SMB, groups: all weights are zero"),
    (GOOD + FOR_SOME + "[variants.groups]\nusage = 0\nmood = 0", "^variants.young, groups: all weights are zero"),
    (GOOD + FOR_SOME + "[variants.measures.seat_use]\nweight = 0", "^variants.young, groups.usage: all weights of its measures are zero"),
    (
        GOOD + "[segments.SMB]\nusage = 0\n" + FOR_SOME + "lifecycle = 'onboarding'\n[variants.groups]\nmood = 0",
        "^segments.SMB, variants.young, groups: all weights are zero",
    ),
    # Variants and exceptions.
    (GOOD + FOR_SOME + FOR_SOME, "variants.young: two have this name"),
    (GOOD + "[[variants]]\nname = ''", "variants.1.name: '' is no name"),
    (GOOD + FOR_SOME + "segment = 3", "variants.young.segment: 3 is no name"),
    (GOOD + FOR_SOME + "lifecycle = 'dawn'", "variants.young.lifecycle: give one of onboarding, steady"),
    (GOOD + FOR_SOME + "age_from_days = 90\nage_to_days = 30", "variants.young.age_to_days: 30 does not lie above 90"),
    (GOOD + FOR_SOME + "age_from_days = 30\nage_to_days = 30", "variants.young.age_to_days: 30 does not lie above 30"),
    (GOOD + FOR_SOME + "age_from_days = true", "variants.young.age_from_days: True are no whole days"),
    (GOOD + FOR_SOME + "[variants.groups]\nother = 3", "variants.young.groups.other: there is no such group"),
    (GOOD + FOR_SOME + "[variants.measures.stickiness]\nweight = 3", "variants.young.measures.stickiness: the score does not count"),
    (GOOD + FOR_SOME + "[variants.measures.seat_use]\nscale = [[1, 0], [0, 9]]", "variants.young.measures.seat_use.scale: .* rising"),
    (GOOD + "[[limits]]\nname = 'a'\nbelow = 1\nat_most = 'watch'", "limits.a.measure: name one"),
    (GOOD + "[[limits]]\nmeasure = 'logins'\nbelow = 1\nat_most = 'watch'", "limits.1.measure: name one"),
    (GOOD + "[[limits]]\nmeasure = 'seat_use'\nbelow = 1\nat_most = 'amber'", "limits.1.at_most: name a band"),
    (GOOD + "[[limits]]\nmeasure = 'seat_use'\nat_most = 'watch'", "limits.1: say either below or above"),
    (GOOD + "[[limits]]\nmeasure = 'seat_use'\nbelow = 1\nabove = 2\nat_most = 'watch'", "limits.1: say either below or above"),
    (GOOD + "[[limits]]\nmeasure = 'seat_use'\nbelow = nan\nat_most = 'watch'", "limits.1.below: nan is no number"),
    (GOOD + "[[limits]]\nname = 'notice_given'\nmeasure = 'seat_use'\nbelow = 1\nat_most = 'watch'", "limits.notice_given: this name is that"),
    (GOOD + "[caps]\nrumours = 'watch'", "caps.rumours: 'watch'. Exceptions"),
    (GOOD + "[caps]\nnotice_given = ['watch']", "caps.notice_given: "),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_is_wrong_is_said_where_it_stands(text, said):
    with pytest.raises(ScorecardError, match=said):
        from_toml(text)


def test_what_is_right_is_taken():
    card = from_toml(GOOD + "[segments.SMB]\nusage = 0\n" + FOR_SOME + "age_to_days = 30\n[variants.measures.seat_use]\nweight = 3\n")
    assert [(group.name, group.weight) for group in card.groups] == [("usage", 40), ("mood", 60)]
    assert resolved(card, "SMB", "steady", 10).groups[0].weight == 0 and resolved(card, None, None, None).groups[0].weight == 40
    assert {at for at, _ in reachable(card)} == {(), ("segments.SMB",), ("variants.young",), ("segments.SMB", "variants.young")}


def test_the_file_that_comes_with_the_product_says_what_it_says(monkeypatch):
    """Its weights by hand from the file: usage 40, adoption 20, support 15, sentiment 15, relationship 10."""
    card = in_file(Settings.model_fields["health"].default)
    assert [(one.name, one.weight) for one in card.groups] == [
        ("usage", 40), ("adoption", 20), ("support", 15), ("sentiment", 15), ("relationship", 10),
    ]  # fmt: skip
    assert from_toml(to_toml(card)) == card


def test_a_score_without_caps_stays_without():
    card = replace(from_toml(GOOD), caps={})
    assert from_toml(to_toml(card)).caps == {}


@settings(max_examples=40, deadline=None)
@given(scorecards())
def test_what_is_written_is_read_back(card: Scorecard):
    assert from_toml(to_toml(card)) == card
    assert tomllib.loads(to_toml(card))["format"] == 1


def test_a_segment_that_no_account_has_is_warned_of(tmp_path):
    """The accounts of the company are in SMB and Large."""
    card = from_toml(GOOD + "[segments.SMB]\nusage = 1\n[segments.Smb]\nusage = 1\n" + FOR_SOME + "segment = 'Enterprise'\n")
    store = company(tmp_path / "own.duckdb")
    with View(store) as view:
        told = warnings(card, view)
    store.close()
    assert [one.partition(":")[0] for one in told] == ["segments.Smb", "variants.young.segment"]
    assert all("Segments: Large, SMB" in one for one in told)
