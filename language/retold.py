"""Sentences that were kept in English, told in the language spoken now: by the text of which each was made."""

import re
from collections.abc import Callable, Sequence
from functools import cache

from language.catalogue import ENGLISH, language, tr

FIELD = re.compile(r"\\\{(\w+)\\\}")


def retold(said: str, texts: Sequence[str], value: Callable[[str], str] = str) -> str:
    """One kept sentence, or several with a space between them, told anew by the first of the texts that fits; as it is where none does.

    texts: with {names} for what stood in them. value: how such a value is told.
    """
    return said if language() == ENGLISH else _told(said, tuple(texts), value) or said


def _told(said: str, texts: tuple[str, ...], value: Callable[[str], str]) -> str | None:
    for text in texts:
        found = _pattern(text).fullmatch(said)
        if found is None:
            continue
        values = {name: value(one) for name, one in found.groupdict().items() if name != "and_more"}
        own = tr(text, **values) if values else tr(text)
        if found["and_more"] is None:
            return own
        if rest := _told(found["and_more"], texts, value):
            return f"{own}{'' if own.endswith('。') else ' '}{rest}"
    return None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """What a sentence of that text looks like, others behind it or not; no value holds the end of another sentence."""
    seen: set[str] = set()

    def field(found: re.Match[str]) -> str:
        again = found[1] in seen
        seen.add(found[1])
        return f"(?P={found[1]})" if again else rf"(?P<{found[1]}>(?:(?!\. ).)+?)"

    more = "(?: (?P<and_more>.+))?" if text.endswith(".") else "(?P<and_more>(?!))?"
    return re.compile(FIELD.sub(field, re.escape(text)) + more)
