"""All customers of a company as seen from one day: bridge, retention, cohorts. Written from docs/GLOSSARY.md alone."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from typing import Any

from tests.second.customer import RULES, Choices, Customer, Rates, under
from tests.second.following import Following
from tests.second.lines import Line, add_months, closes, full_month, month_before, month_end

MOVES = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "entering", "leaving", "fx", "closing")
KEPT = ("opening_mrr", "closing_mrr", "retained_mrr", "opening_accounts", "retained_accounts")
SHARES = (
    ("nrr", "closing_mrr", "opening_mrr"),
    ("grr", "retained_mrr", "opening_mrr"),
    ("logo_retention", "retained_accounts", "opening_accounts"),
)
Groups = Callable[[str, date], Hashable]  # of an account on a day


def together(account: str, day: date) -> None:
    """Everybody in one group."""


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


@dataclass
class Company:
    """Contract lines by customer, as seen from `as_of`; `accounts` holds each account's columns."""

    lines: list[Line]
    accounts: dict[str, dict[str, Any]]
    as_of: date
    rates: Rates
    choices: Choices
    costs: list[dict[str, Any]]
    agreed: set[Line]

    @cached_property
    def customers(self) -> dict[str, Customer]:
        of: dict[str, list[Line]] = {account: [] for account in self.accounts}
        for line in self.lines:
            of.setdefault(line.account_id, []).append(line)
        return {account: Customer(lines, self.as_of, self.rates, self.choices) for account, lines in of.items()}

    def of_families(self) -> "Company":
        """The same with the lines of a topmost parent and of all below it as those of one customer."""
        return replace(
            self,
            lines=[replace(line, account_id=self.topmost(line.account_id)) for line in self.lines],
            accounts={account: columns for account, columns in self.accounts.items() if self.topmost(account) == account},
        )

    def topmost(self, account: str) -> str:
        parent = self.accounts[account].get("parent_id")
        return self.topmost(parent) if parent else account

    def under(self, rules: str) -> "Company":
        """The same under other rules, which change no end that was agreed."""
        choices = replace(RULES[rules], pairs=self.choices.pairs, adding=self.choices.adding)
        seen = {line: under(line, choices, self.as_of) for line in self.lines}
        return replace(self, lines=[*seen.values()], choices=choices, agreed={seen[line] for line in self.agreed if line in seen})

    def as_signed(self) -> "Company":
        """With the lines alone that run or are booked by the day looked at."""
        return replace(self, lines=[line for line in self.lines if line.is_booked(self.as_of)])

    @cached_property
    def following(self) -> dict[str, Following]:
        return {account: Following(customer) for account, customer in self.customers.items()}

    @cached_property
    def first_line(self) -> date:
        """The first day on which anybody has a line that counts."""
        return min((line.starts_on for one in self.customers.values() for line in one.lines), default=date.max)

    @cached_property
    def counted(self) -> dict[date, dict[str, int]]:
        """What moved in the month of each close that was asked for: twelve windows look at each month."""
        return {}

    @cached_property
    def without_grace(self) -> "Company":
        return replace(self, choices=replace(self.choices, grace=0))

    def arr(self) -> dict[str, dict[str, Any]]:
        return {account: self._arr(account, customer) for account, customer in self.customers.items()}

    def _arr(self, account: str, customer: Customer) -> dict[str, Any]:
        day, said = self.as_of, self.accounts.get(account, {}).get("seats")
        mrr, arr = customer.balance(day)
        plain = self.without_grace.customers[account].balance(day)[1]
        money = {"mrr": mrr, "arr": arr, "arr_without_grace": plain, "carr": self.following[account].carr(day)}
        told = {"state": customer.state(day), "since": customer.since(day), "next_end": customer.next_end(day)}
        return money | told | {"seats": customer.seats(day, said)}

    def movements(self, opens: date, to: date, months: int = 1, groups: Groups = together) -> dict[tuple, dict[str, int]]:
        """One row for each group and closing day."""
        rows: dict[tuple, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for closes_on in closes(opens, to, months):
            for account, customer in self.customers.items():
                for group, moves in between(customer, opens, closes_on, partial(groups, account)):
                    add(rows[group, closes_on], moves)
            opens = closes_on
        return rows

    def retention(self, opens: date, to: date, groups: Groups = together) -> dict[Hashable, dict[str, Any]]:
        """One row for each group of the opening, also of the figures without grace."""
        rows, plain = self._retained(opens, to, groups), self.without_grace._retained(opens, to, groups)
        return {group: told(sums, plain.get(group, {})) for group, sums in rows.items() if sums or groups is together}

    def _retained(self, opens: date, to: date, groups: Groups) -> dict[Hashable, dict[str, int]]:
        rows: dict[Hashable, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for account, customer in self.customers.items():
            add(rows[groups(account, opens)], kept_of(customer, opens, to))
        return rows

    def mrr(self, day: date) -> int:
        return sum(customer.mrr(day) for customer in self.customers.values())

    def margin(self, closes_on: date) -> float | None:
        """Share of the month's MRR that remains after the cost of revenue; none where no such cost is known."""
        first, mrr = closes_on.replace(day=1), self.mrr(closes_on)
        found = [float(row["amount"]) for row in self.costs if row["kind"] == "cost of revenue" and row["month"].replace(day=1) == first]
        return 1 - sum(found) * 100 / mrr if found and mrr else None

    def cohorts(self, months: int = 1) -> dict[tuple[date, int], dict[str, Any]]:
        """One row for each cohort (by the close of its month or quarter) and period."""
        members: dict[date, list[Customer]] = defaultdict(list)
        for customer in self.customers.values():
            if customer.first_paid and customer.first_paid <= self.as_of:
                members[period_end(customer.first_paid, months)].append(customer)
        return {key: row for first, group in members.items() for key, row in self._cohort(first, group, months).items()}

    def _cohort(self, first: date, group: list[Customer], months: int) -> dict[tuple[date, int], dict[str, Any]]:
        rows: dict[tuple[date, int], dict[str, Any]] = {}
        brought: float | None = 0.0
        for day in closes(month_before(add_months(first, 1 - months)), full_month(self.as_of)):
            margin = self.margin(day)
            brought = None if brought is None or margin is None else brought + margin * sum(one.mrr(day) for one in group) / 100
            if day.month % months == 0:
                per_account = None if brought is None else brought / len(group)
                rows[first, len(rows)] = kept_by(group, day) | {"size": len(group), "margin": brought, "margin_per_account": per_account}
        return rows


def kept_by(group: Iterable[Customer], day: date) -> dict[str, Any]:
    """What a cohort still pays on a day, against each account's first day."""
    sums: dict[str, int] = defaultdict(int)
    for customer in group:
        add(sums, kept_of(customer, customer.first_paid or day, day))
    row = told(sums)
    return row | {"logo": row["logo_retention"], "gross": row["grr"], "net": row["nrr"]}


def period_end(day: date, months: int) -> date:
    """The close of the month or quarter of a day."""
    return next(end for at in range(months) if (end := month_end(add_months(day.replace(day=1), at))).month % months == 0)


def add(to: dict[str, int], more: dict[str, int]) -> None:
    for name, value in more.items():
        to[name] += value


def kept_of(customer: Customer, opens: date, day: date) -> dict[str, int]:
    """What an account of the opening is worth on a later day, in the rates of the opening."""
    opening, closing = customer.mrr(opens), customer.mrr(day, opens)
    if opening <= 0:
        return {}
    money = {"opening_mrr": opening, "closing_mrr": closing, "retained_mrr": min(opening, closing)}
    return money | {"opening_accounts": 1, "retained_accounts": int(customer.is_retained(day, opens))}


def told(sums: dict[str, int], without_grace: dict[str, int] | None = None) -> dict[str, Any]:
    """Sums with their shares, and the shares of others beside them."""
    figures: dict[str, Any] = {name: sums.get(name, 0) for name in KEPT}
    figures |= {name: share(sums.get(part, 0), sums.get(whole, 0)) for name, part, whole in SHARES}
    beside = without_grace or {}
    return figures | {f"{name}_without_grace": share(beside.get(part, 0), beside.get(whole, 0)) for name, part, whole in SHARES}


def between(
    customer: Customer, opens: date, closes_on: date, group: Callable[[date], Hashable]
) -> Iterable[tuple[Hashable, dict[str, int]]]:
    """What moved of one customer: who churned in the group of the opening, all else in that of the close; who is a customer on both days and
    went over, with its opening also in the group that it left."""
    opening, closing = customer.mrr(opens), customer.mrr(closes_on)
    moves = moved(customer, opens, closes_on) | {"closing": closing, "accounts": int(closing > 0)}
    was, now = group(opens), group(closes_on if customer.is_retained(closes_on) else opens)
    if was == now or not customer.is_retained(opens):
        yield now, moves | {"opening": opening}
    else:
        yield was, {"opening": opening, "leaving": opening}
        yield now, moves | {"entering": opening}
    if left := left_between(customer, opens, closes_on):
        yield group(first_paid_between(customer, opens, closes_on) or closes_on), left


def moved(customer: Customer, opens: date, closes_on: date) -> dict[str, int]:
    """The one movement of a customer between two balance days, at the rates of the opening, and what the rates did."""
    opening, same_rates, closing = customer.mrr(opens), customer.mrr(closes_on, opens), customer.mrr(closes_on)
    if opening and not closing:
        return {"contraction" if customer.is_retained(closes_on) else "churn": opening}
    rates = {"fx": closing - same_rates}
    if opening:
        return rates | {"expansion": max(0, same_rates - opening), "contraction": max(0, opening - same_rates)}
    if not closing:
        return {}
    came = "expansion" if customer.is_retained(opens) else "reactivation" if customer.has_paid(opens) else "new"
    return rates | {came: same_rates}


def left_between(customer: Customer, opens: date, closes_on: date) -> dict[str, int]:
    """Of who began to pay and stopped again between two balance days: one, and the MRR of the first day."""
    if customer.mrr(opens) or customer.is_retained(closes_on):
        return {}
    first = first_paid_between(customer, opens, closes_on)
    return {"paid_and_left": 1, "paid_and_left_mrr": customer.mrr(first)} if first else {}


def first_paid_between(customer: Customer, opens: date, closes_on: date) -> date | None:
    days = sorted({day for line in customer.lines for day in line.days if opens < day <= closes_on})
    return next((day for day in days if customer.mrr(day) > 0), None)
