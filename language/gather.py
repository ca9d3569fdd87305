"""Gathers all words of the code into the catalogues: `make words`. What is translated stays; what no code says any more goes."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from language.catalogue import CHINESE, ENGLISH, LANGUAGES, place
from language.punctuation import full_width
from language.sentences import sentences

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("language", "data", "metrics", "models", "reports", "sources", "deliveries", "pages")
PLAYS = ROOT / "data/plays.toml"
NOT_KEPT = ROOT / "data/importing/shapes/not_kept.toml"
CHURN_REASONS = ROOT / "data/churn_reasons.toml"
VENDORS = ROOT / "sources/vendors"
SPEAK_ENGLISH = ("data", "sources")  # what they say is kept, and said again where it is shown: their sentences are taken without marks
KEYWORDS = {"tr": None, "mark": None, "tr_n": (1, 2), "mark_n": (1, 2), "tr_of": ((1, "c"), 2), "mark_of": ((1, "c"), 2)}
Text = str | tuple[str, ...]  # or its singular and plural


def said() -> Iterator[tuple[str, Text]]:
    """All that the code marks for translation: the file, and the text."""
    return ((file, text) for file, text, _ in _said())


@cache
def _said() -> tuple[tuple[str, Text, str | None], ...]:
    """The same, with what a word is said of where it has several meanings. The code is read once."""
    return tuple(_read())


def _read() -> Iterator[tuple[str, Text, str | None]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            file = str(path.relative_to(ROOT))
            yield from ((file, text, of) for _, text, _, of in extract_from_file("python", path, KEYWORDS))
            if room in SPEAK_ENGLISH:
                yield from ((file, text, None) for text in sentences(path))
    yield from ((str(PLAYS.relative_to(ROOT)), text, None) for text in of_plays())
    yield from ((str(NOT_KEPT.relative_to(ROOT)), text, None) for text in other_exports())
    yield from ((str(CHURN_REASONS.relative_to(ROOT)), text, None) for text in churn_reasons())
    yield from ((str(VENDORS.relative_to(ROOT)), text, None) for text in of_vendors())


def other_exports() -> list[str]:
    """What is said of exports that are known and not kept."""
    return [one["reason"] for one in tomllib.loads(NOT_KEPT.read_text(encoding="utf-8"))["not_kept"]]


def of_plays() -> list[str]:
    """The words of the plays that come with the product; those that a team writes stay as they are."""
    plays = tomllib.loads(PLAYS.read_text(encoding="utf-8"))["plays"].values()
    own = [play[name] for play in plays for name in ("name", "meaning")]
    return own + [step[name] for play in plays for step in play["steps"] for name in ("title", "text") if name in step]


def churn_reasons() -> list[str]:
    """What the churn reasons that come with the product are called."""
    return [one["name"] for first in tomllib.loads(CHURN_REASONS.read_text(encoding="utf-8"))["reason"] for one in (first, *first["below"])]


def of_vendors() -> list[str]:
    """What is said of the vendors whose APIs are known: which rights a key needs, what a setting means, what rows leave open."""
    known = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(VENDORS.glob("*.toml"))]
    waits = [wait[name] for one in known for wait in one.get("waits", ()) for name in ("text", "what_to_do")]
    return [one["rights"] for one in known if "rights" in one] + [text for one in known for text in one.get("needs", {}).values()] + waits


def gathered(language: str) -> Catalog:
    """The catalogue of a language with all that the code says now, translated as far as it is."""
    found = Catalog(locale=language, project="Holdfast", version="1", charset="utf-8")
    for file, text, of in _said():
        found.add(text, locations=[(file, 1)], context=of)
    if place(language).exists():
        with place(language).open("rb") as file:
            known = read_po(file, locale=language)
        for message in found:
            old = known.get(message.id, message.context)
            if message.id and old and old.string:
                message.string = _punctuated(old.string) if language == CHINESE else old.string
    return found


def _punctuated(told: str | list[str] | tuple[str, ...]) -> str | tuple[str, ...]:
    return full_width(told) if isinstance(told, str) else tuple(full_width(one) for one in told)


def missing(language: str) -> list[str]:
    """What the catalogue of a language lacks, in English."""
    untold = [one.id for one in gathered(language) if one.id and not (all(one.string) if isinstance(one.string, tuple) else one.string)]
    return [one if isinstance(one, str) else one[0] for one in untold]


def main() -> None:
    for language in LANGUAGES:
        if language == ENGLISH:
            continue
        place(language).parent.mkdir(parents=True, exist_ok=True)
        catalogue = gathered(language)
        with place(language).open("wb") as file:
            write_po(file, catalogue, width=120, sort_output=True, include_lineno=False, omit_header=True)
        print(f"{language}: {len(catalogue):,} texts, {len(missing(language)):,} of them not translated")


if __name__ == "__main__":
    main()
