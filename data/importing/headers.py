"""Names of columns as people say them, and what their words mean in eight languages."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from data.importing.reader.currencies import TRADITIONAL

WORDS = Path(__file__).with_name("header_words.toml")
UNKNOWN, NOISE = "?", "noise"
HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
LATIN = re.compile(r"[a-z]+$")
ZONE = re.compile(r"\b(?:utc|gmt) ?[+-]? ?\d{1,2}(?: ?\d\d)?\b")
SHORTEST = 3  # letters that a Latin word needs inside a compound: shorter ones are found in anything
SHORT_IDS = ("id", "nr", "no")  # at the end of a compound: Kundennr, userid
LONGEST_PHRASE = 4  # words
LINKS = ("", "s", "es", "n", "en", "e")  # what German and Dutch put between the words of a compound
SIGNS = {
    "€": " eur ", "£": " gbp ", "us$": " usd ", "r$": " brl ", "人民币元": " cny ", "人民币": " cny ", "人民幣": " cny ", "円": " jpy ", "日元": " jpy ", "日圆": " jpy ",
    "美元": " usd ", "美金": " usd ", "欧元": " eur ", "歐元": " eur ", "英镑": " gbp ", "港元": " hkd ", "港币": " hkd ", "港幣": " hkd ", "新台币": " twd ", "新台幣": " twd ",
    "台币": " twd ", "台幣": " twd ", "韩元": " krw ", "韓元": " krw ", "澳元": " aud ", "加元": " cad ", "新加坡元": " sgd ", "元": " cny ",
}  # fmt: skip
OF_A_COUNTRY = re.compile("[美欧歐日港韩韓澳加坡]元")
COUNTED = re.compile(
    "[百千仟万萬亿億]+(?=\\s*(?:[元圆圓円]|人民|[美欧歐日港]元|美金|新?台|[)）]))"
)  # 金额（万元）: of how many, not of what
CURRENCIES = {
    code.lower(): code
    for code in (
        "USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "JPY", "CNY", "HKD", "SGD", "INR", "BRL", "MXN", "SEK", "NOK", "DKK", "PLN", "CZK",
        "HUF", "RON", "ZAR", "ILS", "AED", "KRW", "TWD", "THB",
    )
} | {"euro": "EUR", "euros": "EUR", "rmb": "CNY"}  # fmt: skip


@cache  # the same headers are held against every known export
def header_words(name: str) -> str:
    """A header as people say it: lower case, words apart, no signs."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in name.lower()).split())


def meanings(name: str) -> frozenset[str]:
    """What the words of a header mean, as names of the lists in header_words.toml; UNKNOWN is among them where a word is in none.

    Currencies and words that say nothing are left out; empty where nothing is said.
    """
    return frozenset(_read(name)[0])


def currency_in(name: str) -> str | None:
    """The currency that a header names, as ISO code: EUR for "ARR (€)"; None where it names none, or only a dollar sign."""
    return _read(name)[1]


@cache
def _read(name: str) -> tuple[tuple[str, ...], str | None]:
    found, currency = [], None
    for word in _phrases(_folded(name).split()):
        code = CURRENCIES.get(word)
        currency = code or currency
        found += [] if code else _vocabulary()[word].split() if word in _vocabulary() else _compound(word)
    return tuple(meaning for meaning in found if meaning != NOISE), currency


def _folded(name: str) -> str:
    """Lower case without accents and signs, words apart, also where only a capital parts them."""
    text = COUNTED.sub("", HUMPS.sub(" ", name))
    text = text.replace("元", " ") if TRADITIONAL.search(text) and not OF_A_COUNTRY.search(text) else text
    for sign, said in SIGNS.items():
        text = re.sub(re.escape(sign), said, text, flags=re.IGNORECASE)
    bare = _without_accents(text)
    return ZONE.sub(" ", " ".join("".join(sign if sign.isalnum() else " " for sign in bare).split()))


def _without_accents(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


@cache
def _vocabulary() -> dict[str, str]:
    lists = tomllib.loads(WORDS.read_text(encoding="utf-8")).values()
    return {_without_accents(word): meaning for group in lists for meaning, words in group.items() for word in words}


def _phrases(words: list[str]) -> list[str]:
    """The words, those together that are known as a phrase; the longest phrase first."""
    found, at = [], 0
    while at < len(words):
        for size in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
            phrase = " ".join(words[at : at + size])
            if size == 1 or phrase in _vocabulary():
                found.append(phrase)
                at += size
                break
    return found


def _compound(word: str) -> list[str]:
    """The meanings of the parts of a word that is put together of known ones; UNKNOWN where it is not."""
    return _cut(word, bool(LATIN.match(word))) or [UNKNOWN]


def _cut(word: str, latin: bool) -> list[str]:
    for size in range(len(word), 0, -1):
        part, rest = word[:size], word[size:]
        meaning = _vocabulary().get(part) if not latin or size >= SHORTEST else None
        if meaning is None:
            continue
        if not rest or (latin and rest in SHORT_IDS):
            return [*meaning.split(), *(["id"] if rest else [])]
        for link in LINKS if latin else ("",):
            more = _cut(rest.removeprefix(link), latin) if rest.startswith(link) else []
            if more:
                return [*meaning.split(), *more]
    return []
