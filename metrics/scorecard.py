"""All choices of a health score, as values: groups and measures with weights and curves, for whom they differ, bands and exceptions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

Curve = tuple[tuple[float, float], ...]
"""(value, points) pairs, the values rising: straight lines between them, the end values beyond."""
ONBOARDING, STEADY, RENEWAL = "onboarding", "steady", "renewal"
LIFECYCLE = (ONBOARDING, STEADY, RENEWAL)


@dataclass(frozen=True)
class Group:
    """A group of measures: `weight` against the other groups, or `share` (0 to 1) of the whole score."""

    name: str
    weight: float = 0.0
    share: float | None = None


@dataclass(frozen=True)
class Measure:
    """One measure: its group, its weight in it, its scale as (value, points) pairs, and the age from which it is missing."""

    name: str
    group: str
    weight: float
    scale: Curve
    max_age_days: int | None = None


@dataclass(frozen=True)
class Variant:
    """What counts otherwise for some accounts: those of the segment, in the part of the lifecycle, and as many days after their start, as
    it says of each; None says nothing. age_days: from the first of them on, before the second.

    groups: weights of groups; weights and scales: of measures, by name. What it does not name stays as it is.
    """

    name: str
    segment: str | None = None
    lifecycle: str | None = None
    age_days: tuple[int | None, int | None] = (None, None)
    groups: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    scales: Mapping[str, Curve] = field(default_factory=dict)


@dataclass(frozen=True)
class Limit:
    """An exception of the team's own: where a measure lies below, or above, a value, the account is at most in a band."""

    name: str
    measure: str
    at_most: str
    below: float | None = None
    above: float | None = None


@dataclass(frozen=True)
class Scorecard:
    """All choices of a score. bands: (name, upper end) from the lowest; segments: group weights that differ in a segment.

    least_known: a score that rests on a smaller share (0 to 1) of the whole weight is LITTLE_KNOWN, whatever its band would be. caps: by
    exception (metrics.health_exceptions), the highest band that an account with it can be in. variants: what counts otherwise for whom;
    of several that fit an account each is applied, the later ones last. limits: exceptions by what a measure says. onboarding_days after
    its start an account is in ONBOARDING, renewal_days before its next renewal in RENEWAL; the former comes first.
    """

    groups: tuple[Group, ...]
    measures: tuple[Measure, ...]
    bands: tuple[tuple[str, float], ...]
    segments: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    least_known: float = 0.0
    caps: Mapping[str, str] = field(default_factory=dict)
    variants: tuple[Variant, ...] = ()
    limits: tuple[Limit, ...] = ()
    onboarding_days: int = 90
    renewal_days: int = 90


def fits(variant: Variant, segment: str | None, lifecycle: str | None, age: int | None) -> bool:
    """Whether a variant is for an account of a segment, in a part of the lifecycle, so many days after its start; an age that is not known
    fits no variant that asks for one."""
    low, high = variant.age_days
    asked = low is not None or high is not None
    return (
        variant.segment in (None, segment)
        and variant.lifecycle in (None, lifecycle)
        and not (asked and age is None)
        and (low is None or age is None or age >= low)
        and (high is None or age is None or age < high)
    )


def resolved(card: Scorecard, segment: str | None, lifecycle: str | None, age: int | None) -> Scorecard:
    """The score as it is for one account: weights of its segment, then each variant that fits, the later ones last; without any of them."""
    own = card.segments.get(segment, {}) if segment is not None else {}
    groups = tuple(replace(group, weight=float(own.get(group.name, group.weight))) for group in card.groups)
    fitting = [one for one in card.variants if fits(one, segment, lifecycle, age)]
    return replace(applied(replace(card, groups=groups), fitting), segments={}, variants=())


def applied(card: Scorecard, variants: Iterable[Variant]) -> Scorecard:
    """The score with variants applied, whomever they are for, the later ones last. A weight of a group that one of them states holds in
    every segment."""
    found = replace(card, variants=())
    for one in variants:
        found = _with(found, one)
    return found


def _with(card: Scorecard, one: Variant) -> Scorecard:
    measures = tuple(
        replace(measure, weight=one.weights.get(measure.name, measure.weight), scale=one.scales.get(measure.name, measure.scale))
        for measure in card.measures
    )
    groups = tuple(replace(group, weight=one.groups.get(group.name, group.weight)) for group in card.groups)
    segments = {
        segment: {name: weight for name, weight in weights.items() if name not in one.groups} for segment, weights in card.segments.items()
    }
    return replace(card, groups=groups, measures=measures, segments=segments)


def reachable(card: Scorecard) -> Iterator[tuple[tuple[str, ...], Scorecard]]:
    """Every score that an account can come to have, once each: without variants and segments, with where it comes from (segments.X,
    variants.Y); nothing for that of the others."""
    edges = sorted({0, *(edge for one in card.variants for edge in one.age_days if edge is not None)})
    segments = [None, *dict.fromkeys([*card.segments, *(one.segment for one in card.variants if one.segment is not None)])]
    seen = set()
    for segment in segments:
        for lifecycle in LIFECYCLE:
            for age in (*edges, None):
                names = tuple(f"variants.{one.name}" for one in card.variants if fits(one, segment, lifecycle, age))
                at = (*([f"segments.{segment}"] if segment in card.segments else []), *names)
                if at not in seen:
                    seen.add(at)
                    yield at, resolved(card, segment, lifecycle, age)
