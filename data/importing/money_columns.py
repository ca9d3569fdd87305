"""Columns of amounts: what their header says of how long an amount pays for, of its currency, of cents and of seats."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from data.importing.believing import filled
from data.importing.headers import UNKNOWN, currency_in, header_words, meanings

TIMES = {"month": "1 month", "quarter": "3 month", "year": "1 year", "week": "1 week"}
FIGURES = {"mrr": "1 month", "arr": "1 year", "acv": "1 year", "tcv": "term"}
AROUND = {"contract", "product", "billing", "line", "service", "cents", "unit", "seats", "total", "recurring"}
# Names under which APIs give amounts in cents without saying so: Stripe's price objects, and the import layout of Baremetrics.
API_NAMES = {"unit amount": True, "plan amount": True}
SAYS_ALL, AN_AMOUNT, REVENUE = 3, 2, 1
WHOLE = re.compile(r"\D*(?:\d+|\d{1,3}(?:[,.'’ ]\d{3})+)(?:\.0)?[^\d.,]*")


@dataclass(frozen=True)
class Money:
    """A column of amounts. trust: 3 where the header says how long an amount pays for, 2 for an amount or a price, 1 for mere revenue.

    period: what an amount pays for, None where the header does not say. cents, per_seat: whether the header says so. is_price: whether
    it speaks of a price, so that a number of seats beside it leaves open what it is for. currency: the one that the header names.
    """

    source: str
    trust: int
    period: str | None = None
    cents: bool = False
    per_seat: bool = False
    is_price: bool = False
    currency: str | None = None


def money_said(name: str) -> Money | None:
    """What a header says of amounts that somebody pays again and again; None where it is no such column."""
    said = meanings(name)
    if UNKNOWN in said:
        return None
    period, trust = _said(said - AROUND, said)
    if not trust:
        return None
    api = API_NAMES.get(header_words(name), False)
    priced = "price" in said and not said & {"amount", "total"}
    return Money(name, trust, period, "cents" in said or api, "unit" in said or api, priced, currency_in(name))


def _said(told: frozenset[str], said: frozenset[str]) -> tuple[str | None, int]:
    """Period and trust of a header, from the words that are not about something else."""
    figure = next((name for name in FIGURES if name in told), None)
    times = told & {*TIMES}
    if figure:
        return (FIGURES[figure], SAYS_ALL) if told <= {figure, "amount", "revenue", "price", *TIMES} else (None, 0)
    bare = told - times
    if len(times) > 1 or not bare or not bare <= {"amount", "price", "revenue"}:
        return None, 0
    if "revenue" in bare and "recurring" not in said:
        return (None, 0) if "year" in times else (TIMES.get(next(iter(times), "")), REVENUE)
    if times:
        return TIMES[next(iter(times))], SAYS_ALL
    return ("term", SAYS_ALL) if {"total", "contract"} <= said else (None, AN_AMOUNT)


def amount_column(names: Iterable[str], cells: Callable[[str], list[str | None]], believed: Callable[[str], bool]) -> Money | None:
    """The column of a file that says what is paid: the one whose header says most, recurring figures first, then in the order of the file.

    believed: whether a column's values can be money. A column without any value counts only where no other has one.
    """
    found = [money for name in names if (money := money_said(name)) and believed(name)]
    order = sorted(
        found, key=lambda money: (not filled(cells(money.source)), -money.trust, money.period == "term", _is_listed(money.source))
    )
    return next(iter(order), None)


def _is_listed(name: str) -> bool:
    """Whether an amount is that of a price list, before anything is taken off: less than a net one beside it."""
    return "list" in header_words(name).split()


def whole(cells: Iterable[str | None]) -> bool:
    """Whether all amounts that are there are whole numbers, written without a decimal sign."""
    found = filled(cells)
    return bool(found) and all(WHOLE.fullmatch(cell) for cell in found)
