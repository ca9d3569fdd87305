"""Names, e-mails and ids within texts: where they stand, and what stands there once they are blanked out."""

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property
from typing import Any

SHORTEST = 3  # letters of a name that is looked for within texts; shorter ones would be found everywhere
EAST_ASIAN = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"  # written without blanks, so that a name may touch other words
IN_LINE = re.compile(rf"[{EAST_ASIAN}]")
LETTER = rf"[^\W_{EAST_ASIAN}]"  # of a word that has blanks around it; what follows such a word may be of another script
BEGINS, ENDS = f"(?<!{LETTER})", f"(?!{LETTER})"
OF_STEPS = ("title", "owner", "text", "asks", "due_on", "due_days", "before_days", "clock_hours", "in_place_of")
"""What the steps of plays say; these names stay, whatever somebody is called."""
OF_TEAM = ("people", "roles", "instead_of")  # in what is kept of a request for consent
TOKEN = re.compile(rf"[{EAST_ASIAN}]|{LETTER}+|\S")


ADDRESS = re.compile(r"[^\s<>()\[\],;:\"']+@[^\s<>()\[\],;:\"']+")
WRITTEN_OTHERWISE = r"[\x{00AD}\x{0300}-\x{036F}\x{200B}-\x{200F}\x{2060}\x{FEFF}\x{FF10}-\x{FF9F}\x{1D400}-\x{1D7FF}]"
"""For the engine: letters that the eye takes for others, of full or half width or of several signs, and signs that nobody sees."""


def in_one_form(text: str) -> str:
    """A text with one form of each letter, whatever its width, and without signs that nobody sees."""
    seen = text if text.isascii() else "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFKC", seen)


def plain(text: str) -> str:
    """A text as it is compared: one form of each letter, single blanks, small letters; of one in one form as long as it is but for blanks."""
    one = " ".join(in_one_form(text).split())
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in one)


def addresses(text: str) -> set[str]:
    """The e-mail addresses in a text, as they are compared, such as of "Sam Bell <sam@example.com>"; and the text itself, where it has one."""
    whole = plain(text)
    return {whole, *(one.strip(".") for one in ADDRESS.findall(whole))} if "@" in whole else set()


def is_told_apart(term: str) -> bool:
    """Whether a term is hardly anything else than what it names: an e-mail, several words, a name in East Asian letters."""
    return "@" in term or " " in term.strip() or bool(IN_LINE.search(term))


def can_be_looked_for(term: str) -> bool:
    return len(plain(term)) >= (2 if IN_LINE.search(term) else SHORTEST)


def id_stands_out(written: str) -> bool:
    """Whether an id can be told from other words and numbers in a text."""
    letters, digits = any(one.isalpha() for one in written), any(one.isdigit() for one in written)
    return "@" in written or (len(written) >= 4 and letters and digits) or (len(written) >= 6 and digits)


def as_words(ids: Iterable[str]) -> re.Pattern[str]:
    """What finds any of some ids where they stand as words of their own."""
    return re.compile("|".join(rf"(?<!\w){re.escape(one)}(?!\w)" for one in ids) or r"(?!)")


def forms(name: str) -> set[str]:
    """A name as it is written: also with the family name first, and with a comma after it."""
    words = plain(name).replace(",", " ").split()
    turned = {f"{words[1]} {words[0]}", f"{words[1]}, {words[0]}", f"{words[0]} {words[1]}"} if len(words) == 2 else set()
    return {plain(name), *turned}


def first_token(term: str) -> str:
    """What a term begins with: a word, or one East Asian letter."""
    found = TOKEN.match(plain(term))
    return found[0] if found else ""


def is_word(text: str, start: int, end: int) -> bool:
    """Whether a part of a text stands there as words of its own."""
    before, after = text[max(0, start - 1) : start], text[end : end + 1]
    begins = not re.match(LETTER, text[start]) or not re.match(LETTER, before)
    return begins and (not re.match(LETTER, text[end - 1]) or not re.match(LETTER, after))


class Blanks:
    """Terms that are blanked out wherever they stand as words of their own, whatever their size of letters. in_stead: what is put there."""

    def __init__(self, terms: Iterable[str], in_stead: str) -> None:
        self.terms = sorted({plain(term) for term in terms if can_be_looked_for(term)}, key=lambda term: (-len(term), term))
        self.in_stead = in_stead

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        escaped = {json.dumps(term)[1:-1] for term in self.terms}  # as JSON writes letters that are not of ASCII
        return re.compile(
            "|".join(_pattern_of(term) for term in sorted({*self.terms, *escaped}, key=lambda term: -len(term))), re.IGNORECASE
        )

    def text(self, text: str) -> str:
        """The text with every term blanked out; as it was where there is none."""
        if not self.terms:
            return text
        one = in_one_form(text)
        blanked, found = self._pattern.subn(self.in_stead, one)
        return blanked if found else text

    def value(self, text: str) -> str:
        """As `text`, of what may be JSON: its texts are looked at as they were before they were written so, with ends of lines and quotes.
        Addresses of those who were asked for their consent stay, as your own team does."""
        try:
            held = json.loads(text) if text[:1] in ("{", "[") else None
        except ValueError:
            held = None
        if not isinstance(held, dict | list):
            return self.text(text)
        blanked = self._within(held)
        return text if blanked == held else json.dumps(blanked, ensure_ascii=text.isascii())

    def _within(self, held: Any) -> Any:
        if isinstance(held, str):
            return self.value(held)
        if isinstance(held, list):
            return [self._within(one) for one in held]
        if isinstance(held, dict):
            return {
                name if name in OF_STEPS else self.text(name): one if name in OF_TEAM else self._within(one) for name, one in held.items()
            }
        return held

    def stands_in(self, text: str) -> bool:
        return self.text(text) != text

    @cached_property
    def hints(self) -> list[str]:
        """A part of each term that every text with the term has, by which texts are found that are looked at more closely; small letters."""
        words = {max(re.split(r"[\s,]+", term), key=len) for term in self.terms}
        return sorted({*words, *(json.dumps(word)[1:-1] for word in words)})


def _pattern_of(term: str) -> str:
    begins = BEGINS if re.match(LETTER, term[0]) else ""
    ends = ENDS if re.match(LETTER, term[-1]) else ""
    return begins + r"\s+".join(re.escape(word) for word in term.split()) + ends
