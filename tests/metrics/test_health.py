"""The health score against published examples; scores are given directly where an example gives them."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from metrics.health import band, components, limited, on_scale, positions, scores, settled
from metrics.scorecard import Group, Limit, Measure, Scorecard, Variant, resolved

DAY = date(2024, 1, 31)
AS_GIVEN = ((0.0, 0.0), (100.0, 100.0))
BANDS = (("red", 50.0), ("yellow", 75.0), ("green", 100.0))


def card(
    *weights: float, shares: dict[int, float] | None = None, ages: dict[int, int] | None = None, segments: dict | None = None
) -> Scorecard:
    """One group of one measure per weight: m0, m1, ..."""
    shares, ages = shares or {}, ages or {}
    groups = tuple(Group(f"g{at}", weight, shares.get(at)) for at, weight in enumerate(weights))
    measures = tuple(Measure(f"m{at}", f"g{at}", 100, AS_GIVEN, ages.get(at)) for at in range(len(weights)))
    return Scorecard(groups, measures, BANDS, segments or {})


def parts(scorecard: Scorecard, *values: float | None, segment: str | None = None, **more: float) -> pl.DataFrame:
    row = {"account_id": ["A"], "day": [DAY], "segment": [segment]} | {f"m{at}": [value] for at, value in enumerate(values)}
    row |= {name: [value] for name, value in more.items()}
    frame = pl.DataFrame(row, schema_overrides={f"m{at}": pl.Float64 for at in range(len(values))} | {"segment": pl.String})
    told = components(frame.lazy(), scorecard).collect().sort("name")
    # Variants of nobody, and ones that change nothing, leave what each account is told as it is.
    others = replace(scorecard, variants=(Variant("nobody", segment="none", weights={"m0": 5}), Variant("everybody")))
    assert_frame_equal(told, components(frame.lazy(), others).collect().sort("name"))
    return told


def score(scorecard: Scorecard, *values: float | None, **more) -> float | None:
    return scores(parts(scorecard, *values, **more).lazy(), scorecard).collect()["score"].item()


def percents(frame: pl.DataFrame) -> list[float]:
    return [round(weight * 100, 6) for weight in frame["effective_weight"]]


def test_groups_are_weighted():
    """E-46, Gainsight, calculation of group scores: (20 x 47 + 15 x 59 + 22 x 21) / 57 = 2287 / 57, shown as 40."""
    weighted = card(20, 15, 22)
    assert score(weighted, 47, 59, 21) == pytest.approx(2287 / 57)
    assert f"{score(weighted, 47, 59, 21):.0f}" == "40"


@pytest.mark.parametrize(("value", "name"), [(50, "red"), (51, "yellow"), (75, "yellow"), (76, "green"), (50.4, "red"), (50.5, "yellow")])
def test_the_upper_end_belongs_to_the_lower_band(value, name):
    """E-47, Gainsight scorecard FAQ; between whole numbers the one that is shown decides."""
    assert pl.select(band(pl.lit(float(value)), BANDS)).item() == name


@pytest.mark.parametrize(("values", "expected"), [((10, 10, 0), 20 / 3), ((10, 10, None), 10)])
def test_a_missing_measure_drops_out(values, expected):
    """E-48, docs.vitally.io: 6.67, and 10 with the third missing."""
    assert score(card(1, 1, 1), *values) == pytest.approx(expected)


@pytest.mark.parametrize(("age", "weights"), [(90, [20, 16, 16, 16, 12, 20]), (91, [25, 20, 20, 20, 15, 0])])
def test_a_share_of_the_whole_returns_to_the_others_when_it_is_too_old(age, weights):
    """E-51, docs.zudo.so: pulse takes 20 % of the whole until it is older than 90 days."""
    pulse = card(25, 20, 20, 20, 15, 0, shares={5: 0.2}, ages={5: 90})
    assert percents(parts(pulse, 50, 50, 50, 50, 50, 50, m5_age=age)) == weights


def test_weights_that_do_not_total_100_are_normalised_visibly():
    """E-52: 30 and 30 of 60 are half each."""
    assert percents(parts(card(30, 30), 1, 2)) == [50, 50]


@pytest.mark.parametrize(("value", "points"), [(0, -5), (7, 2), (10, 5), (-3, -5), (12, 5), (None, None)])
def test_a_scale_is_straight_between_its_pairs_and_flat_beyond(value, points):
    """E-50, help.planhat.com 9587221: NPS 0 to 10 becomes -5 to +5."""
    given = pl.DataFrame({"v": [value]}, schema={"v": pl.Float64})
    assert given.select(on_scale(pl.col("v"), ((0, -5), (10, 5)))).item() == points


def test_a_scale_with_a_bend():
    given = pl.DataFrame({"v": [0.3, 0.45, 0.6]})
    assert given.select(on_scale(pl.col("v"), ((0, 0), (0.3, 40), (0.6, 80)))).to_series().to_list() == pytest.approx([40, 60, 80])


def test_points_total_the_score_and_missing_parts_say_so():
    found = parts(card(60, 40), 50, None)
    assert found.select("points", "missing").rows() == [(50.0, False), (None, True)]
    assert found["points"].sum() == score(card(60, 40), 50, None) == 50


def test_inside_a_group_the_present_measures_share_its_weight():
    """Usage 40 with two measures 60 and 40, support 60: usage's second missing leaves 40 to the first."""
    groups = (Group("usage", 40), Group("support", 60))
    measures = (Measure("m0", "usage", 60, AS_GIVEN), Measure("m1", "usage", 40, AS_GIVEN), Measure("m2", "support", 1, AS_GIVEN))
    both = Scorecard(groups, measures, BANDS)
    assert percents(parts(both, 1, 1, 1)) == [24, 16, 60]
    assert percents(parts(both, 1, None, 1)) == [40, 0, 60]
    assert percents(parts(both, None, None, 1)) == [0, 0, 100]


