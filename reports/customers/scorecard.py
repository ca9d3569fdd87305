"""The choices behind the health score, read from their TOML file."""

import tomllib
from pathlib import Path

from data.settings import current_settings
from language import tr
from language.formats import listed
from metrics.account_measures import MEASURES
from metrics.health import Group, Measure, Scorecard
from metrics.health_exceptions import EXCEPTIONS

LEAST_KNOWN = 0.4  # of the whole weight, where the file does not say


class ScorecardError(ValueError):
    """The file of the health score cannot be used; the message names the entry and what to write."""


def scorecard(path: Path | None = None) -> Scorecard:
    """The scorecard of a file, the one that the settings name if none is given. Raises ScorecardError."""
    path = path or current_settings().health
    try:
        raw = tomllib.loads(path.read_text())
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ScorecardError(tr("{name}: the health score's file cannot be read ({error}).", name=path.name, error=error)) from None
    groups, measures = [], []
    for name, group in raw.get("groups", {}).items():
        groups.append(Group(name, _number(group.get("weight", 0), f"groups.{name}.weight"), group.get("share")))
        measures += [_measure(name, key, entry) for key, entry in group.items() if isinstance(entry, dict)]
    if not measures:
        raise ScorecardError(tr("{name}: there is no measure. Write at least one, as [groups.usage.seat_use].", name=path.name))
    bands = tuple((name, _number(upper, f"bands.{name}")) for name, upper in raw.get("bands", {}).items())
    if not bands or [upper for _, upper in bands] != sorted(upper for _, upper in bands):
        raise ScorecardError(tr("bands: name them from the lowest to the highest, each with its upper end, like at_risk = 50."))
    known = {group.name for group in groups}
    for segment, weights in raw.get("segments", {}).items():
        for name in set(weights) - known:
            raise ScorecardError(
                tr(
                    "segments.{segment}.{name}: there is no such group. Groups: {known}.",
                    segment=segment,
                    name=name,
                    known=listed(sorted(known)),
                )
            )
    return Scorecard(tuple(groups), tuple(measures), bands, raw.get("segments", {}), _least_known(raw), _caps(raw, bands))


def _least_known(raw: dict) -> float:
    share = _number(raw.get("least_known", LEAST_KNOWN), "least_known")
    if not 0 <= share <= 1:
        raise ScorecardError(tr("least_known: {share} is no share of the weight; it lies between 0 and 1.", share=share))
    return share


def _caps(raw: dict, bands: tuple[tuple[str, float], ...]) -> dict[str, str]:
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
    scale = tuple((_number(value, at), _number(points, at)) for value, points in entry.get("scale", ()))
    if len(scale) < 2 or [value for value, _ in scale] != sorted({value for value, _ in scale}):
        raise ScorecardError(tr("{at}.scale: give at least two pairs of [value, points], the values rising.", at=at))
    return Measure(name, group, _number(entry.get("weight", 100), f"{at}.weight"), scale, entry.get("max_age_days"))


def _number(value: object, at: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ScorecardError(tr("{at}: {value!r} is no number.", at=at, value=value))
    if "weight" in at and value < 0:
        raise ScorecardError(tr("{at}: a weight is not below zero.", at=at))
    return float(value)
