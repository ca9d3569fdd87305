"""A whole company as its store's tables hold it. Written from docs/GLOSSARY.md alone."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from statistics import median
from typing import Any

from tests.second import support
from tests.second.company import Company
from tests.second.customer import Choices, Customer, Rates
from tests.second.growing import Growing
from tests.second.lines import Line
from tests.second.renewals import agreed_ends
from tests.second.service_levels import Promises
from tests.second.used import Usage

Row = dict[str, Any]


class AtPar(Rates):
    def convert(self, amount: int, currency: str, day: date) -> int:
        return amount


@dataclass
class Whole:
    """All that a company keeps."""

    accounts: dict[str, Row]
    lines: list[Line]
    usage: Usage
    tickets: list[Row] = field(default_factory=list)
    surveys: list[Row] = field(default_factory=list)
    activities: list[Row] = field(default_factory=list)
    contacts: list[Row] = field(default_factory=list)
    rates: list[Row] = field(default_factory=list)
    choices: Choices = field(default_factory=Choices)
    promises: Promises = field(default_factory=lambda: Promises([], [], []))
    growing: Growing = field(default_factory=Growing)
    known_on: date = field(default_factory=date.today)

    @cached_property
    def agreed(self) -> set[Line]:
        return agreed_ends(self.lines, self.known_on)

    @cached_property
    def of(self) -> dict[str, dict[str, list[Row]]]:
        """The rows of each account, by table."""
        found: dict[str, dict[str, list[Row]]] = {name: defaultdict(list) for name in ("tickets", "surveys", "activities", "contacts")}
        for name, by_account in found.items():
            for row in getattr(self, name):
                by_account[row["account_id"]].append(row)
        return found

    @cached_property
    def lines_of(self) -> dict[str, list[Line]]:
        found: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            found[line.account_id].append(line)
        return found

    @cached_property
    def opened(self) -> list[date]:
        return sorted({row["opened_at"].date() for row in self.tickets})

    @cached_property
    def resolves(self) -> bool:
        """Whether anybody records when tickets are resolved."""
        return any(support.resolved_at(row) for row in self.tickets)

    @cached_property
    def apart(self) -> list[Line]:
        """Recurring lines in a currency that no rate is known of: they count in no figure."""
        known = {"USD", *(row["currency"] for row in self.rates)}
        return [line for line in self.lines if line.currency not in known]

    @cached_property
    def rateless(self) -> set[str]:
        return {line.account_id for line in self.apart}

    def in_any_currency(self, account: str, as_of: date, customer: Customer) -> Customer:
        """An account's lines also of currencies without a rate, for what is no money: as if a unit of each were worth the same."""
        if account not in self.rateless:
            return customer
        return Customer(self.lines_of[account], as_of, AtPar(), self.choices)

    def company(self, as_of: date) -> Company:
        counted = [line for line in self.lines if line not in set(self.apart)]
        return Company(counted, self.accounts, as_of, Rates(self.rates), self.choices, [], self.agreed)

    def tells_tickets(self, day: date) -> bool:
        """Whether the feed of tickets had begun and still went on, as seen from the day."""
        known = [one for one in self.opened if one <= day]
        usual = median([(right - left).days for left, right in pairwise(known)] or [1])
        return bool(known) and (day - known[-1]).days <= max(30, 3 * usual)
