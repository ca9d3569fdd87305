"""Why a score changed: parts worked out by hand, parts that add up whatever changes, and a second computation, number by number."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from random import Random

import polars as pl
import pytest

from metrics.health import components, scores
from metrics.health_change import BEHAVIOUR, CONFIGURATION, KINDS, KNOWN, LATE, PLACEMENT, Look, health_changes
from metrics.scorecard import LIFECYCLE, Group, Measure, Scorecard, Variant

DAY = date(2024, 1, 31)
AS_GIVEN = ((0.0, 0.0), (100.0, 100.0))
BANDS = (("red", 50.0), ("yellow", 75.0), ("green", 100.0))
NAMES = ("a", "b", "c", "d")


def card(u: float = 60, t: float = 40, *, own: dict | None = None, **more) -> Scorecard:
    """Two groups: u with a and b of the same weight, t with c and d."""
    weights = {"a": 50, "b": 50, "c": 50, "d": 50} | more.pop("weights", {})
    scales = more.pop("scales", {})
    measures = tuple(Measure(name, "u" if name in "ab" else "t", weights[name], scales.get(name, AS_GIVEN), **more) for name in NAMES)
    return Scorecard((Group("u", u), Group("t", t)), measures, BANDS, own or {})


PLACED = ("segment", "age_days", "days_to_renewal")


def measured(*values: float | None, segment: str | None = None, age: int = 0, account: str = "A") -> pl.DataFrame:
    row = (
        {"account_id": account, "day": DAY, "segment": segment, "age_days": 400, "days_to_renewal": 200}
        | dict(zip(NAMES, values, strict=True))
        | {f"{n}_age": age for n in NAMES}
    )
    floats = dict.fromkeys(NAMES, pl.Float64) | {"segment": pl.String}
    return pl.DataFrame([row], schema_overrides=floats)


def told(*sides: tuple, then=None) -> list[tuple]:
    """kind, measure and points (rounded) of one account between two (values, card)."""
    found = health_changes(*(Look(one, of) for one, of in sides), placed=PLACED, then=then)
    return [(kind, name, round(points, 9)) for kind, name, points in found.select("kind", "name", "points").rows()]


def test_behaviour_is_the_weight_times_what_the_measure_moved():
    """Weights 30, 30, 20, 20: a falls by 30 (-9), c rises by 20 (+4); together 61 to 56."""
    assert told((measured(50, 60, 70, 70), card()), (measured(20, 60, 90, 70), card())) == [(BEHAVIOUR, "a", -9.0), (BEHAVIOUR, "c", 4.0)]


def test_what_goes_missing_is_told_as_such_and_is_no_behaviour():
    """a's 30 at 50 go to b at 60: +3. c was 70 and is 80 with a weight of 20: +2, behaviour."""
    found = told((measured(50, 60, 70, 70), card()), (measured(None, 60, 80, 70), card()))
    assert found == [(KNOWN, "a", 3.0), (BEHAVIOUR, "c", 2.0)]


def test_a_whole_group_that_goes_missing_gives_its_weight_to_the_others():
    """a and b had 30 each, and go to t, which is 70: (70 - 50) x 0.3 + (70 - 60) x 0.3 = 6 + 3. A stopped feed is such a change."""
    assert told((measured(50, 60, 70, 70), card()), (measured(None, None, 70, 70), card())) == [(KNOWN, "a", 6.0), (KNOWN, "b", 3.0)]
    assert told((measured(None, None, 70, 70), card()), (measured(50, 60, 70, 70), card())) == [(KNOWN, "a", -6.0), (KNOWN, "b", -3.0)]


def test_an_answer_that_grew_too_old_is_no_longer_known():
    """d is 100 and 10 days old, then 40; it may be 30: its 20 go to c, 70: -6."""
    aging = card(max_age_days=30)
    old = measured(50, 60, 70, 100).with_columns(d_age=40)
    assert told((measured(50, 60, 70, 100, age=10), aging), (old, aging)) == [(KNOWN, "d", -6.0)]


