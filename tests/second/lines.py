"""Contract lines as the glossary describes them: days, terms, and two integers of cents each."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from typing import Any

DAY = timedelta(days=1)
MONTHS_OF = {"month": Fraction(1), "year": Fraction(12), "week": Fraction(12, 52), "day": Fraction(12, 365)}
ROLLS_MONTHLY = 31  # days from start to end


@dataclass(frozen=True, eq=False)
class Line:
    """One row of contracts; `ends_on` is the first day not covered, `amount` is before its discount."""

    account_id: str
    starts_on: date
    amount: Decimal | float
    ends_on: date | None = None
    period: str = "1 month"
    currency: str = "USD"
    kind: str = "recurring"
    contract_id: str | None = None
    product: str | None = None
    seats: int | None = None
    discount: float | None = None
    discount_amount: Decimal | float | None = None
    discount_ends_on: date | None = None
    booked_on: date | None = None
    auto_renew: bool | None = None
    notice_days: int | None = None
    cancelled_on: date | None = None
    renews_contract: str | None = None
    is_trial: bool | None = None
    term_ends_on: date | None = None  # the end that was written, where notice has brought it forward
    is_year_of_months: bool = False  # whether the year is twelve times the rounded month

    @cached_property
    def is_reduction(self) -> bool:
        return self.amount < 0

    @cached_property
    def rolls_monthly(self) -> bool:
        return self.ends_on is None or (self.ends_on - self.starts_on).days <= ROLLS_MONTHLY

    @cached_property
    def purse(self) -> tuple[str | None, str]:
        """The contract in its currency: what a reduction lowers, and what never falls below zero."""
        return self.contract_id, self.currency

    @cached_property
    def days(self) -> list[date]:
        """The days on which it begins, ends, or changes its price."""
        return [day for day in (self.starts_on, self.ends_on, self.discount_ends_on) if day]

    def is_live(self, day: date) -> bool:
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)

    def is_booked(self, day: date) -> bool:
        return min(self.booked_on or self.starts_on, self.starts_on) <= day

    def worth(self, day: date) -> tuple[int, int]:
        """Cents of its own currency a month and a year, each rounded once, at the price of a day."""
        return worth(self, self.discount_ends_on is None or day < self.discount_ends_on)

    def months(self) -> Fraction:
        if self.period == "term":
            written = self.term_ends_on or self.ends_on
            assert written, "a price for the term needs an end"
            return months_between(self.starts_on, written)
        count, unit = self.period.split()
        return MONTHS_OF[unit.rstrip("s")] * int(count)


@cache
def worth(line: Line, is_discounted: bool) -> tuple[int, int]:
    amount = Fraction(str(line.amount))
    if is_discounted:
        amount *= 1 - Fraction(str(line.discount or 0))
        amount -= Fraction(str(line.discount_amount or 0))
    monthly = amount / line.months()
    return cents(monthly), cents(monthly) * 12 if line.is_year_of_months else cents(monthly * 12)


NAMES = [field.name for field in fields(Line)]


def read(rows: Iterable[dict[str, Any]]) -> list[Line]:
    """Rows of any origin as lines: what is empty takes the default."""
    return [Line(**{name: row[name] for name in NAMES if row.get(name) is not None}) for row in rows]


def pays_regularly(line: Line) -> bool:
    return line.kind == "recurring" and (line.ends_on is None or line.ends_on > line.starts_on)


def cents(amount: Fraction) -> int:
    """The nearest cent, half a cent away from zero."""
    nearest = int(abs(amount) * 100 + Fraction(1, 2))
    return nearest if amount >= 0 else -nearest


def add_months(day: date, count: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    return date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])


def month_before(day: date) -> date:
    """The last day of the month before that of a day."""
    return day.replace(day=1) - DAY


def months_between(start: date, end: date) -> Fraction:
    """Whole calendar months, the end of the month clamped, and days that are left over at 12 / 365."""
    whole = (end.year - start.year) * 12 + end.month - start.month
    if add_months(start, whole) > end:
        whole -= 1
    return whole + Fraction((end - add_months(start, whole)).days * 12, 365)


def full_month(as_of: date) -> date:
    """The close of the last full month."""
    return as_of if as_of == month_end(as_of) else month_before(as_of)


def closes(opens_on: date, closes_on: date, months: int = 1) -> list[date]:
    """The ends of months, quarters or years after one balance day and before another, and that other."""
    found, day = [], month_end(opens_on + DAY)
    while day < closes_on:
        if day.month % months == 0:
            found.append(day)
        day = month_end(day + DAY)
    return [*found, closes_on] if opens_on < closes_on else found
