"""Finance's list beside ours, account by account, beside a second computation of the glossary."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import pytest

from tests.built import copied
from tests.second.answers import command
from tests.second.books import Book, Row, write
from tests.second.company import Company
from tests.second.customer import RULES, Rates
from tests.second.following import Following
from tests.second.lines import add_months, month_end
from tests.second.test_random_books import company, imported, made

LISTED = (date(2025, 3, 31), date(2025, 12, 9))
Cents = dict[str, int]


class Native(Rates):
    """Amounts as they are written, whatever their currency."""

    def convert(self, amount: int, currency: str, day: date) -> int:
        return amount


def arr(company: Company, day: date) -> Cents:
    return {account: customer.balance(day)[1] for account, customer in company.customers.items()}


def mrr(company: Company, day: date) -> Cents:
    return {account: customer.balance(day)[0] for account, customer in company.customers.items()}


def month_from(day: date, months: int) -> date:
    """The balance day a month before or after: of the last day of a month the last of the other."""
    other = add_months(day, months)
    return month_end(other) if day == month_end(day) else other


def otherwise(seen: Company, rules: str, day: date) -> Iterable[tuple[str, Cents]]:
    """What ARR would be if one thing were counted otherwise, the plainest first; `seen` is under no rules yet."""
    ours = seen.under(rules)
    yield "without grace", arr(ours.without_grace, day)
    yield "booked, not live yet (CARR)", {account: Following(customer).carr(day) for account, customer in ours.customers.items()}
    yield "not converted into the reporting currency", arr(replace(ours, rates=Native()), day)
    yield "finance's figure is a month, not a year", mrr(ours, day)
    for name in RULES:
        if name != rules:
            yield f"under the rules {name}", arr(seen.under(name), day)
    for months, word in ((-1, "before"), (1, "after")):
        yield f"on {month_from(day, months)}, a month {word}", arr(ours, month_from(day, months))


def reconciled(seen: Company, rules: str, day: date, theirs: Cents) -> dict[str, tuple]:
    """Of each account that either list has: our ARR, finance's, the state and the likely cause."""
    ours, others = arr(seen.under(rules), day), [*otherwise(seen, rules, day)]
    rows = {}
    for account in theirs.keys() | {account for account, cents in ours.items() if cents}:
        one, other = ours.get(account, 0), theirs.get(account)
        state = "only ours" if other is None else "matched" if one == other else "different" if one else "only finance"
        fits = (words for words, values in others if values.get(account, 0) == (other or 0))
        rows[account] = (one, other or 0, state, None if state == "matched" else next(fits, None))
    return rows


def finance(book: Book) -> list[Row]:
    """Lists of two days: most as ours, some left out, halved, of another month, without grace, or of an account that nobody knows."""
    draw, rows = Random(5), []
    for day in LISTED:
        seen = company(book, day)
        others = [values for _, values in otherwise(seen, "house", day)]
        for account, cents in arr(seen, day).items():
            kind = draw.random()
            if kind > 0.1:
                told = draw.choice(others)[account] if kind > 0.6 else cents // 2 if kind > 0.5 else cents
                rows.append({"account_id": account, "day": day, "amount": told / 100})
        rows.append({"account_id": "N999", "day": day, "amount": 100})
    return rows


def differences(store: Path, mine: dict[str, tuple], *options: object) -> list[str]:
    answer = json.loads(command(store, "report", "reconcile", "--json", *options))
    told = {
        row["account_id"]: (round((row["arr"] or 0) * 100), round((row["finance"] or 0) * 100), row["state"], row["cause"])
        for row in answer["rows"]
    }
    found = [
        f"{account}: {mine.get(account)} and {told.get(account)}"
        for account in mine.keys() | told.keys()
        if mine.get(account) != told.get(account)
    ]
    counts = Counter(state for _, _, state, _ in mine.values())
    return found + [f"{state}: {count}" for state, count in counts.items() if answer["totals"][state] != count]


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_each_account_of_either_list(seed, tmp_path):
    store = copied(f"random book {seed}", lambda folder: made(seed, folder), tmp_path) / "own.duckdb"
    book = Book(seed)
    listed = finance(book)
    imported(store, "finance_arr", write(listed, tmp_path / "finance_arr.csv"))
    found = []
    for day in LISTED:
        theirs = {row["account_id"]: round(row["amount"] * 100) for row in listed if row["day"] == day}
        for rules in ("house", "stripe"):
            mine = reconciled(company(book, day), rules, day, theirs)
            found += differences(store, mine, "--as-of", day, "--rules", rules)
    assert not found
