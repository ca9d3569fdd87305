"""What one health score decides otherwise than another, in words: for versions, for marks in a history, and for why a score changed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import polars as pl

from language import tr, tr_n
from language.formats import listed
from metrics.health import on_scale
from metrics.scorecard import Curve, Group, Limit, Measure, Scorecard, Variant
from reports.words.health_words import CAPPED, band_called, for_whom, group_called, limit_called, value_called
from reports.words.titles import title

VALUES_TOLD = 3  # of a curve: the values at which it moved most
NO_DIFFERENCE = 0.05  # points: less than that is not shown


@dataclass(frozen=True)
class Difference:
    """One thing that is decided otherwise, in words. measures: those that it is about, by name; empty where it is about none
    of them alone, as a band."""

    words: str
    measures: tuple[str, ...] = ()


def differences(before: Scorecard, after: Scorecard) -> tuple[Difference, ...]:
    """What `after` decides otherwise than `before`: groups first, then measures with their curves, bands, what caps them, days of the
    lifecycle, and what counts otherwise for whom. Empty where both give every account the same score and band.

    A curve that is written otherwise and says the same is no difference; nor are names of exceptions, and the order of measures."""
    return (
        *_groups(before, after), *_measures(before, after), *_bands(before, after), *_caps(before, after),
        *_limits(before.limits, after.limits), *_days(before, after), *_variants(before, after),
    )  # fmt: skip


def in_words(before: Scorecard, after: Scorecard, most: int | None = None) -> str:
    """The same as one sentence, the first `most` of them; empty where nothing is decided otherwise."""
    found = [one.words for one in differences(before, after)]
    told = found if most is None or len(found) <= most else [*found[:most], tr_n("{n:,} more", "{n:,} more", len(found) - most)]
    return tr("; ").join(told)


def _groups(before: Scorecard, after: Scorecard) -> Iterator[Difference]:
    old, new = ({one.name: one for one in card.groups} for card in (before, after))
    for name in (*old, *(name for name in new if name not in old)):
        was, now = (_weight_of(found.get(name)) for found in (old, new))
        if was != now:
            measures = (one.name for card in (before, after) for one in card.measures if one.group == name)
            yield Difference(_moved(group_called(name), was, now), tuple(dict.fromkeys(measures)))


def _weight_of(group: Group | None) -> str | None:
    """What a group weighs, in words; None where there is no such group."""
    if group is None:
        return None
    return tr("{share:g}% of the whole", share=round(group.share * 100, 6)) if group.share else f"{group.weight:g}"


def _moved(name: str, was: str | None, now: str | None) -> str:
    if was is None:
        return tr("{name} added, weight {now}", name=name, now=now)
    if now is None:
        return tr("{name} taken out", name=name)
    return tr("weight of {name} {was} → {now}", name=name, was=was, now=now)


def _measures(before: Scorecard, after: Scorecard) -> Iterator[Difference]:
    old, new = ({one.name: one for one in card.measures} for card in (before, after))
    for name in (*old, *(name for name in new if name not in old)):
        was, now = old.get(name), new.get(name)
        told = _of_measure(was, now) if was and now else [_moved(title(name), *(f"{one.weight:g}" if one else None for one in (was, now)))]
        yield from (Difference(words, (name,)) for words in told)


def _of_measure(was: Measure, now: Measure) -> Iterator[str]:
    name = title(now.name)
    if was.group != now.group:
        yield tr("{name} counts in {now}, no more in {was}", name=name, now=group_called(now.group), was=group_called(was.group))
    if was.weight != now.weight:
        yield _moved(name, f"{was.weight:g}", f"{now.weight:g}")
    if was.max_age_days != now.max_age_days:
        yield tr("{name} counts for {now}, before for {was}", name=name, now=_age(now.max_age_days), was=_age(was.max_age_days))
    if words := _curve(now.name, was.scale, now.scale):
        yield words


def _age(days: int | None) -> str:
    return tr("any time") if days is None else tr_n("{n:,} day", "{n:,} days", days)


def _curve(name: str, was: Curve, now: Curve) -> str:
    """At which values a curve gives other points, those where it moved most; empty where it says the same."""
    values = sorted({value for value, _ in (*was, *now)})
    at = pl.DataFrame({"value": values}, schema={"value": pl.Float64}).select(
        "value", was=on_scale(pl.col("value"), was), now=on_scale(pl.col("value"), now)
    )
    moved = at.with_columns(by=(pl.col("now") - pl.col("was")).abs()).filter(pl.col("by") >= NO_DIFFERENCE)
    most = moved.sort("by", "value", descending=[True, False]).head(VALUES_TOLD).sort("value").rows()
    told = [
        tr("{value} now gives {now:g} points ({was:g} before)", value=value_called(name, value), now=round(new, 1), was=round(old, 1))
        for value, old, new, _ in most
    ]
    return tr("{name}: {what}", name=title(name), what=listed(told)) if told else ""


def _bands(before: Scorecard, after: Scorecard) -> Iterator[Difference]:
    old, new = dict(before.bands), dict(after.bands)
    for name in (*old, *(name for name in new if name not in old)):
        if old.get(name) != new.get(name):
            yield Difference(_band(band_called(name), old.get(name), new.get(name)))
    if before.least_known != after.least_known:
        was, now = (f"{round(card.least_known * 100, 6):g}%" for card in (before, after))
        yield Difference(tr("little known below {now} of the weight, before {was}", now=now, was=was))


def _band(name: str, was: float | None, now: float | None) -> str:
    if was is None:
        return tr("band {name} added, up to {now:g}", name=name, now=now)
    if now is None:
        return tr("band {name} taken out", name=name)
    return tr("{name} up to {now:g}, before {was:g}", name=name, now=now, was=was)


def _caps(before: Scorecard, after: Scorecard) -> Iterator[Difference]:
    for name in dict.fromkeys((*before.caps, *after.caps)):
        was, now = (card.caps.get(name) for card in (before, after))
        if was != now:
            yield Difference(tr("{what}: {now}, before {was}", what=CAPPED.get(name, name), now=_capped(now), was=_capped(was)))


def _capped(band: str | None) -> str:
    return tr("at most {band}", band=band_called(band)) if band else tr("no limit")


def _limits(before: tuple[Limit, ...], after: tuple[Limit, ...]) -> Iterator[Difference]:
    old, new = ({replace(one, name=""): one for one in some} for some in (before, after))
    for one in old:
        if one not in new:
            yield Difference(tr("no more: {what}", what=limit_called(one)), (one.measure,))
    for one in new:
        if one not in old:
            yield Difference(tr("new: {what}", what=limit_called(one)), (one.measure,))


def _days(before: Scorecard, after: Scorecard) -> Iterator[Difference]:
    said = {"onboarding_days": tr("onboarding"), "renewal_days": tr("the time before a renewal")}
    for name, what in said.items():
        was, now = (getattr(card, name) for card in (before, after))
        if was != now:
            yield Difference(tr("{what} is {now:,} days long, before {was:,}", what=what, now=now, was=was))


def _variants(before: Scorecard, after: Scorecard) -> Iterator[Difference]:
    """What counts otherwise for some, told as what the score of `after` would be without and with it."""
    old, new = (_every_variant(card) for card in (before, after))
    for whom in (*old, *(one for one in new if one not in old)):
        was, now = old.get(whom), new.get(whom)
        if was is None and now is not None:
            yield _for_some(now, after, tr("new for {whom}"))
        elif now is None and was is not None:
            yield Difference(tr("no more otherwise for {whom}", whom=for_whom(was)), _touched(was))
        elif was and now and (found := differences(_with(after, was), _with(after, now))):
            yield Difference(_told_for(tr("for {whom}"), now, found), _touched(now))
    if [one for one in old if one in new] != [one for one in new if one in old]:
        yield Difference(tr("what counts otherwise for whom is applied in another order"))


def _for_some(one: Variant, card: Scorecard, words: str) -> Difference:
    return Difference(_told_for(words, one, differences(_with(card), _with(card, one))), _touched(one))


def _told_for(words: str, one: Variant, found: tuple[Difference, ...]) -> str:
    told = tr("; ").join(each.words for each in found) or tr("nothing counts otherwise")
    return tr("{whom}: {what}", whom=words.format(whom=for_whom(one)), what=told)


def _touched(one: Variant) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*one.weights, *one.scales)))


def _every_variant(card: Scorecard) -> Mapping[tuple[object, ...], Variant]:
    """What counts otherwise, by for whom, those of segments among them: of several for the same accounts together."""
    own = (*(Variant(name, segment=name, groups=weights) for name, weights in card.segments.items()), *card.variants)
    found: dict[tuple[object, ...], Variant] = {}
    for one in own:
        known = found.get(key := (one.segment, one.lifecycle, one.age_days), one)
        joined = {name: {**getattr(known, name), **getattr(one, name)} for name in ("groups", "weights", "scales")}
        found[key] = replace(one, **joined)
    return found


NOBODY = Variant("")


def _with(card: Scorecard, variant: Variant = NOBODY) -> Scorecard:
    """The score as it is for accounts that a variant is of, without others."""
    groups = tuple(replace(one, weight=variant.groups.get(one.name, one.weight)) for one in card.groups)
    measures = tuple(
        replace(one, weight=variant.weights.get(one.name, one.weight), scale=variant.scales.get(one.name, one.scale))
        for one in card.measures
    )
    return replace(card, groups=groups, measures=measures, segments={}, variants=())