def test_one_measure_for_another_of_its_group():
    """a (30 at 50) goes, b (90) comes in its place and takes all of u: the level between is 70, so each has half of the 0.6 x 40."""
    assert told((measured(50, None, 70, 70), card()), (measured(None, 90, 70, 70), card())) == [(KNOWN, "a", 12.0), (KNOWN, "b", 12.0)]


def test_a_configuration_is_told_on_the_values_of_the_first_day():
    """u and t 60:40 become 40:60, at u = 50, t = 80 (62 -> 68, +6). The middle of the scores is 65; a and b lose 10 each at 15 below it:
    +1.5; c and d gain 10 each at 15 above it: +1.5. Then a falls by 20 with a weight of 20: -4."""
    found = told((measured(50, 50, 80, 80), card()), (measured(30, 50, 80, 80), card(40, 60)))
    values = health_changes(Look(measured(50, 50, 80, 80), card()), Look(measured(30, 50, 80, 80), card(40, 60)))
    assert values.filter(name="a").select("value_before", "value_after").rows() == [(50.0, 50.0), (50.0, 30.0)]
    assert found == [*((CONFIGURATION, name, 1.5) for name in NAMES), (BEHAVIOUR, "a", -4.0)]


def test_a_curve_that_gives_other_points_is_configuration():
    """a at 50 gives 50, then 80, with a weight of 30: +9; the value has not moved."""
    curved = card(scales={"a": ((0.0, 0.0), (50.0, 80.0), (100.0, 100.0))})
    assert told((measured(50, 60, 70, 70), card()), (measured(50, 60, 70, 70), curved)) == [(CONFIGURATION, "a", 9.0)]


def test_a_segment_with_other_weights():
    """In Large u and t are 20:80: from 60 x 0.6 + 80 x 0.4 = 68 to 76; the middle is 72. a, b: -20 x -12 = 2.4; c, d: +20 x 8 = 1.6."""
    both = card(own={"Large": {"u": 20, "t": 80}})
    found = told((measured(60, 60, 80, 80), both), (measured(60, 60, 80, 80, segment="Large"), both))
    assert found == [(PLACEMENT, "a", 2.4), (PLACEMENT, "b", 2.4), (PLACEMENT, "c", 1.6), (PLACEMENT, "d", 1.6)]


def test_what_became_known_of_the_first_day_only_since():
    """Then a was thought 40, it was 50: +3 late, with a weight of 30. It fell to 20 since: -9."""
    late = measured(40, 60, 70, 70)
    found = health_changes(Look(measured(50, 60, 70, 70), card()), Look(measured(20, 60, 70, 70), card()), then=late)
    assert found.select("kind", "name", "value_before", "value_after", pl.col("points").round(9)).rows() == [
        (LATE, "a", 40.0, 50.0, 3.0), (BEHAVIOUR, "a", 50.0, 20.0, -9.0),
    ]  # fmt: skip


def test_two_looks_that_are_alike_have_no_parts():
    same = (measured(50, None, 70, 70), card())
    assert told(same, same) == []
    assert told(same, same, then=same[0]) == []
    assert told((measured(50, None, 70, 70), card()), (measured(50, None, 70, 70), card(120, 80))) == [], "weights are against each other"


@pytest.mark.parametrize("sides", [((None,) * 4, (50, 60, 70, 70)), ((50, 60, 70, 70), (None,) * 4)])
def test_without_a_score_on_a_side_there_are_no_parts(sides):
    assert told(*((measured(*values), card()) for values in sides)) == []


def test_a_state_between_without_a_score_is_passed_over():
    """Under the new configuration a day of which only d is known has no score at all: d weighs nothing. The step to what is known takes it."""
    new = card(weights={"d": 0})
    found = told((measured(None, None, None, 40), card()), (measured(50, None, None, 40), new))
    assert {kind for kind, _, _ in found} == {KNOWN}
    assert sum(points for *_, points in found) == pytest.approx(10)


