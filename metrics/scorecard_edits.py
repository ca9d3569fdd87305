"""A health score edited step by step: each step gives another scorecard, also one that cannot be published: that is said, not mended."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import polars as pl

from metrics.health import components
from metrics.scorecard import Curve, Group, Limit, Measure, Scorecard, Variant

MOST_POINTS = 100.0
ADDED_WEIGHT = 20.0  # of a group that is added, until somebody says another one


def shares(card: Scorecard) -> tuple[dict[str, float], dict[str, float]]:
    """The share (0 to 1) of the whole score of each group and of each measure, where everything is known and nothing counts otherwise;
    groups without a measure have none."""
    alike = replace(card, segments={}, variants=())
    if not card.measures:
        return {one.name: 0.0 for one in card.groups}, {}
    everything = {one.name: 0.0 for one in card.measures} | {f"{one.name}_age": 0 for one in card.measures}
    known = pl.LazyFrame({"account_id": ["any"], "day": [None], "segment": [None], **everything}, schema_overrides=ABOUT)
    whole = dict(components(known, alike).select("name", "full_weight").collect().iter_rows())
    return {group.name: sum(whole[one.name] for one in card.measures if one.group == group.name) for group in card.groups}, whole


ABOUT = {"day": pl.Date, "segment": pl.String}


def with_group(card: Scorecard, name: str, *, weight: float | None = None, share: float | None = None) -> Scorecard:
    """Another weight, or share of the whole, of a group."""
    given = {key: value for key, value in (("weight", weight), ("share", share)) if value is not None}
    return replace(card, groups=tuple(replace(one, **given) if one.name == name else one for one in card.groups))


def with_new_group(card: Scorecard, name: str) -> Scorecard:
    """One more group, still without a measure. As it is where the name is empty or taken."""
    taken = {one.name for one in card.groups}
    return replace(card, groups=(*card.groups, Group(name.strip(), ADDED_WEIGHT))) if name.strip() and name.strip() not in taken else card


def without_group(card: Scorecard, name: str) -> Scorecard:
    """Without a group, its measures, and all that is said of them."""
    for one in [measure.name for measure in card.measures if measure.group == name]:
        card = without_measure(card, one)
    named = tuple(replace(one, groups=_but(one.groups, name)) for one in card.variants)
    segments = {segment: _but(weights, name) for segment, weights in card.segments.items()}
    return replace(card, groups=tuple(one for one in card.groups if one.name != name), segments=segments, variants=named)


def with_measure(card: Scorecard, measure: Measure) -> Scorecard:
    """A measure as it is given: in the place of the one of its name, or added at the end."""
    if measure.name in {one.name for one in card.measures}:
        return replace(card, measures=tuple(measure if one.name == measure.name else one for one in card.measures))
    return replace(card, measures=(*card.measures, measure))


def without_measure(card: Scorecard, name: str) -> Scorecard:
    """Without a measure, and what counts otherwise of it for some. Exceptions that name it stay: they need no points."""
    named = tuple(replace(one, weights=_but(one.weights, name), scales=_but(one.scales, name)) for one in card.variants)
    return replace(card, measures=tuple(one for one in card.measures if one.name != name), variants=named)


def _but(said: Mapping[str, object], name: str) -> dict:
    return {one: value for one, value in said.items() if one != name}


def one_more_point(curve: Curve) -> Curve:
    """A curve with a point in the middle of its widest step, on its line: it says the same until the point is moved."""
    if len(curve) < 2:
        return (*curve, (curve[-1][0] + 1, curve[-1][1])) if curve else ((0.0, 0.0), (1.0, MOST_POINTS))
    gaps = [(right[0] - left[0], at) for at, (left, right) in enumerate(pairwise(curve))]
    _, at = max(gaps, key=lambda gap: (gap[0], -gap[1]))
    (low, first), (high, last) = curve[at], curve[at + 1]
    return (*curve[: at + 1], ((low + high) / 2, (first + last) / 2), *curve[at + 1 :])


def through(values: pl.Series, *, higher_is_better: bool) -> Curve:
    """A curve to begin with, from what accounts have today: the lowest tenth no points and the highest tenth all of them, or the other way
    round. From 0 to 1 where that cannot be told."""
    known = values.drop_nulls()
    low, high = (known.quantile(part, "nearest") for part in (0.1, 0.9)) if known.len() else (None, None)
    ends = (float(low), float(high)) if low is not None and high is not None and low < high else (0.0, 1.0)
    points = (0.0, MOST_POINTS) if higher_is_better else (MOST_POINTS, 0.0)
    return (ends[0], points[0]), (ends[1], points[1])


def with_band(card: Scorecard, at: int, name: str, upper: float) -> Scorecard:
    """Another name or upper end of a band, from the lowest, counted from 0; what names it names it by its new name."""
    was = card.bands[at][0]
    bands = tuple((name, upper) if place == at else one for place, one in enumerate(card.bands))
    caps = {what: name if cap == was else cap for what, cap in card.caps.items()}
    limits = tuple(replace(one, at_most=name) if one.at_most == was else one for one in card.limits)
    return replace(card, bands=bands, caps=caps, limits=limits)


def with_new_band(card: Scorecard, name: str) -> Scorecard:
    """One more band below the highest one, up to the middle of what that covers."""
    lower = card.bands[-2][1] if len(card.bands) > 1 else 0.0
    between = (lower + card.bands[-1][1]) / 2
    return replace(card, bands=(*card.bands[:-1], (name, float(int(between))), card.bands[-1]))


def without_band(card: Scorecard, at: int) -> Scorecard:
    """Without a band: the next one covers what it did, and what names it names that one. The highest one stays, and so does the last."""
    if not 0 <= at < len(card.bands) - 1:
        return card
    return replace(with_band(card, at, card.bands[at + 1][0], card.bands[at][1]), bands=(*card.bands[:at], *card.bands[at + 1 :]))


def with_limit(card: Scorecard, at: int, limit: Limit) -> Scorecard:
    """Another exception in a place of their list; one place beyond it: one more."""
    return replace(card, limits=(*card.limits[:at], limit, *card.limits[at + 1 :]))


def without_limit(card: Scorecard, at: int) -> Scorecard:
    return replace(card, limits=(*card.limits[:at], *card.limits[at + 1 :]))


def with_variant(card: Scorecard, at: int, variant: Variant) -> Scorecard:
    """Another thing that counts otherwise for some, in a place of their list; one place beyond it: one more."""
    return replace(card, variants=(*card.variants[:at], variant, *card.variants[at + 1 :]))


def without_variant(card: Scorecard, at: int) -> Scorecard:
    return replace(card, variants=(*card.variants[:at], *card.variants[at + 1 :]))


def segments_as_variants(card: Scorecard) -> Scorecard:
    """The same score with what it says of segments among what counts otherwise for some: so that there is one list of it. They come first,
    as they hold before the others."""
    own = tuple(Variant(segment, segment=segment, groups=dict(weights)) for segment, weights in card.segments.items() if weights)
    return replace(card, segments={}, variants=(*own, *card.variants))
