"""The file of a health score: its TOML read, with what is wrong where, and written. Nothing that stands in it is passed over in silence."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import isfinite
from typing import Any

import tomli_w

from language import tr
from language.formats import listed
from metrics.account_measures import AGED, MEASURES
from metrics.health import LITTLE_KNOWN
from metrics.health_exceptions import EXCEPTIONS
from metrics.scorecard import LIFECYCLE, Curve, Group, Limit, Measure, Scorecard, Variant, reachable

LARGEST = 200_000  # characters of a file
FORMAT = 1  # of the file; a newer product raises it where an older one would misread a file
LEAST_KNOWN = 0.4  # of the whole weight, where the file does not say
DAYS = {"onboarding_days": 90, "renewal_days": 90}  # of the lifecycle, where the file does not say
ENTRIES = ("format", "least_known", "caps", "bands", "groups", "segments", "lifecycle", "variants", "limits")
OF_GROUP, OF_MEASURE, OF_LIMIT = ("weight", "share"), ("weight", "scale", "max_age_days"), ("name", "measure", "at_most", "below", "above")
OF_VARIANT = ("name", "segment", "lifecycle", "age_from_days", "age_to_days", "groups", "measures")
MOST = 40  # variants, limits, and pairs of a curve
RESERVED = (LITTLE_KNOWN, "scored", "not_scored")  # what stands beside the bands in reports
TOP = 100.0
Table = Mapping[str, Any]


class ScorecardError(ValueError):
    """The file of the health score cannot be used; the message names the entry and what to write."""


def from_toml(text: str) -> Scorecard:
    """A scorecard from the text of its file. Raises ScorecardError where an entry cannot be used, and for what is no TOML."""
    raw = _parsed(text)
    _check_entries(raw)
    groups, measures = _groups(raw)
    bands = _bands(_part(raw, "bands"))
    card = Scorecard(
        groups, measures, bands, _segments(raw, groups), _least_known(raw), _caps(raw, bands),
        tuple(_variants(raw, groups, measures)), tuple(_limits(raw, bands)), **_lifecycle(raw),
    )  # fmt: skip
    _check_weights(card)
    return card


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise ScorecardError(tr("The file of a health score has at most {most:,} characters; this has {n:,}.", most=LARGEST, n=len(text)))
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ScorecardError(tr("This is no TOML: {error}.", error=str(error).rstrip("."))) from None


def _check_entries(raw: Table) -> None:
    made = raw.get("format", FORMAT)
    if isinstance(made, bool) or not isinstance(made, int) or made < 1:
        raise ScorecardError(tr("format: {made!r} is no number of a format. Write {known}.", made=made, known=FORMAT))
    if made > FORMAT:
        raise ScorecardError(
            tr(
                "format: {made!r} is of a newer Holdfast; this one reads up to {known}. Update it, then look again.",
                made=made,
                known=FORMAT,
            )
        )
    for name in raw.keys() - set(ENTRIES):
        raise ScorecardError(tr("{name}: there is no such entry. Entries: {known}.", name=name, known=listed(ENTRIES)))


def _table(value: object, at: str) -> Table:
    if not isinstance(value, dict):
        raise ScorecardError(tr("{at}: {value!r} cannot stand here. Write a table, as [{at}].", at=at, value=value))
    return value


def _part(raw: Table, name: str) -> Table:
    """A table of the file, empty where it is not there."""
    return _table(raw.get(name, {}), name)


def _tables(raw: Table, name: str) -> list[tuple[str, Table]]:
    """The tables of a list of the file, each with where it stands: by its name, else by its number."""
    found = raw.get(name, [])
    if not isinstance(found, list):
        raise ScorecardError(tr("{at}: {value!r} cannot stand here. Write tables, as [[{at}]].", at=name, value=found))
    if len(found) > MOST:
        raise ScorecardError(tr("{at}: there are {n:,}, and at most {most} may be.", at=name, n=len(found), most=MOST))
    tables = [_table(one, f"{name}.{number}") for number, one in enumerate(found, 1)]
    called = [_text(one.get("name", str(number)), f"{name}.{number}.name") for number, one in enumerate(tables, 1)]
    for name_of in called:
        if called.count(name_of) > 1:
            raise ScorecardError(tr("{at}: two have this name. Give each one of its own.", at=f"{name}.{name_of}"))
    return [(f"{name}.{name_of}", {**one, "name": name_of}) for name_of, one in zip(called, tables, strict=True)]


def _only(table: Table, names: Sequence[str], at: str) -> None:
    for name in table:
        if name not in names:
            raise ScorecardError(tr("{name}: there is no such entry. Entries: {known}.", name=f"{at}.{name}", known=listed(names)))


def _text(value: object, at: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ScorecardError(tr("{at}: {value!r} is no name. Write one between quotes.", at=at, value=value))
    return value


def _groups(raw: Table) -> tuple[tuple[Group, ...], tuple[Measure, ...]]:
    groups, measures = [], []
    for name, entry in _part(raw, "groups").items():
        at = f"groups.{name}"
        group = _table(entry, at)
        found = [_measure(name, key, one) for key, one in group.items() if key not in OF_GROUP]
        if not found:
            raise ScorecardError(tr("{at}: there is no measure in it. Write one, or take the group out.", at=at))
        groups.append(Group(name, _weight(group.get("weight", 0), f"{at}.weight"), _share(group, at)))
        measures += found
    if not measures:
        raise ScorecardError(tr("groups: there is no measure. Write at least one, as [groups.usage.seat_use]."))
    _check_measures(measures)
    if sum(group.share or 0.0 for group in groups) > 1 + 1e-9:
        raise ScorecardError(tr("groups: the shares total more than 1, which is all of the score."))
    return tuple(groups), tuple(measures)


def _check_measures(measures: Sequence[Measure]) -> None:
    seen: dict[str, str] = {}
    for one in measures:
        if one.name in seen:
            raise ScorecardError(
                tr("groups.{group}.{name}: it counts in {other} already.", group=one.group, name=one.name, other=seen[one.name])
            )
        seen[one.name] = one.group


def _share(group: Table, at: str) -> float | None:
    if "share" not in group:
        return None
    share = _number(group["share"], f"{at}.share")
    if not 0 < share <= 1:
        raise ScorecardError(tr("{at}.share: {share:g} is no share of the whole; it lies above 0, and is 1 at most.", at=at, share=share))
    if group.get("weight", 0):
        raise ScorecardError(tr("{at}: it has a share and a weight. Keep one of them: beside a share a weight counts nothing.", at=at))
    return share


def _measure(group: str, name: str, entry: object) -> Measure:
    at = f"groups.{group}.{name}"
    if name not in MEASURES:
        raise ScorecardError(tr("{at}: there is no such measure. Measures: {known}.", at=at, known=listed(MEASURES)))
    told = _table(entry, at)
    _only(told, OF_MEASURE, at)
    return Measure(name, group, _weight(told.get("weight", 100), f"{at}.weight"), _curve(told, at), _age(name, told, at))


def _age(name: str, entry: Table, at: str) -> int | None:
    if "max_age_days" not in entry:
        return None
    if name not in AGED:
        raise ScorecardError(tr("{at}.max_age_days: nothing tells how old this is. It is known of: {known}.", at=at, known=listed(AGED)))
    return _days(entry["max_age_days"], f"{at}.max_age_days")


def _curve(entry: Table, at: str) -> Curve:
    pairs = entry.get("scale", [])
    if not isinstance(pairs, list) or not all(isinstance(one, list) and len(one) == 2 for one in pairs):
        raise ScorecardError(tr("{at}.scale: give pairs of [value, points], as [[0, 0], [10, 100]].", at=at))
    if len(pairs) > MOST:
        raise ScorecardError(tr("{at}: there are {n:,}, and at most {most} may be.", at=f"{at}.scale", n=len(pairs), most=MOST))
    scale = tuple((_number(value, f"{at}.scale"), _number(points, f"{at}.scale")) for value, points in pairs)
    if len(scale) < 2 or any(left >= right for (left, _), (right, _) in pairwise(scale)):
        raise ScorecardError(tr("{at}.scale: give at least two pairs of [value, points], the values rising.", at=at))
    for _, points in scale:
        if not 0 <= points <= TOP:
            raise ScorecardError(tr("{at}.scale: {points:g} points cannot be; they lie between 0 and 100.", at=at, points=points))
    steps = [right - left for (_, left), (_, right) in pairwise(scale)]
    if min(steps) < 0 < max(steps):
        raise ScorecardError(
            tr("{at}.scale: the points go up and down again. More of a measure is better, or it is worse: let them go one way.", at=at)
        )
    return scale


def _bands(told: Table) -> tuple[tuple[str, float], ...]:
    bands = tuple((name, _number(upper, f"bands.{name}")) for name, upper in told.items())
    if not bands or any(low >= high for (_, low), (_, high) in pairwise(bands)):
        raise ScorecardError(tr("bands: name them from the lowest to the highest, each with its upper end, like at_risk = 50."))
    for name, _ in bands:
        if name in RESERVED or not name.strip():
            raise ScorecardError(tr("bands.{name}: this name is taken. Give it another one.", name=name))
    if bands[0][1] < 0 or bands[-1][1] != TOP:
        raise ScorecardError(tr("bands.{name}: the last band ends at 100, and none below 0. Write {name} = 100.", name=bands[-1][0]))
    return bands


def _segments(raw: Table, groups: Sequence[Group]) -> dict[str, dict[str, float]]:
    return {
        segment: _group_weights(_table(weights, f"segments.{segment}"), groups, f"segments.{segment}")
        for segment, weights in _part(raw, "segments").items()
    }


def _group_weights(told: Table, groups: Sequence[Group], at: str) -> dict[str, float]:
    """Weights of groups by name, as segments and variants state them."""
    known = {group.name: group for group in groups}
    for name in told:
        if name not in known:
            raise ScorecardError(tr("{at}: there is no such group. Groups: {known}.", at=f"{at}.{name}", known=listed(sorted(known))))
        if known[name].share is not None:
            raise ScorecardError(tr("{at}: the group has a share of the whole, beside which a weight counts nothing.", at=f"{at}.{name}"))
    return {name: _weight(weight, f"{at}.{name}") for name, weight in told.items()}


def _least_known(raw: Table) -> float:
    share = _number(raw.get("least_known", LEAST_KNOWN), "least_known")
    if not 0 <= share <= 1:
        raise ScorecardError(tr("least_known: {share} is no share of the weight; it lies between 0 and 1.", share=share))
    return share


def _caps(raw: Table, bands: tuple[tuple[str, float], ...]) -> dict[str, str]:
    """The highest band under each exception; without the table, the lowest band for notice and the second for the others."""
    names = [name for name, _ in bands]
    shipped = {name: names[0 if name == "notice_given" else min(1, len(names) - 1)] for name in EXCEPTIONS}
    caps = _table(raw.get("caps", shipped), "caps")
    for name, cap in caps.items():
        if name not in EXCEPTIONS or cap not in names:
            raise ScorecardError(
                tr(
                    "caps.{name}: {cap!r}. Exceptions: {exceptions}. Bands: {bands}.",
                    name=name,
                    cap=cap,
                    exceptions=listed(EXCEPTIONS),
                    bands=listed(names),
                )
            )
    return dict(caps)


def _variants(raw: Table, groups: Sequence[Group], measures: Sequence[Measure]) -> Iterator[Variant]:
    known = {measure.name for measure in measures}
    for at, entry in _tables(raw, "variants"):
        _only(entry, OF_VARIANT, at)
        own = {name: _table(one, f"{at}.measures.{name}") for name, one in _table(entry.get("measures", {}), f"{at}.measures").items()}
        for name, one in own.items():
            if name not in known:
                told = tr("{at}: the score does not count such a measure. It counts: {known}.")
                raise ScorecardError(told.format(at=f"{at}.measures.{name}", known=listed(sorted(known))))
            _only(one, ("weight", "scale"), f"{at}.measures.{name}")
        if entry.get("lifecycle") not in (None, *LIFECYCLE):
            raise ScorecardError(tr("{at}.lifecycle: give one of {known}.", at=at, known=listed(LIFECYCLE)))
        segment = _text(entry["segment"], f"{at}.segment") if "segment" in entry else None
        yield Variant(
            entry["name"], segment, entry.get("lifecycle"), _ages(entry, at),
            _group_weights(_table(entry.get("groups", {}), f"{at}.groups"), groups, f"{at}.groups"),
            {name: _weight(one["weight"], f"{at}.measures.{name}.weight") for name, one in own.items() if "weight" in one},
            {name: _curve(one, f"{at}.measures.{name}") for name, one in own.items() if "scale" in one},
        )  # fmt: skip


def _ages(entry: Table, at: str) -> tuple[int | None, int | None]:
    low, high = (_days(entry[name], f"{at}.{name}") if name in entry else None for name in ("age_from_days", "age_to_days"))
    if low is not None and high is not None and low >= high:
        raise ScorecardError(tr("{at}.age_to_days: {high} does not lie above {low}, from which it holds.", at=at, high=high, low=low))
    return low, high


def _limits(raw: Table, bands: tuple[tuple[str, float], ...]) -> Iterator[Limit]:
    names = [name for name, _ in bands]
    for at, entry in _tables(raw, "limits"):
        _only(entry, OF_LIMIT, at)
        if entry["name"] in EXCEPTIONS:
            raise ScorecardError(tr("{at}: this name is that of an exception under caps. Give it another one.", at=at))
        if entry.get("measure") not in MEASURES:
            raise ScorecardError(tr("{at}.measure: name one. Measures: {known}.", at=at, known=listed(MEASURES)))
        if entry.get("at_most") not in names:
            raise ScorecardError(tr("{at}.at_most: name a band. Bands: {known}.", at=at, known=listed(names)))
        if ("below" in entry) == ("above" in entry):
            raise ScorecardError(tr("{at}: say either below or above which value it holds.", at=at))
        ends = {end: _number(entry[end], f"{at}.{end}") for end in ("below", "above") if end in entry}
        yield Limit(entry["name"], entry["measure"], entry["at_most"], **ends)


def _lifecycle(raw: Table) -> dict[str, int]:
    said: dict[str, Any] = {**DAYS, **_part(raw, "lifecycle")}
    for name, days in said.items():
        if name not in DAYS or isinstance(days, bool) or not isinstance(days, int) or not 0 <= days <= 36_500:
            raise ScorecardError(tr("lifecycle.{name}: {days!r}. Give {known} in whole days.", name=name, days=days, known=listed(DAYS)))
    return said


def _check_weights(card: Scorecard) -> None:
    """Raises ScorecardError where for some account nothing weighs anything, or a group that counts has no measure that does."""
    for at, own in reachable(card):
        if sum(group.weight for group in own.groups if group.share is None) + sum(group.share or 0.0 for group in own.groups) <= 0:
            raise ScorecardError(tr("{at}: all weights are zero. Give at least one group a weight.", at=_where(at, "groups")))
        for group in own.groups:
            inside = sum(measure.weight for measure in own.measures if measure.group == group.name)
            if (group.share or group.weight) > 0 and inside <= 0:
                told = tr("{at}: all weights of its measures are zero. Give one of them a weight, or let the group weigh 0.")
                raise ScorecardError(told.format(at=_where(at, f"groups.{group.name}")))


def _where(at: Sequence[str], place: str) -> str:
    return ", ".join((*at, place)) if at else place


def _days(value: object, at: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 36_500:
        raise ScorecardError(tr("{at}: {value!r} are no whole days.", at=at, value=value))
    return value


def _weight(value: object, at: str) -> float:
    weight = _number(value, at)
    if weight < 0:
        raise ScorecardError(tr("{at}: a weight is not below zero.", at=at))
    return weight


def _number(value: object, at: str) -> float:
    """A number of the file. Raises ScorecardError for what is none: text, yes and no, nan and inf, and what no measure can be."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value) or abs(value) > 1e12:
        raise ScorecardError(tr("{at}: {value!r} is no number.", at=at, value=value))
    return float(value)