# The second computation: one account at a time, with dictionaries.
def at_scale(value: float, scale) -> float:
    if value <= scale[0][0]:
        return scale[0][1]
    for (left, low), (right, high) in pairwise(scale):
        if value <= right:
            return low + (value - left) * (high - low) / (right - left)
    return scale[-1][1]


def points_and_weights(row: dict, of: Scorecard) -> dict[str, tuple[float, float, str]]:
    """Of each known measure: its score, its weight in the whole, its group."""
    known = {
        one.name: one
        for one in of.measures
        if row[one.name] is not None and (one.max_age_days is None or row[f"{one.name}_age"] <= one.max_age_days)
    }
    stage = "onboarding" if row["age_days"] < of.onboarding_days else "renewal" if row["days_to_renewal"] <= of.renewal_days else "steady"
    own, weight_in, curve = dict(of.segments.get(row["segment"] or "", {})), {}, {}
    for one in of.variants:
        low, high = one.age_days
        if one.segment in (None, row["segment"]) and one.lifecycle in (None, stage) and (low or 0) <= row["age_days"] < (high or 10**6):
            own, weight_in, curve = own | one.groups, weight_in | one.weights, curve | one.scales
    known = {name: replace(one, weight=weight_in.get(name, one.weight), scale=curve.get(name, one.scale)) for name, one in known.items()}
    in_group = {group.name: sum(one.weight for one in known.values() if one.group == group.name) for group in of.groups}
    weigh = {group.name: own.get(group.name, group.weight) for group in of.groups if in_group[group.name] > 0}
    total = sum(weigh.values())
    return {
        name: (at_scale(row[name], one.scale), weigh[one.group] / total * one.weight / in_group[one.group], one.group)
        for name, one in known.items()
        if in_group[one.group] > 0 and total > 0
    }


def score_of(found: dict) -> float | None:
    return sum(score * weight for score, weight, _ in found.values()) if any(weight for _, weight, _ in found.values()) else None


def by_kind(first: dict, last: dict, old: Scorecard, new: Scorecard) -> dict[str, float] | None:
    """The steps of the stated order, each scored; None without a score at an end."""
    placed = first | {name: last[name] for name in PLACED}
    both = set(points_and_weights(placed, new)) & set(points_and_weights(last, new))
    kept = {key: placed[key] for name in both for key in (name, f"{name}_age")}
    states = [points_and_weights(first, old), points_and_weights(first, new), points_and_weights(placed, new),
              points_and_weights(last | kept, new), points_and_weights(last, new)]  # fmt: skip
    found = [score_of(state) for state in states]
    if found[0] is None or found[-1] is None:
        return None
    moved, before = {}, found[0]
    for kind, score in zip((CONFIGURATION, PLACEMENT, KNOWN, BEHAVIOUR), found[1:], strict=True):
        moved[kind] = 0.0 if score is None else score - before
        before = before if score is None else score
    return moved


def drawn_card(draw: Random) -> Scorecard:
    groups = [Group(name, draw.choice((0, 1, 2, 5))) for name in ("g", "h", "i")]
    curves = [tuple((float(x), float(y)) for x, y in zip((0, 30, 70, 100), sorted(draw.sample(range(101), 4)), strict=True)) for _ in NAMES]
    measures = [
        Measure(name, draw.choice(groups).name, draw.choice((0, 1, 3)), curve, draw.choice((None, 20)))
        for name, curve in zip(NAMES, curves, strict=True)
    ]
    own = {"Large": {draw.choice(groups).name: draw.choice((0, 4))}}
    variants = tuple(
        Variant(str(at), draw.choice((None, "Large")), draw.choice((None, *LIFECYCLE)), draw.choice(((None, None), (None, 200), (100, None))),
                {draw.choice(groups).name: draw.choice((0, 3))}, {draw.choice(NAMES): draw.choice((0, 2))}, {draw.choice(NAMES): draw.choice(curves)})
        for at in range(draw.randint(0, 3))
    )  # fmt: skip
    return Scorecard(tuple(groups), tuple(measures), BANDS, own, variants=variants, onboarding_days=draw.choice((30, 90)))


