"""The figures of a period under any choice of the rules, account by account, from raw rows. Written from docs/GLOSSARY.md alone.

Every day on which anything begins or ends is looked at by itself; nothing is shared with the other files but days and cents.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.second.lines import DAY, MONTHS_OF, cents, months_between

FIGURES = ("opening_mrr", "closing_mrr", "retained_mrr", "arr", "opened", "kept")
DAYS = ("starts_on", "ends_on", "trial_ends_on", "paused_on", "resumes_on", "discount_ends_on", "cancelled_on")
Row = dict[str, Any]
Money = tuple[int, int]  # MRR and ARR in cents


@dataclass(frozen=True)
class Piece:
    """What a line brings from a day to the next on which anything of it changes."""

    line: str
    purse: tuple[str | None, str]
    starts_on: date
    ends_on: date
    value: Money
    rests: bool
    end: date  # of the whole line
    has_notice: bool
    ramp: tuple[object, ...] | None


class Account:
    """The rows of one account as seen on a day, under the choices of the rules (by field)."""

    def __init__(self, rows: list[Row], rules: dict[str, Any], as_of: date) -> None:
        self.rules, self.as_of = rules, as_of
        regular = [row for row in rows if row["kind"] == "recurring" and not row["is_trial"] and self._end(row) > row["starts_on"]]
        pieces = [piece for row in regular for piece in self._pieces(row)]
        less = [piece for piece in pieces if piece.value[1] < 0]
        self.less = less if rules["reductions"] else []
        brings = [piece for piece in pieces if piece.value[1] > 0]
        self.pauses = [piece for piece in brings if piece.rests]
        self.paid = self._at_steps([piece for piece in brings if not piece.rests])
        self.free = [piece for piece in pieces if piece.value[1] == 0 and not rules["free_is_churn"]]
        self.days = sorted({day for piece in (*self.paid, *self.free, *self.less) for day in (piece.starts_on, piece.ends_on)})
        self.first_paid = next((day for day in self.days if self._live(self.paid, day) and self._worth(day)[1] > 0), date.max)

    def _end(self, row: Row) -> date:
        end = row["ends_on"] or date.max
        if self.rules["end_on_notice"] and row["cancelled_on"] and row["cancelled_on"] <= self.as_of:
            return min(end, max(row["cancelled_on"], row["starts_on"]))
        return end

    def _pieces(self, row: Row) -> list[Piece]:
        start, end = row["starts_on"], self._end(row)
        bounds = sorted({start, end} | {row[name] for name in DAYS if row[name] and start < row[name] < end})
        notice = bool(row["cancelled_on"] and row["cancelled_on"] <= self.as_of)
        ramp = (row["contract_id"], row["product"], row["booked_on"])
        return [
            Piece(row["line_id"], (row["contract_id"], row["currency"]), one, other, self._value(row, one), self._rests(row, one), end, notice,
                  ramp if row["booked_on"] else None)
            for one, other in pairwise(bounds)
            if not (row["trial_ends_on"] and one < row["trial_ends_on"])
        ]  # fmt: skip

    def _value(self, row: Row, day: date) -> Money:
        amount, ends = Fraction(str(row["amount"])), row["discount_ends_on"]
        if row["discount"] and (not ends or (self.rules["count_ending_discounts"] and day < ends)):
            amount *= 1 - Fraction(str(row["discount"]))
        if row["period"] == "term":
            months = months_between(row["starts_on"], row["ends_on"])
        else:
            count, unit = row["period"].split()
            months = int(count) * MONTHS_OF[unit.rstrip("s")]
        month = cents(amount / months)
        return month, 12 * month if self.rules["arr_from_mrr"] else cents(amount / months * 12)

    def _rests(self, row: Row, day: date) -> bool:
        """Whether it is paused, or unpaid, and the rules do not count that."""
        if not row["paused_on"] or day < row["paused_on"] or (row["resumes_on"] and day >= row["resumes_on"]):
            return False
        if row["status"] == "unpaid":
            return not self.rules["count_unpaid"]
        counted = self.rules["count_paused"]
        return not (counted == "all" or row["billing_system"] in counted.split(", "))

    def _at_steps(self, paid: list[Piece]) -> list[Piece]:
        """Ramps at one price: runs of two lines or more of a contract and product, booked on one day, without a gap."""
        if self.rules["ramp"] == "current":
            return paid
        runs: list[list[Piece]] = []
        for piece in sorted(paid, key=lambda one: (str(one.ramp), one.starts_on)):
            follows = runs and piece.ramp and runs[-1][-1].ramp == piece.ramp and runs[-1][-1].ends_on == piece.starts_on
            runs = [*runs[:-1], [*runs[-1], piece]] if follows else [*runs, [piece]]
        return [priced for run in runs for priced in (self._stepped(run) if len({one.line for one in run}) > 1 else run)]

    def _stepped(self, run: list[Piece]) -> list[Piece]:
        worths = {"entrance": run[0].value, "exit": run[-1].value}
        if self.rules["ramp"] == "average":
            months = [max(_months(piece), 1) for piece in run]
            sums = [sum(piece.value[at] * lasts for piece, lasts in zip(run, months, strict=True)) for at in (0, 1)]
            worths["average"] = tuple(int(Fraction(total, sum(months)) + Fraction(1, 2)) for total in sums)
        return [Piece(**{**piece.__dict__, "value": worths[self.rules["ramp"]]}) for piece in run]

    @staticmethod
    def _live(pieces: list[Piece], day: date) -> list[Piece]:
        return [piece for piece in pieces if piece.starts_on <= day < piece.ends_on]

    def _worth(self, day: date) -> Money:
        purses = _purses([*self._live(self.paid, day), *self._live(self.less, day)])
        return sum(month for month, _ in purses.values()), sum(year for _, year in purses.values())

    def parts(self, day: date) -> list[Piece]:
        """Lines that make a customer on the day by themselves."""
        found = [*self._live(self.paid, day), *self._live(self.free, day)]
        lost = self.rules["free_is_churn"] and self._live(self.less, day) and self._worth(day)[1] == 0
        return found if day >= self.first_paid and not lost else []

    def counts(self, day: date) -> tuple[bool, dict[str, Money]]:
        """Whether it is a customer on the day, and what it brings by currency."""
        parts = self.parts(day)
        if parts:
            return True, by_currency(_purses([*parts, *self._live(self.less, day)]))
        lapsed = self._in_grace(day)
        return bool(lapsed), by_currency(_purses(lapsed))

    def _in_grace(self, day: date) -> list[Piece]:
        until = [turn for turn in self.days if turn <= day and self.parts(turn - DAY) and not self.parts(turn)]
        if not until:
            return []
        ended = max(until)
        limit = ended + timedelta(days=self.rules["grace_days"])
        again = any(ended <= turn < limit and turn <= self.as_of and self.parts(turn) for turn in self.days)
        if ended > self.as_of or day >= limit or not (self.as_of < limit or again):
            return []
        rests = {piece.line for piece in self.pauses if piece.starts_on == ended}
        last = [one for one in self.parts(ended - DAY) if one.ends_on == ended and one.line not in rests and not one.has_notice]
        purses = {piece.purse for piece in last}
        down = [one for one in self._live(self.less, ended - DAY) if one.purse in purses]
        return last + [one for one in down if last and (one.ends_on > day or (one.ends_on == ended and not one.has_notice))]


def _months(piece: Piece) -> int:
    if piece.ends_on == date.max:
        return 12
    return 12 * (piece.ends_on.year - piece.starts_on.year) + piece.ends_on.month - piece.starts_on.month


def _purses(pieces: list[Piece]) -> dict[tuple[str | None, str], Money]:
    """What contracts are worth, each never below nothing."""
    sums: dict = defaultdict(lambda: [0, 0])
    for piece in pieces:
        for at in (0, 1):
            sums[piece.purse][at] += piece.value[at]
    return {purse: (max(0, month), max(0, year)) for purse, (month, year) in sums.items()}


def by_currency(purses: dict[tuple[str | None, str], Money]) -> dict[str, Money]:
    sums: dict = defaultdict(lambda: [0, 0])
    for (_, currency), values in purses.items():
        sums[currency] = [was + value for was, value in zip(sums[currency], values, strict=True)]
    return {currency: (month, year) for currency, (month, year) in sums.items()}


def rate(rates: list[Row], currency: str, day: date) -> Fraction:
    return Fraction(str(max((row["day"], row["rate"]) for row in rates if row["currency"] == currency and row["day"] <= day)[1]))


def converted(money: dict[str, Money], at: int, rates: list[Row], day: date) -> int:
    """0: MRR, 1: ARR."""
    worth = {currency: values[at] for currency, values in money.items()}
    return sum(cents(value * rate(rates, code, day) / 100) if code != "USD" else value for code, value in worth.items())


def figures(rows: list[Row], rates: list[Row], rules: dict[str, Any], as_of: date, opens: date, to: date) -> dict[str, dict[str, int]]:
    """What each account adds to the figures of a period; those that add nothing are left out."""
    of: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        of[row["account_id"]].append(row)
    found = {name: _of_account(Account(mine, rules, as_of), rates, opens, to) for name, mine in of.items()}
    return {name: told for name, told in found.items() if any(told.values())}


def _of_account(account: Account, rates: list[Row], opens: date, to: date) -> dict[str, int]:
    (_, before), (held, after) = account.counts(opens), account.counts(to)
    opening, constant = converted(before, 0, rates, opens), converted(after, 0, rates, opens)
    opened = opening > 0
    cohort = (opening, constant, min(opening, constant), int(opened), int(held)) if opened else (0, 0, 0, 0, 0)
    return dict(zip(FIGURES, (*cohort[:3], converted(after, 1, rates, to), *cohort[3:]), strict=True))
