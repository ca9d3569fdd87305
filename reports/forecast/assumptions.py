"""What a scenario says would be otherwise: read from text, written as text, and told in words.

As text it is JSON, a list of objects: {"segment": "SMB", "renewal": 0.05, "churn": 0.9, "price": 0.03, "since": 2};
what an object leaves out stays as it is. Without a segment it is of all accounts.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from data.parameters import WrongParameter
from language import tr
from language.formats import clauses, listed, sentences
from models.forecast import QUARTERS, Change

MOST = 20  # assumptions of one scenario
LIMITS: Mapping[str, tuple[float, float]] = {"renewal": (-1.0, 1.0), "churn": (0.0, 10.0), "price": (-0.9, 5.0)}
STAYS = {"renewal": 0.0, "churn": 1.0, "price": 0.0}
FIELDS = ("segment", *LIMITS, "since")


def changes_of(text: str | None, segments: Collection[str] | None = None) -> tuple[Change, ...]:
    """The changes that a text says; none for an empty one. segments: those that there are, where that is known.

    Raises WrongParameter, which names the place, for what is no such text, a segment that no account has, a number that is none or out of
    its limits, and an assumption that changes nothing.
    """
    if not text or not text.strip():
        return ()
    try:
        given = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _wrong(tr("it is no JSON ({error}). Write a list like {example}.", error=error, example=EXAMPLE)) from None
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise _wrong(tr("write a list of objects like {example}.", example=EXAMPLE))
    if len(given) > MOST:
        raise _wrong(tr("at most {most} assumptions.", most=MOST))
    return tuple(_change(number, one, segments) for number, one in enumerate(given, start=1))


EXAMPLE = '[{"segment": "SMB", "renewal": 0.05}]'


def text_of(changes: Sequence[Change]) -> str:
    """The same as text, without what stays as it is."""
    return json.dumps([{name: value for name, value in _fields(one).items() if value != _default(name)} for one in changes])


def in_words(changes: Sequence[Change]) -> str:
    """A sentence for each, as people say it."""
    return sentences(*(_told(one) for one in changes))


def _change(number: int, given: Mapping[str, Any], segments: Collection[str] | None) -> Change:
    at = tr("assumption {number}", number=number)
    if strange := [name for name in given if name not in FIELDS]:
        raise _wrong(tr("{at}: {name} is none of {fields}.", at=at, name=strange[0], fields=listed(FIELDS)))
    segment, since = given.get("segment"), given.get("since", 1)
    if segment is not None and (not isinstance(segment, str) or (segments is not None and segment not in segments)):
        raise _wrong(
            tr(
                "{at}: none of these accounts has the segment {segment!r}. Their segments: {known}.",
                at=at,
                segment=segment,
                known=listed(segments or ()),
            )
        )
    if isinstance(since, bool) or not isinstance(since, int) or not 1 <= since <= QUARTERS:
        raise _wrong(tr("{at}: since is the number of a quarter, 1 to {most}.", at=at, most=QUARTERS))
    numbers = {name: _number(at, name, given.get(name, STAYS[name])) for name in LIMITS}
    if numbers == STAYS:
        raise _wrong(tr("{at}: it changes nothing.", at=at))
    return Change(segment, **numbers, since=since)


def _number(at: str, name: str, given: object) -> float:
    low, high = LIMITS[name]
    if isinstance(given, bool) or not isinstance(given, int | float) or not low <= given <= high:  # nan is not within either
        raise _wrong(tr("{at}: {name} is a number from {low:g} to {high:g}.", at=at, name=name, low=low, high=high))
    return float(given)


def _fields(one: Change) -> dict[str, Any]:
    return {name: getattr(one, name) for name in FIELDS}


def _default(name: str) -> object:
    return {"segment": None, "since": 1, **STAYS}[name]


def _told(one: Change) -> str:
    whom = one.segment or tr("All accounts")
    said = [
        tr("renewal rate {points:+.1f} points", points=100 * one.renewal) if one.renewal else "",
        tr("churn without a term {share:+.0%}", share=one.churn - 1) if one.churn != 1 else "",
        tr("price {share:+.1%}", share=one.price) if one.price else "",
    ]
    since = tr("from quarter {number} on", number=one.since) if one.since > 1 else ""
    return tr("{whom}: {what}.", whom=whom, what=clauses(*said, since))


def _wrong(why: str) -> WrongParameter:
    return WrongParameter(tr("what_if: {why}", why=why))
