"""Gathers all words of the code into the catalogues: `make words`. What is translated stays; what no code says any more goes."""

from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from language.catalogue import CHINESE, ENGLISH, LANGUAGES, place
from language.punctuation import full_width
from language.sentences import sentences

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("language", "data", "metrics", "models", "reports", "pages")
SPEAKS_ENGLISH = "data"  # what it says is kept, and said again where it is shown: its sentences are taken without marks
KEYWORDS = {"tr": None, "mark": None, "tr_n": (1, 2), "mark_n": (1, 2)}


def said() -> Iterator[tuple[str, str | tuple[str, ...]]]:
    """All that the code marks for translation: the file, and the text, or its singular and plural."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for _, message, _, _ in extract_from_file("python", path, KEYWORDS):
                yield str(path.relative_to(ROOT)), message
            if room == SPEAKS_ENGLISH:
                yield from ((str(path.relative_to(ROOT)), text) for text in sentences(path))


def gathered(language: str) -> Catalog:
    """The catalogue of a language with all that the code says now, translated as far as it is."""
    found = Catalog(locale=language, project="Holdfast", version="1", charset="utf-8")
    for file, message in said():
        found.add(message, locations=[(file, 1)])
    if place(language).exists():
        with place(language).open("rb") as file:
            known = read_po(file, locale=language)
        for message in found:
            old = known.get(message.id)
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
