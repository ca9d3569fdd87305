"""Offers, whitespace, requests and usage cohorts of made-up companies, beside a second computation of the glossary."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.built import copied
from tests.second import asked_and_offered as mine
from tests.second.accounts_kept import DAYS as MANY
from tests.second.accounts_kept import Made, at
from tests.second.answers import command, held
from tests.second.company import Company
from tests.second.customers import answer, unequal
from tests.second.test_random_accounts import made
from tests.second.whole import Whole

SEEDS = (1, *(pytest.param(seed, marks=pytest.mark.long) for seed in (2, 3, 4, 6)))
DAYS = (date(2025, 3, 20), date(2025, 8, 2), date(2025, 12, 31))
OFFERS = (
    "closed", "won", "lost", "conversion", "conversion_low", "conversion_high", "days_to_close", "days_to_win", "open_at_end", "took",
    "too_young", "not_paying_before", "mrr_before", "mrr_after", "arpu_uplift",
)  # fmt: skip
REQUESTS = (
    "rank", "points", "priority", "decision", "customers", "arr", "renewing", "exposure", "former_customers", "prospects", "without_account",
)  # fmt: skip
Rows = list[dict[str, Any]]


class Asked:
    """Offers, requests and who asks for them, from a number, for the accounts of such a company."""

    def __init__(self, seed: int) -> None:
        self.random = Random(100 + seed)
        self.accounts = [f"X{number}" for number in range(12)]
        self.offers = [self.offer(number) for number in range(60)]
        self.requests = [self.request(number) for number in range(25)]
        self.votes = [self.vote(number) for number in range(120)]

    def day(self, *, most: int = MANY) -> date:
        return at(self.random.randrange(-60, most))

    def offer(self, number: int) -> dict[str, Any]:
        made_on, result = self.day(), self.random.choice(["won", "won", "lost", None])
        closed_on = made_on + timedelta(days=self.random.randrange(-3, 80)) if result or self.random.random() < 0.1 else None
        return {
            "offer_id": f"O{number}", "account_id": self.random.choice([*self.accounts, "Nobody"]), "title": f"Offer {number}",
            "amount": self.random.choice([None, 0, 1200, 5000, 800.5]), "currency": self.random.choice(["USD", "EUR", "GBP", "CHF"]),
            "kind": self.random.choice(["upgrade", "seats", None]), "made_on": made_on, "result": result,
            "closed_on": None if self.random.random() < 0.1 else closed_on,
        }  # fmt: skip

    def request(self, number: int) -> dict[str, Any]:
        pick, status = self.random.choice, self.random.choice(["open", "planned", "in progress", "shipped", "declined", "open"])
        into = f"R{(number + self.random.randrange(1, 25)) % 27}" if self.random.random() < 0.3 else None  # of these there are 25
        return {
            "request_id": f"R{number}", "title": f"Request {number}", "status": status, "merged_into": into,
            "value": pick([None, "efficiency", "frequency", "scope", "single customer", "experience"]),
            "effort_days": pick([None, 0, 1, 5, 5.5, 10, 12, 20, 21, 40]), "created_on": pick([None, self.day()]),
            "shipped_on": self.day() if status == "shipped" else None,
        }  # fmt: skip

    def vote(self, number: int) -> dict[str, Any]:
        return {
            "vote_id": f"V{number}", "request_id": f"R{int(self.random.triangular(0, 25, 3))}",
            "account_id": self.random.choice([*self.accounts, "Nobody"]), "asked_on": self.random.choice([None, self.day(), self.day()]),
        }  # fmt: skip


def brought(store: Path, asked: Asked) -> None:
    for table, rows in (("offers", asked.offers), ("feature_requests", asked.requests), ("request_votes", asked.votes)):
        file = store.with_name(f"{table}.csv")
        with file.open("w", newline="") as opened:
            writer = csv.DictWriter(opened, [*rows[0]])
            writer.writeheader()
            writer.writerows(rows)
        command(store, "import", file, "--table", table, "--feed", table)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_asked_and_offered_is_what_the_glossary_says(seed, tmp_path):
    store = copied(f"random accounts {seed}", lambda folder: made(seed, folder), tmp_path) / "own.duckdb"
    asked, whole, found = Asked(seed), Made(seed).whole(), []
    with held(store):
        brought(store, asked)
        for day in DAYS:
            company = whole.company(day)
            found += of_offers(store, asked, company, day - timedelta(days=230), day - timedelta(days=30))
            found += of_whitespace(store, whole, company)
            found += unequal(
                f"{day} requests", mine.requests(asked.requests, asked.votes, whole, company), keyed(store, "feature-requests", day, "request_id"),
                REQUESTS,
            )  # fmt: skip
            cohorts = keyed(store, "usage-cohorts", day, "of", "cohort", "period")
            found += unequal(f"{day} usage-cohorts", mine.usage_cohorts(whole, day), cohorts, ("size", "known", "active", "share"))
    assert not found


def of_offers(store: Path, asked: Asked, company: Company, opens_on: date, closes_on: date) -> list[str]:
    """All of them, and by kind: in a period that ends before the day looked at, and in one that ends with it."""
    found, day = [], company.as_of
    for to in (closes_on, day):
        told = {row["what"]: row for row in of_period(store, "offer-conversion", day, opens_on, to) if row["split"] in ("all", "kind")}
        offered = {kind: [row for row in asked.offers if kind in ("all", row["kind"])] for kind in told if kind}
        own = {kind: mine.offers(rows, company, opens_on, to) for kind, rows in offered.items()}
        found += unequal(f"{day} offers to {to}", own, {kind: told[kind] for kind in own}, OFFERS)
    return found


def of_whitespace(store: Path, whole: Whole, company: Company) -> list[str]:
    """State and ARR of each account and product, and that the products of an account come to its ARR."""
    day, cells = company.as_of, mine.whitespace(whole, company)
    told = keyed(store, "whitespace", day, "account_id", "product")
    known = {key: {"arr": row["arr"] / 100} for key, row in cells.items() if row["arr"] is not None}
    found = unequal(f"{day} whitespace", cells, told, ("state",))
    found += unequal(f"{day} whitespace", known, {key: told[key] for key in known.keys() & told.keys()}, ("arr",))
    for account in {account for account, _ in cells}:
        arr, own = company.customers[account].balance(day)[1] / 100, [row["arr"] for key, row in told.items() if key[0] == account]
        found += [] if abs(sum(own) - arr) <= 0.0051 * max(len(own), 1) else [f"{day} whitespace {account}: {sum(own)} of ARR {arr}"]
    return found


def of_period(store: Path, report: str, day: date, opens_on: date, to: date) -> Rows:
    return json.loads(command(store, "report", report, "--json", "--as-of", day, "--from", opens_on, "--to", to))["rows"]


def keyed(store: Path, report: str, day: date, *key: str) -> dict[Any, dict[str, Any]]:
    rows = answer(store, report, day)["rows"]
    return {tuple(row[name] for name in key) if len(key) > 1 else row[key[0]]: row for row in rows}