def test_a_segment_has_weights_of_its_own():
    own = card(50, 50, segments={"Enterprise": {"g0": 150}})
    assert percents(parts(own, 1, 1, segment="Enterprise")) == [75, 25]
    assert percents(parts(own, 1, 1, segment="SMB")) == [50, 50]


def test_nothing_known_is_no_score():
    nothing = parts(card(1, 1), None, None)
    assert scores(nothing.lazy(), card(1, 1)).select("score", "band", "measures").collect().row(0) == (None, None, 0)


def test_what_weighs_nothing_is_no_score():
    """g0 weighs nothing at all, and only its measure is known."""
    scored = scores(parts(card(0, 1), 80, None).lazy(), card(0, 1)).collect()
    assert scored.select("score", "band", "measures", "known_weight").row(0) == (None, None, 1, 0.0)


def test_only_a_share_is_present():
    assert percents(parts(card(10, 0, shares={1: 0.2}), None, 80)) == [0, 100]


TWO = Scorecard(
    (Group("g0", 50), Group("g1", 50)), (Measure("m0", "g0", 1, AS_GIVEN), Measure("m1", "g1", 1, AS_GIVEN)), BANDS, {"Enterprise": {"g0": 150}}
)  # fmt: skip
NEW = Variant("new", lifecycle="onboarding", groups={"g0": 0})
BIG = Variant("big", segment="Enterprise", age_days=(30, None), groups={"g1": 450}, scales={"m1": ((0.0, 100.0), (100.0, 0.0))})


def placed(card: Scorecard, *rows: tuple) -> list[tuple]:
    """Scores, lifecycle and variant of observations (segment, age, days to the renewal) with measures 80 and 20."""
    names = [f"A{at}" for at in range(len(rows))]
    about = pl.DataFrame(rows, schema={"segment": pl.String, "age_days": pl.Int64, "days_to_renewal": pl.Int64}, orient="row")
    seen = about.with_columns(account_id=pl.Series(names), day=pl.lit(DAY), m0=pl.lit(80.0), m1=pl.lit(20.0)).lazy()
    scored = scores(components(seen, card), card).join(positions(seen, card), on=["account_id", "day"]).sort("account_id")
    return [(round(value, 6), *more) for value, *more in scored.select("score", "lifecycle", "variant").collect().iter_rows()]


def test_variants_that_fit_are_applied_the_later_ones_last():
    """Without: (80 x 50 + 20 x 50) / 100 = 50; Enterprise: (80 x 150 + 20 x 50) / 200 = 65. New: g0 weighs nothing, so 20. Big: g0 150 and g1
    450 of 600, m1 turned round (20 becomes 80): 80 x 0.25 + 80 x 0.75 = 80. Both: g1 alone, turned round: 80."""
    card = replace(TWO, variants=(NEW, BIG))
    rows = [("SMB", 200, None), ("Enterprise", 29, 500), ("Enterprise", 200, 500), ("SMB", 10, None), (None, None, None), ("SMB", 200, 90)]
    assert placed(card, *rows) == [
        (50, "steady", None), (20, "onboarding", "new"), (80, "steady", "big"), (20, "onboarding", "new"), (50, "steady", None), (50, "renewal", None),
    ]  # fmt: skip
    assert placed(card, ("Enterprise", 45, None)) == [(80, "onboarding", "new, big")]
    assert placed(TWO, ("Enterprise", 45, None)) == [(65, "onboarding", None)]


def test_a_card_resolved_for_an_account_scores_it_alike():
    card = replace(TWO, variants=(NEW, BIG))
    for segment, age, days, life in (
        ("SMB", 200, None, "steady"),
        ("Enterprise", 45, None, "onboarding"),
        ("Enterprise", 300, 5, "renewal"),
    ):
        own = resolved(card, segment, life, age)
        assert not own.variants and not own.segments
        assert placed(own, (segment, age, days))[0][0] == placed(card, (segment, age, days))[0][0]


@pytest.mark.parametrize(("value", "band_is"), [(19.9, "yellow"), (20.0, "green"), (None, "green")])
def test_a_limit_caps_the_band_where_its_measure_is_known_and_lies_beyond(value, band_is):
    """m0 alone makes the score, 90: green; m1 below 20 lets it be yellow at most."""
    card = replace(TWO, groups=(Group("g0", 1), Group("g1", 0)), segments={}, limits=(Limit("Few logins", "m1", "yellow", below=20),))
    row = {"account_id": ["A"], "day": [DAY], "segment": [None], "m0": [90.0], "m1": [value]}
    seen = pl.DataFrame(row, schema_overrides={"segment": pl.String, "m1": pl.Float64}).lazy()
    none = pl.LazyFrame(schema={"account_id": pl.String, "day": pl.Date})
    told = settled(scores(components(seen, card), card), limited(seen, card), none, card).collect()
    assert told.select("score", "band", "exception").row(0) == (90.0, band_is, "Few logins" if band_is == "yellow" else None)
