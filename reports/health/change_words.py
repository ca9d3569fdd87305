"""Why a health score or its band changed, in a sentence: the largest parts first, with the values before and after."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from language import InLanguage, mark, tr
from language.catalogue import ENGLISH, language
from language.formats import listed, minus, sentences
from metrics.health import LITTLE_KNOWN
from metrics.health_change import BEHAVIOUR, CONFIGURATION, KNOWN, LATE, PLACEMENT
from reports.words.codes import called
from reports.words.health_words import is_share
from reports.words.titles import title

TOLD = 3  # parts that the sentence names; the others are summed
SENTIMENT = InLanguage({-1.0: mark("negative"), 0.0: mark("neutral"), 1.0: mark("positive")})
USAGE = ("seat_use", "usage_trend", "features_used", "stickiness")  # what is not known of who is in a feed that has stopped
PLACES = InLanguage({"segment": mark("segment"), "lifecycle": mark("part of the lifecycle"), "variant": mark("what counts otherwise")})
STAGES = InLanguage({"onboarding": mark("onboarding"), "steady": mark("steady"), "renewal": mark("renewal ahead")})
NO_SCORE = InLanguage(
    {
        "no_customer": mark("it was no customer"), "nothing": mark("nothing of it was measured"), "unknown": mark("it was not known yet"),
    }
)  # fmt: skip


@dataclass(frozen=True)
class Item:
    """A part of the sentence: its words, and its points."""

    words: str
    points: float


def value_told(measure: str, value: float | None) -> str:
    """A value of a measure in a sentence: shares in whole percent, others with one decimal at the most."""
    if value is None:
        return tr("not known")
    if measure == "conversation_sentiment" and value in SENTIMENT:
        return SENTIMENT[value]
    return minus(f"{value:.0%}" if is_share(measure) else f"{round(value, 1) + 0.0:g}")


def measure_told(name: str) -> str:
    """A measure in a sentence: its title, which in English begins small unless it begins with an abbreviation."""
    said = title(name)
    return f"{said[:1].lower()}{said[1:]}" if language() == ENGLISH and not said[1:2].isupper() else said


def points_told(points: float) -> str:
    """Whole points with their sign."""
    return minus(f"{points:+.0f}") if round(points) else "0"


def change_in_words(change: float, parts: Sequence[Mapping[str, Any]], about: Mapping[str, Any]) -> str:
    """The change of a score in one sentence: -14: seat use 62% to 41% (-9), open tickets 0 to 2 (-3), others (-2).

    parts: of one account, as metrics.health_change has them. about: stopped (whether the usage feed has on the second day), day (the first
    one), places (what of the account's place changed, as `places_told` says it). Whole points are rounded so that they add up.
    """
    if not parts:
        return tr("No change.")
    items = sorted(_items(parts, about), key=lambda item: (-abs(item.points), item.words))
    named = [item for item in items[:TOLD] if abs(item.points) >= 0.5] or items[:1]
    rest = sum(item.points for item in items if item not in named)
    whole = rounded([*(item.points for item in named), rest], round(change))
    told = [_clause(item.words, points) for item, points in zip(named, whole, strict=False)]
    told += [_clause(tr("others"), whole[-1])] if whole[-1] else []
    return tr("{change}: {parts}", change=points_told(change), parts=listed(told))


def _clause(words: str, points: int) -> str:
    return tr("{what} ({points})", what=words, points=points_told(points))


def rounded(values: Sequence[float], total: int) -> list[int]:
    """Whole numbers that add up to a total: each rounded, and where that misses it, those a step further that are off the most by it; of
    equal ones the first."""
    whole = [round(value) for value in values]
    step = 1 if total > sum(whole) else -1
    while sum(whole) != total:
        off = [round(step * (value - own), 6) for value, own in zip(values, whole, strict=True)]
        whole[off.index(max(off))] += step
    return whole


def _items(parts: Sequence[Mapping[str, Any]], about: Mapping[str, Any]) -> Iterable[Item]:
    """Behaviour measure by measure; each other kind as one, and what went missing apart from what became known."""
    for part in parts:
        if part["kind"] == BEHAVIOUR:
            yield Item(_moved(part), part["points"])
    known = [part for part in parts if part["kind"] == KNOWN]
    for told in ([part for part in known if part["value_after"] is None], [part for part in known if part["value_after"] is not None]):
        if told:
            yield Item(_known(told, about), sum(part["points"] for part in told))
    for kind in (CONFIGURATION, PLACEMENT, LATE):
        of = [part["points"] for part in parts if part["kind"] == kind]
        if of:
            yield Item(kind_told(kind, about), sum(of))


def _moved(part: Mapping[str, Any]) -> str:
    before, after = (value_told(part["name"], part[f"value_{side}"]) for side in ("before", "after"))
    return tr("{measure} {before} to {after}", measure=measure_told(part["name"]), before=before, after=after)


def _known(parts: Sequence[Mapping[str, Any]], about: Mapping[str, Any]) -> str:
    if parts[0]["value_after"] is not None:
        return tr("now known: {measures}", measures=listed(_with_value(part) for part in parts))
    if about["stopped"] and all(part["name"] in USAGE for part in parts):
        return tr("usage cannot be seen since its feed has stopped")
    return tr("no longer known: {measures}", measures=listed(measure_told(part["name"]) for part in parts))


def _with_value(part: Mapping[str, Any]) -> str:
    return f"{measure_told(part['name'])} {value_told(part['name'], part['value_after'])}"


def kind_told(kind: str, about: Mapping[str, Any]) -> str:
    """A kind of change that is no measure's own, in a sentence."""
    if kind == CONFIGURATION:
        return tr("the score counts otherwise since")
    if kind == LATE:
        return tr("data of {day} that came later", day=about["day"])
    return about["places"] or tr("segment or part of the lifecycle")


def places_told(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """What of an account's place is otherwise: segment SMB to Enterprise; empty where nothing is."""
    moved = [name for name in PLACES if name in before and before[name] != after[name]]
    return listed(
        tr("{what} {before} to {after}", what=PLACES[name], before=_place(before[name]), after=_place(after[name])) for name in moved[:2]
    )


def _place(value: object) -> str:
    return tr("none") if value is None else STAGES.get(str(value), str(value))


def missing_told(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Why two days cannot be compared: which of them has no score, and why. before, after: score and why_none, with their days."""
    if before["score"] is None and after["score"] is None and before["why_none"] == after["why_none"]:
        return tr("No score on either day: {why}.", why=NO_SCORE[after["why_none"]])
    return sentences(
        *(
            tr("No score on {day}: {why}.", day=side["day"], why=NO_SCORE[side["why_none"]])
            for side in (before, after)
            if side["score"] is None
        )
    )


def band_in_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Why the band is another one, apart from the score where that did not do it; empty where it is the same.

    before, after: band (as shown), own (by the score alone, under the bands of that day), exception (in words), known_weight, set_by with
    set_until and set_reason, and of the
    second day `same_bands` (whether its score of before would be in `own` of before under its bands) and `stopped`.
    """
    if before["band"] == after["band"] or None in (before["band"], after["band"]):
        return ""
    moved = tr("{before} to {after}", before=called(before["band"]), after=called(after["band"]))
    return tr("Band {moved}: {why}.", moved=moved, why=_why_band(before, after))


def _why_band(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if after["set_by"]:
        reason = (after["set_reason"] or "").rstrip(".")
        return tr("set by {who} until {day} ({reason})", who=after["set_by"], day=after["set_until"], reason=reason)
    if before["set_by"]:
        return tr("what {who} had set holds no more", who=before["set_by"])
    capped, was_capped = (side["exception"] is not None and side["band"] != side["own"] for side in (after, before))
    if capped and after["exception"] != before["exception"]:
        return tr("{exception}, whatever the score", exception=after["exception"])
    if after["band"] == LITTLE_KNOWN:
        return _little(after)
    if before["band"] == LITTLE_KNOWN:
        return tr("more is known of it now")
    if was_capped and not after["exception"]:
        return tr("this holds no more: {exception}", exception=before["exception"])
    if before["own"] != after["own"] and not after["same_bands"]:
        return tr("the bands begin elsewhere now")
    return tr("by the score") if before["own"] != after["own"] else tr("other exceptions hold now")


def _little(after: Mapping[str, Any]) -> str:
    if after["stopped"]:
        return tr("usage cannot be seen, since its feed has stopped")
    return tr("the score rests on {share:.0%} of its weight alone", share=after["known_weight"] or 0.0)
