"""Numbers, money, days and lists as the language spoken now writes them: one function for each, for pages and files alike."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TypeVar

from babel.dates import format_date
from babel.numbers import format_currency

from language.catalogue import CHINESE, ENGLISH, language

T = TypeVar("T")
MISSING = "–"
OWN_DAYS = re.compile(r"(?<![\w-])\d{4}-\d{2}-\d{2}(?![\w-])", re.ASCII)  # a Chinese sentence goes on without a blank
# The sign behind a short amount, by how many digits it stands for; and from how many digits on amounts are short.
SHORT = {ENGLISH: ((3, "K"), (6, "M"), (9, "B"), (12, "T")), CHINESE: ((4, "万"), (8, "亿"), (12, "万亿"))}
LOCALES = {ENGLISH: "en_US", CHINESE: "zh_Hans_CN"}
DAY, MONTH = {ENGLISH: "d MMM y", CHINESE: "y年M月d日"}, {ENGLISH: "MMM y", CHINESE: "y年M月"}
SHORT_MONTH = {ENGLISH: "MMM yy", CHINESE: "y年M月"}


def _own(table: dict[str, T]) -> T:
    """What a table says of the language spoken now; of English where it says nothing."""
    return table.get(language(), table[ENGLISH])


def day(value: date | None) -> str:
    """2 Mar 2026, 2026年3月2日."""
    return MISSING if value is None else format_date(value, _own(DAY), locale=_own(LOCALES))


def month(value: date | None) -> str:
    """Mar 2026, 2026年3月."""
    return MISSING if value is None else format_date(value, _own(MONTH), locale=_own(LOCALES))


def short_month(value: date) -> str:
    """Mar 26, 2026年3月."""
    return format_date(value, _own(SHORT_MONTH), locale=_own(LOCALES))


def moment(value: datetime | None) -> str:
    """2 Mar 2026 09:30, 2026年3月2日 09:30; in the zone of the value."""
    return MISSING if value is None else f"{day(value)} {value:%H:%M}"


def money(amount: float | None, currency: str) -> str:
    """A short amount of three significant digits, like $1.23M and US$123万; a small one is whole. The dash where it is missing."""
    if amount is None:
        return MISSING
    shapes = _own(SHORT)
    least = Decimal(10) ** shapes[0][0]
    exact = Decimal(repr(amount)) if abs(amount) >= least else Decimal(repr(amount)).quantize(Decimal(1), ROUND_HALF_UP)
    if abs(exact) < least:
        return _in_currency(exact or Decimal(0), currency, "¤#,##0")
    short = exact.quantize(Decimal((0, (1,), exact.adjusted() - 2)), ROUND_HALF_UP)
    power, sign = next(shape for shape in reversed(shapes) if short.adjusted() >= shape[0])
    digits = "0" * max(2 - short.adjusted() + power, 0)
    return _in_currency(short / Decimal(10) ** power, currency, f"¤#,##0{'.' if digits else ''}{digits}{sign}")


def money_in_full(amount: float | None, currency: str) -> str:
    """An amount to the cent: $1,234.50."""
    return MISSING if amount is None else _in_currency(amount, currency)


def _in_currency(amount: float | Decimal, currency: str, shape: str | None = None) -> str:
    told = format_currency(amount, currency or "USD", shape, locale=_own(LOCALES), currency_digits=shape is None)
    return minus(told)


def minus(text: str) -> str:
    """The true minus in place of the hyphen."""
    return text.replace("-", "−")


def days_told(text: str) -> str:
    """A sentence that says days as 2026-11-16, with each as `day` says it."""
    return OWN_DAYS.sub(lambda found: day(date.fromisoformat(found[0])), text)


def listed(items: Iterable[str]) -> str:
    """One after the other: a, b, c; a、b、c."""
    return ("、" if language() == CHINESE else ", ").join(items)


def one_of(items: Iterable[str]) -> str:
    """One of several: a or b or c; a或b或c."""
    return ("或" if language() == CHINESE else " or ").join(items)


def sentences(*said: str) -> str:
    """Whole sentences one after the other; those that are empty are left out. After one that ends in another's words stands a blank."""
    whole = [one for one in said if one]
    spaced = (one if language() == CHINESE and not one[-1].isascii() else f"{one} " for one in whole[:-1])
    return "".join(spaced) + "".join(whole[-1:])


def clauses(*said: str) -> str:
    """Parts of a sentence one after the other: a; b."""
    return ("；" if language() == CHINESE else "; ").join(one for one in said if one)
