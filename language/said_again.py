"""What data/ has said in English, said again in the reader's language.

The log keeps what it is told, in English. A text is recognised by the template in the catalogue that it was made from; its values stay as
they are, since they are the file's own words, but for those that OURS names. What is not recognised stays in English.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from language.catalogue import ENGLISH, catalogue, language, mark, plurals

FIELD = re.compile(r"\{(\w*)(?:![rs])?(?::[^{}]*)?\}")  # with how it is written, which a value that is told shows already
FULL_STOPS = ("\u3002", "\uff01", "\uff1f", "\uff1b", "\uff1a")  # no blank follows them
# Fields of templates that hold words of ours, and never what stands in a file.
OURS = (
    "reasons", "text", "who", "lacks", "why", "what", "which", "meaning", "table", "tables", "kind", "word", "ways", "unknown",
    "operation", "words", "again",
)  # fmt: skip
OF_SENTENCES = ("reasons", "text", "who", "lacks", "why", "words", "meaning")  # of them, those that may hold several
# What is too short to be told from a code where data/ says it: words within its sentences, and what it says while it works.
SHORT = (
    mark("paused"), mark("unpaid"), mark("ended"), mark("twice a month"), mark("twice a week"), mark("twice a year"),
    mark("left out: {why}"), mark("the secret {secret}"), mark("no secret"),
    mark("row of sums"), mark("header again"), mark("number of a page"), mark("survey preview"), mark("survey test"),
    mark("Writing {n} rows"), mark("Read {n} rows"),
    # of the tables, within a sentence
    mark("contacts"), mark("contracts"), mark("churn events"), mark("usage events"), mark("tickets"), mark("surveys"), mark("costs"),
    mark("exchange rates"),
)  # fmt: skip
LEAST = 8  # letters that a template must have beside its values
LONGEST = 4_000  # characters; longer texts are somebody's own
ENDS = re.compile(r"(?<=[.?!;:])\s+")
QUOTED = re.compile("“[^”]*”")  # what a database or a vendor has said: however many sentences it has, it stays
WITHIN = "\ue000"  # stands for a blank between sentences of a quotation
KEPT = 5_000

Template = tuple[int, str, re.Pattern[str], str, str]  # letters, the longest of its parts, its pattern, the English and the other text


def again(text: object) -> str:
    """A text of data/ in the language spoken now."""
    told = str(text)
    return told if language() == ENGLISH or not told.strip() else _again(language(), told)


@lru_cache(KEPT)  # of texts alone, by language: the same reason is told of thousands of rows
def _again(spoken: str, told: str) -> str:
    lead, whole = told[: len(told) - len(told.lstrip())], QUOTED.sub(lambda found: ENDS.sub(WITHIN, found[0]), told.strip())
    return lead + _found(spoken, whole).replace(WITHIN, " ")


def _found(spoken: str, told: str) -> str:
    return _whole(spoken, told) or _in_parts(spoken, told) or _whole(spoken, told, loose=True) or told


def _whole(spoken: str, told: str, loose: bool = False) -> str | None:
    """The text by the one template that it was made from; None where there is none. loose: values may hold whole sentences."""
    exact = catalogue(spoken).gettext(told)
    if exact != told:
        return exact
    if len(told) > LONGEST:
        return None
    for _, part, pattern, english, other in _templates(spoken):
        if part in told and (found := pattern.fullmatch(told)):
            values = dict(zip(dict.fromkeys(FIELD.findall(english)), found.groups(), strict=True))
            if not loose and any(name not in OF_SENTENCES and ENDS.search(value) for name, value in values.items()):
                continue
            return FIELD.sub(lambda field, values=values: _value(spoken, field[1], values.get(field[1], field[0])), other)
    return None


def _value(spoken: str, field: str, value: str) -> str:
    return _again(spoken, value) if field in OURS and value.strip() else value


def _joined(first: str, rest: str) -> str:
    return f"{first}{rest}" if first.endswith(FULL_STOPS) else f"{first} {rest}"


def _in_parts(spoken: str, told: str) -> str | None:
    """A text that was put together of several: the longest beginning that is known, then the rest; None where none of it is known."""
    cuts = [(found.start(), found.end()) for found in ENDS.finditer(told)]
    for end, begin in reversed(cuts):
        if first := _whole(spoken, told[:end]):
            return _joined(first, _again(spoken, told[begin:]))
    if not cuts:
        return None
    end, begin = cuts[0]
    rest = _in_parts(spoken, told[begin:]) or _whole(spoken, told[begin:])
    return f"{told[:end]} {rest}" if rest else None


@lru_cache(8)
def _templates(spoken: str) -> tuple[Template, ...]:
    """The templates of a catalogue, those that say most first."""
    known = getattr(catalogue(spoken), "_catalog", {})
    pairs = (
        (one, other)
        for one, other in (*known.items(), *plurals(spoken).items())
        if isinstance(one, str) and one and other and "\x04" not in one and FIELD.search(one)
    )
    return tuple(sorted(_compiled(pairs), key=lambda template: -template[0]))


def _compiled(pairs: Iterator[tuple[str, str]]) -> Iterator[Template]:
    for english, other in pairs:
        parts = FIELD.split(english)[::2]
        letters = sum(len(part.strip()) for part in parts)
        if letters >= LEAST:
            yield letters, max(parts, key=len), _pattern(parts, FIELD.findall(english)), english, other


def _pattern(parts: Sequence[str], names: Sequence[str]) -> re.Pattern[str]:
    """What a text of these parts looks like, with names for the values between them; a name that comes again has the same value."""
    places = list(dict.fromkeys(names))
    values = ["(.*?)" if name not in names[:at] else f"\\{places.index(name) + 1}" for at, name in enumerate(names)]
    told = re.escape(parts[0]) + "".join(f"{value}(?:){re.escape(part)}" for value, part in zip(values, parts[1:], strict=True))
    return re.compile(told, re.DOTALL)
