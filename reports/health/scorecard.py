"""The choices behind the health score: which version is in force, and its TOML, read with what is wrong where, and written."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import tomli_w

from data.schema import SCORE_VERSIONS
from data.settings import Settings, current_settings
from data.store.view import View
from language import tr
from language.formats import listed
from metrics.account_measures import MEASURES
from metrics.health_exceptions import EXCEPTIONS
from metrics.scorecard import LIFECYCLE, Curve, Group, Limit, Measure, Scorecard, Variant

IN_FILE = 0  # the version that is the file's
LARGEST = 200_000  # characters of a file
FORMAT = 1  # of the file; a newer product raises it where an older one would misread a file
LEAST_KNOWN = 0.4  # of the whole weight, where the file does not say
DAYS = {"onboarding_days": 90, "renewal_days": 90}  # of the lifecycle, where the file does not say
ENTRIES = ("format", "least_known", "caps", "bands", "groups", "segments", "lifecycle", "variants", "limits")


class ScorecardError(ValueError):
    """The file of the health score cannot be used; the message names the entry and what to write."""


@dataclass(frozen=True)
class InForce:
    """The score that holds. version: IN_FILE for that of a file. newest: the version that was published last, IN_FILE where none was.
    passed: newer versions that cannot be used here, newest first, each with why. file: where the settings name one of their own."""

    card: Scorecard
    version: int
    newest: int
    passed: tuple[tuple[int, str], ...]
    file: Path | None


def scorecard(view: View) -> Scorecard:
    """The scorecard in force: the version that was published last, or where none was, the file that the settings name.

    Raises ScorecardError where that file cannot be used; a version that cannot is passed over (see `trouble`).
    """
    return in_force(view).card


def scorecard_on(view: View, day: date) -> Scorecard:
    """The scorecard that was in force at the end of a past day (UTC): of the versions that stand, the last that was published by then.
    Raises as `scorecard`."""
    return _in_force(published(view).filter(pl.col("published_at").dt.date() <= day)).card


def in_force(view: View) -> InForce:
    """The score in force, and what was passed over for it. Raises ScorecardError where no version can be used, nor can the file."""
    return _in_force(published(view))


def _in_force(found: pl.DataFrame) -> InForce:
    passed: list[tuple[int, str]] = []
    newest = int(found["version"][0]) if found.height else IN_FILE
    for version, text in found.select("version", "configuration").rows():
        try:
            return InForce(from_toml(text), version, newest, tuple(passed), own_file())
        except ScorecardError as error:
            passed.append((version, str(error)))
    return InForce(in_file(), IN_FILE, newest, tuple(passed), own_file())


def published(view: View) -> pl.DataFrame:
    """The rows of the versions that stand, newest first."""
    return view.table(SCORE_VERSIONS.name).sort("version", descending=True)


def own_file() -> Path | None:
    """The file of the score that the settings name; None where it is the one that comes with the product."""
    said = current_settings().health
    return None if said == Settings.model_fields["health"].default else said


def trouble(view: View) -> tuple[str, ...]:
    """What is wrong with the versions, in words: which cannot be used here and why, and which one is in force in their place."""
    try:
        found = in_force(view)
    except ScorecardError:
        return ()
    return tuple(_passed_over(version, why, found) for version, why in found.passed)


def _passed_over(version: int, why: str, found: InForce) -> str:
    reason = why.rstrip(".")
    if found.version == IN_FILE:
        told = tr("Version {version} of the health score cannot be used here ({reason}). The file {name} stays in force.")
        return told.format(version=version, reason=reason, name=current_settings().health.name)
    told = tr("Version {version} of the health score cannot be used here ({reason}). Version {used} stays in force.")
    return told.format(version=version, reason=reason, used=found.version)


def in_file(path: Path | None = None) -> Scorecard:
    """The scorecard of a file, the one that the settings name if none is given. Raises ScorecardError."""
    path = path or current_settings().health
    try:
        return from_toml(path.read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise ScorecardError(tr("{name}: the health score's file cannot be read ({error}).", name=path.name, error=error)) from None


def from_toml(text: str) -> Scorecard:
    """A scorecard from the text of its file. Raises ScorecardError where an entry cannot be used, and for what is no TOML."""
    raw = _parsed(text)
    _check_entries(raw)
    groups, measures = [], []
    for name, group in raw.get("groups", {}).items():
        groups.append(Group(name, _number(group.get("weight", 0), f"groups.{name}.weight"), group.get("share")))
        measures += [_measure(name, key, entry) for key, entry in group.items() if isinstance(entry, dict)]
    if not measures:
        raise ScorecardError(tr("groups: there is no measure. Write at least one, as [groups.usage.seat_use]."))
    bands = _bands(raw)
    known = {group.name for group in groups}
    for segment, weights in raw.get("segments", {}).items():
        for name in set(weights) - known:
            raise ScorecardError(_no_group(f"segments.{segment}.{name}", known))
    return Scorecard(
        tuple(groups), tuple(measures), bands, raw.get("segments", {}), _least_known(raw), _caps(raw, bands),
        tuple(_variants(raw, known, measures)), tuple(_limits(raw, measures, bands)), **_lifecycle(raw),
    )  # fmt: skip


def _parsed(text: str) -> dict[str, Any]:
    if len(text) > LARGEST:
        raise ScorecardError(tr("The file of a health score has at most {most:,} characters; this has {n:,}.", most=LARGEST, n=len(text)))
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise ScorecardError(tr("This is no TOML: {error}.", error=str(error).rstrip("."))) from None


def _check_entries(raw: Mapping[str, Any]) -> None:
    made = raw.get("format", FORMAT)
    if not isinstance(made, int) or made > FORMAT:
        raise ScorecardError(
            tr(
                "format: {made!r} is of a newer Holdfast; this one reads up to {known}. Update it, then look again.",
                made=made,
                known=FORMAT,
            )
        )
    for name in raw.keys() - set(ENTRIES):
        raise ScorecardError(tr("{name}: there is no such entry. Entries: {known}.", name=name, known=listed(ENTRIES)))


def _no_group(at: str, known: set[str]) -> str:
    return tr("{at}: there is no such group. Groups: {known}.", at=at, known=listed(sorted(known)))


def _bands(raw: Mapping[str, Any]) -> tuple[tuple[str, float], ...]:
    bands = tuple((name, _number(upper, f"bands.{name}")) for name, upper in raw.get("bands", {}).items())
    if not bands or [upper for _, upper in bands] != sorted(upper for _, upper in bands):
        raise ScorecardError(tr("bands: name them from the lowest to the highest, each with its upper end, like at_risk = 50."))
    return bands


def _least_known(raw: Mapping[str, Any]) -> float:
    share = _number(raw.get("least_known", LEAST_KNOWN), "least_known")
    if not 0 <= share <= 1:
        raise ScorecardError(tr("least_known: {share} is no share of the weight; it lies between 0 and 1.", share=share))
    return share


def _caps(raw: Mapping[str, Any], bands: tuple[tuple[str, float], ...]) -> dict[str, str]:
    """The highest band under each exception; without the table, the lowest band for notice and the second for the others."""
    names = [name for name, _ in bands]
    caps = raw.get("caps", {name: names[0 if name == "notice_given" else min(1, len(names) - 1)] for name in EXCEPTIONS})
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
    return caps


def _measure(group: str, name: str, entry: dict) -> Measure:
    at = f"groups.{group}.{name}"
    if name not in MEASURES:
        raise ScorecardError(tr("{at}: there is no such measure. Measures: {known}.", at=at, known=listed(MEASURES)))
    return Measure(name, group, _number(entry.get("weight", 100), f"{at}.weight"), _curve(entry, at), entry.get("max_age_days"))


def _curve(entry: Mapping[str, Any], at: str) -> Curve:
    scale = tuple((_number(value, at), _number(points, at)) for value, points in entry.get("scale", ()))
    if len(scale) < 2 or [value for value, _ in scale] != sorted({value for value, _ in scale}):
        raise ScorecardError(tr("{at}.scale: give at least two pairs of [value, points], the values rising.", at=at))
    return scale


def _variants(raw: Mapping[str, Any], groups: set[str], measures: list[Measure]) -> Iterator[Variant]:
    known = {measure.name for measure in measures}
    for number, entry in enumerate(raw.get("variants", []), 1):
        at = f"variants.{entry.get('name', number)}"
        for name in set(entry.get("groups", {})) - groups:
            raise ScorecardError(_no_group(f"{at}.groups.{name}", groups))
        own = entry.get("measures", {})
        for name in set(own) - known:
            raise ScorecardError(_not_counted(f"{at}.measures.{name}", known))
        if entry.get("lifecycle") not in (None, *LIFECYCLE):
            raise ScorecardError(tr("{at}.lifecycle: give one of {known}.", at=at, known=listed(LIFECYCLE)))
        low, high = entry.get("age_from_days"), entry.get("age_to_days")
        yield Variant(
            str(entry.get("name", number)), entry.get("segment"), entry.get("lifecycle"), (low, high),
            {name: _number(weight, f"{at}.groups.{name}.weight") for name, weight in entry.get("groups", {}).items()},
            {name: _number(one["weight"], f"{at}.measures.{name}.weight") for name, one in own.items() if "weight" in one},
            {name: _curve(one, f"{at}.measures.{name}") for name, one in own.items() if "scale" in one},
        )  # fmt: skip


def _not_counted(at: str, known: set[str]) -> str:
    return tr("{at}: the score does not count such a measure. It counts: {known}.", at=at, known=listed(sorted(known)))


def _limits(raw: Mapping[str, Any], measures: list[Measure], bands: tuple[tuple[str, float], ...]) -> Iterator[Limit]:
    names = [name for name, _ in bands]
    for number, entry in enumerate(raw.get("limits", []), 1):
        at = f"limits.{entry.get('name', number)}"
        if entry.get("measure") not in MEASURES:
            raise ScorecardError(tr("{at}.measure: name one. Measures: {known}.", at=at, known=listed(MEASURES)))
        if entry.get("at_most") not in names:
            raise ScorecardError(tr("{at}.at_most: name a band. Bands: {known}.", at=at, known=listed(names)))
        if ("below" in entry) == ("above" in entry):
            raise ScorecardError(tr("{at}: say either below or above which value it holds.", at=at))
        ends = {end: _number(entry[end], f"{at}.{end}") for end in ("below", "above") if end in entry}
        yield Limit(str(entry.get("name", number)), entry["measure"], entry["at_most"], **ends)


def _lifecycle(raw: Mapping[str, Any]) -> dict[str, int]:
    said = DAYS | raw.get("lifecycle", {})
    for name, days in said.items():
        if name not in DAYS or isinstance(days, bool) or not isinstance(days, int) or days < 0:
            raise ScorecardError(tr("lifecycle.{name}: {days!r}. Give {known} in whole days.", name=name, days=days, known=listed(DAYS)))
    return said


def _number(value: object, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScorecardError(tr("{at}: {value!r} is no number.", at=at, value=value))
    if "weight" in at and value < 0:
        raise ScorecardError(tr("{at}: a weight is not below zero.", at=at))
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
    return tomli_w.dumps({name: said for name, said in written.items() if said not in ({}, [])})


def _as_variant(one: Variant) -> dict[str, Any]:
    own = {name: _said(weight=one.weights.get(name), scale=_pairs(one.scales.get(name))) for name in (*one.weights, *one.scales)}
    low, high = one.age_days
    said = _said(name=one.name, segment=one.segment, lifecycle=one.lifecycle, age_from_days=low, age_to_days=high)
    return said | ({"groups": dict(one.groups)} if one.groups else {}) | ({"measures": own} if own else {})


def _pairs(scale: Curve | None) -> list[list[float]] | None:
    return None if scale is None else [[value, points] for value, points in scale]


def _said(**entries: object) -> dict[str, Any]:
    return {name: value for name, value in entries.items() if value is not None}