def to_toml(card: Scorecard) -> str:
    """A scorecard as its file states it, which `from_toml` reads back to an equal one."""
    groups: dict[str, Any] = {one.name: {"weight": one.weight} | _said(share=one.share) for one in card.groups}
    for one in card.measures:
        groups[one.group][one.name] = {"weight": one.weight, "scale": _pairs(one.scale)} | _said(max_age_days=one.max_age_days)
    written: dict[str, Any] = {
        "format": FORMAT, "least_known": card.least_known, "caps": dict(card.caps), "bands": dict(card.bands),
        "lifecycle": {name: getattr(card, name) for name in DAYS}, "groups": groups,
        "segments": {name: dict(weights) for name, weights in card.segments.items()},
        "variants": [_as_variant(one) for one in card.variants],
        "limits": [_said(name=one.name, measure=one.measure, below=one.below, above=one.above, at_most=one.at_most) for one in card.limits],
    }  # fmt: skip
    left_out = {"segments", "variants", "limits"}  # caps stay, also without any: left out, those of the product would hold
    return tomli_w.dumps({name: said for name, said in written.items() if said or name not in left_out})


def _as_variant(one: Variant) -> dict[str, Any]:
    own = {name: _said(weight=one.weights.get(name), scale=_pairs(one.scales.get(name))) for name in (*one.weights, *one.scales)}
    low, high = one.age_days
    said = _said(name=one.name, segment=one.segment, lifecycle=one.lifecycle, age_from_days=low, age_to_days=high)
    return said | ({"groups": dict(one.groups)} if one.groups else {}) | ({"measures": own} if own else {})


def _pairs(scale: Curve | None) -> list[list[float]] | None:
    return None if scale is None else [[value, points] for value, points in scale]


def _said(**entries: object) -> dict[str, Any]:
    return {name: value for name, value in entries.items() if value is not None}