def drawn_rows(draw: Random, n: int) -> pl.DataFrame:
    def value() -> float | None:
        return None if draw.random() < 0.25 else draw.uniform(-5, 105)

    rows = [
        {"account_id": f"A{at}", "day": DAY, "segment": draw.choice((None, "Large")), "age_days": draw.choice((10, 60, 150, 300)),
         "days_to_renewal": draw.choice((5, 80, 300))}
        | {name: value() for name in NAMES} | {f"{name}_age": draw.randint(0, 40) for name in NAMES}
        for at in range(n)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=measured(1, 1, 1, 1).schema)


@pytest.mark.parametrize("seed", range(25))
def test_parts_add_up_and_kinds_agree_with_the_second_computation(seed):
    """25 pairs of versions with 40 pairs of days each."""
    draw = Random(seed)
    old, new = drawn_card(draw), drawn_card(draw) if draw.random() < 0.7 else None
    new = new or old
    first, last = drawn_rows(draw, 40), drawn_rows(draw, 40)
    found = health_changes(Look(first, old), Look(last, new), placed=PLACED)
    ends = [
        dict(scores(components(one.lazy(), of), of).collect().select("account_id", "score").rows())
        for one, of in ((first, old), (last, new))
    ]
    summed = {(account, kind): points for account, kind, points in found.group_by("account_id", "kind").agg(pl.col("points").sum()).rows()}
    for row, row_after in zip(first.iter_rows(named=True), last.iter_rows(named=True), strict=True):
        account = row["account_id"]
        parts, expected = [summed.get((account, kind), 0.0) for kind in KINDS], by_kind(row, row_after, old, new)
        before, after = (end[account] for end in ends)
        assert (expected is None) == (None in (before, after))
        assert abs(sum(parts) - ((after - before) if expected else 0.0)) < 1e-9
        assert parts == pytest.approx([0.0, *(expected or dict.fromkeys(KINDS[1:], 0.0)).values()], abs=3e-6), "scores are rounded"
    assert first.height == 40


@pytest.mark.parametrize("seed", range(10))
def test_the_way_back_turns_the_sign_where_one_kind_changes(seed):
    """The same version and segment on both days: what is known and behaviour. By behaviour alone each part turns; so does each where only
    what is known differs, since the measures that are known on both days are as they were."""
    draw = Random(100 + seed)
    one, first = drawn_card(draw), drawn_rows(draw, 40)
    moved = first.with_columns((pl.col(NAMES) * 0.7).name.keep())
    lost = first.with_columns(pl.when(pl.Series([draw.random() < 0.5 for _ in range(40)])).then(pl.col(name)).alias(name) for name in "ac")
    for other in (moved, lost):
        there, back = (health_changes(Look(a, one), Look(b, one)) for a, b in ((first, other), (other, first)))
        both = there.join(back, on=["account_id", "kind", "name"], how="full", suffix="_back")
        assert both.filter((pl.col("points") + pl.col("points_back")).abs().fill_null(1) > 2e-6).height == 0
    assert set(there["kind"]) <= {KNOWN}


@pytest.mark.parametrize("name", NAMES)
def test_one_measure_that_goes_missing_is_worth_what_the_score_is_without_it(name):
    row = measured(12, 55, 71, 93).row(0, named=True)
    without = row | {name: None}
    gone = score_of(points_and_weights(without, card())) - score_of(points_and_weights(row, card()))
    found = told((pl.DataFrame([row]), card()), (pl.DataFrame([without], schema=measured(1, 1, 1, 1).schema), card()))
    assert found == [(KNOWN, name, pytest.approx(gone, abs=1e-6))]


def test_accounts_that_are_in_one_look_alone_have_no_parts_and_order_changes_nothing():
    first = pl.concat([measured(50, 60, 70, 70, account=name) for name in "ABC"])
    last = pl.concat([measured(20, 60, 70, 70, account=name) for name in "CB"])
    found = health_changes(Look(first, card()), Look(last, card()))
    assert found["account_id"].to_list() == ["B", "C"]
    assert found.equals(health_changes(Look(first.reverse(), card()), Look(last.reverse(), card())))
