"""Which language a reader reads, and the catalogue of each: gettext's, kept as text beside this file and read once."""

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ENGLISH, CHINESE = "en", "zh_Hans"
COOKIE = "holdfast_language"  # keeps what a person chose, in their browser
LANGUAGES = {ENGLISH: "English", CHINESE: "简体中文"}
# Who asks for Chinese by a place, or in other characters, can read the simplified ones sooner than English.
ALSO = {name: CHINESE for name in ("zh", "zh_cn", "zh_sg", "zh_my", "zh_hans_cn", "zh_hant", "zh_tw", "zh_hk", "zh_mo", "zh_hant_tw")}

_spoken: ContextVar[str | None] = ContextVar("language", default=None)
_readers: list[Callable[[], str | None]] = []
_plurals: dict[str, dict[str, str]] = {}  # of each catalogue that was read


def of_readers(ask: Callable[[], str | None]) -> None:
    """Who knows the language of the one who reads now; it answers None where nobody does. Asked at each use: a page runs in many ways."""
    _readers[:] = [ask]


def language() -> str:
    """The language that is spoken now: as said around the work, else the reader's, else English."""
    return _spoken.get() or next((found for ask in _readers if (found := ask())), ENGLISH)


@contextmanager
def speaking(wanted: str) -> Generator[None]:
    """All that is said inside is said in this language, whoever reads."""
    before = _spoken.set(wanted)
    try:
        yield
    finally:
        _spoken.reset(before)


def chosen(wishes: Iterable[str]) -> str:
    """The first of the wishes for which there is a catalogue, like "de-CH", "zh_TW"; English where there is none."""
    plain = (wish.strip().replace("-", "_").lower() for wish in wishes)
    known = {name.lower(): name for name in LANGUAGES}
    for wish in filter(None, plain):
        found = ALSO.get(wish) or negotiate_locale([wish, wish.split("_")[0]], list(known))
        if found:
            return known.get(found.lower(), found)
    return ENGLISH


def asked_for(kept: str | None, accepted: str | None) -> str:
    """The language of a request: what the person chose and the cookie keeps, else the first of those in Accept-Language that there is."""
    return chosen([kept or "", *(part.split(";")[0] for part in (accepted or "").split(","))])


class Marked(str):
    """Words that are in the catalogue, unlike the codes that stand beside them; `of` is what they are said of, where that matters."""

    __slots__ = ("of",)

    def __new__(cls, text: str, of: str = "") -> "Marked":
        made = super().__new__(cls, text)
        made.of = of
        return made


def mark(text: str) -> Marked:
    """The text as it is, marked for the catalogue: it is said later."""
    return Marked(text)


def mark_of(of: str, text: str) -> Marked:
    """The same of a word that another language says otherwise of other things: `mark_of("a feed", "Late")`."""
    return Marked(text, of)


def mark_n(one: str, many: str) -> tuple[str, str]:
    """A text and its plural, marked for the catalogue: `tr_n` says them later."""
    return one, many


def tr(text: str, /, **values: object) -> str:
    """The text in the language spoken now, its {names} filled in. Where the catalogue lacks it, in English."""
    found = _found(text, getattr(text, "of", "")) if text else ""
    return found.format(**values) if values else found


def tr_of(of: str, text: str) -> str:
    """The same of a word that another language says otherwise of other things: `tr_of("the menu", "Customers")`."""
    return _found(text, of)


def _found(text: str, of: str) -> str:
    """The text, of what it is said; where the catalogue has no word for that, its word for the text."""
    known = catalogue(language())
    return told if of and (told := known.pgettext(of, text)) != text else known.gettext(text)


def tr_n(one: str, many: str, n: float, /, **values: object) -> str:
    """The same of a number, in its plural; {n} is the number."""
    return catalogue(language()).ngettext(one, many, 1 if n == 1 else 2).format(n=n, **values)


def place(name: str) -> Path:
    """Where the catalogue of a language lies."""
    return Path(__file__).parent / name / "LC_MESSAGES" / "holdfast.po"


def plurals(name: str) -> dict[str, str]:
    """The texts that count something, the one and the many, with what a language says of many; empty where it has no catalogue."""
    catalogue(name)
    return _plurals.get(name, {})


@cache
def catalogue(name: str) -> NullTranslations:
    """The catalogue of a language; English needs none."""
    if not place(name).exists():
        return NullTranslations()
    compiled = BytesIO()
    with place(name).open("rb") as file:
        found = read_po(file, locale=name)
    write_mo(compiled, found)
    compiled.seek(0)
    counted = ((one.id, one.string) for one in found if isinstance(one.id, tuple) and isinstance(one.string, tuple))
    _plurals[name] = {english: told[-1] for both, told in counted for english in both}
    return GNUTranslations(compiled)
