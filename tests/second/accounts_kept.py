"""Made-up companies for health: contracts that lapse, tickets reopened, two answers on one day, a feed that begins late or stops."""

import csv
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any

from tests.second.books import Book
from tests.second.lines import read
from tests.second.used import Usage
from tests.second.whole import Whole

FIRST, DAYS = date(2025, 1, 1), 365
STEPS = (1, 1, 7, 2)  # days between two days with events
TABLES = ("fx_rates", "accounts", "contacts", "contracts", "tickets", "surveys", "activities", "usage_events")
IDS = ("account_id", "contract_id", "renews_contract")
BOOKED = ("X1", "X3", "X5", "X7", "X9", "X10", "X11")  # accounts with contracts of a random book
RATELESS = "CHF"  # a currency that no rate is known of
Rows = list[dict[str, Any]]


def at(offset: int) -> date:
    return FIRST + timedelta(days=offset)


def moment(random: Random, offset: int) -> datetime:
    return datetime.combine(at(offset), time(random.randrange(24), 30), UTC)


class Made:
    """A company from a number; `stops` is the day on which its usage feed ends."""

    def __init__(self, seed: int) -> None:
        self.random, self.step, self.every = Random(seed), STEPS[seed % len(STEPS)], seed % 3 == 0
        self.tables: dict[str, Rows] = {name: [] for name in TABLES}
        self.silent: dict[str, int] = {}
        self.stops = DAYS if seed % 2 else 300
        self.book = Book(seed, accounts=12, currencies=("USD", "EUR", "GBP", RATELESS))
        self.tables["fx_rates"] = [row for row in self.book.fx_rates if row["currency"] != RATELESS]
        for number in range(12):
            self.account(f"X{number}", self.random.randrange(-60, 320))

    def put(self, table: str, **row: Any) -> None:
        self.tables[table].append(row)

    def account(self, name: str, start: int) -> None:
        live = self.random.choice([None, at(start + 12), at(start - 5)])
        self.put("accounts", account_id=name, name=name, live_on=live, seats=self.random.choice([None, 20]))
        if name in BOOKED:
            self.booked(name)
        else:
            self.contracts(name, start)
        self.support(name)
        self.voices(name)
        if self.random.random() < 0.85:
            self.usage(name, max(start + self.random.randrange(-10, 40), 0))

    def contracts(self, name: str, start: int) -> None:
        for number in range(self.random.randrange(1, 4)):
            term = self.random.choice([31, 90, 180, 365])
            notice = at(start + term - self.random.randrange(5, 60)) if self.random.random() < 0.25 else None
            shared = {
                "contract_id": f"{name}-{number}", "account_id": name, "starts_on": at(start), "ends_on": at(start + term), "currency": "USD",
                "booked_on": at(start - self.random.randrange(20)), "seats": self.random.choice([5, 10, None]), "period": "1 month",
                "is_trial": number == 0 and self.random.random() < 0.2,
            }  # fmt: skip
            self.put("contracts", **shared, line_id="1", product="Core", amount=100, cancelled_on=notice)
            if self.random.random() < 0.3:
                self.put("contracts", **shared, line_id="2", product="Extra", amount=60, cancelled_on=None)
            start += term + self.random.choice([0, 0, 0, 10, 25, 45])

    def booked(self, name: str) -> None:
        """Contracts as random books have them: ramps, free lines, reductions, other currencies, early, late and other products."""
        own = [row for row in self.book.contracts if row["account_id"] == f"N{BOOKED.index(name):03d}"]
        for row in own:
            self.put("contracts", **row | {name_: (row.get(name_) or "").replace(row["account_id"], name) or None for name_ in IDS})

    def support(self, name: str) -> None:
        for _ in range(self.random.randrange(12)):
            day = self.random.randrange(DAYS)
            self.put(
                "tickets", ticket_id=f"T{len(self.tables['tickets'])}", account_id=name, opened_at=moment(self.random, day),
                resolved_at=self.random.choice([None, moment(self.random, day + self.random.randrange(1, 9))]),
                status=self.random.choice([None, None, "open", "solved", "reopened", "pending", "closed"]),
                csat=self.random.choice([None, 1, 2, 3, 4, 5]), updated_at=self.random.choice([None, moment(self.random, day + 12)]),
            )  # fmt: skip

    def voices(self, name: str) -> None:
        for _ in range(self.random.randrange(5)):
            day, kind = self.random.randrange(DAYS), self.random.choice(["nps", "csat"])
            for score in self.random.sample(range(1, 6), self.random.choice([1, 2])):
                self.put(
                    "surveys", survey_id=f"N{len(self.tables['surveys'])}", account_id=name, kind=kind, score=score,
                    answered_at=datetime.combine(at(day), time(score), UTC) if kind == "csat" else moment(self.random, day),
                )  # fmt: skip
        for _ in range(self.random.randrange(6)):
            self.put(
                "activities", activity_id=f"C{len(self.tables['activities'])}", account_id=name, kind=self.random.choice(["conversation", "note"]),
                done_on=at(self.random.randrange(DAYS)), sentiment=self.random.choice([None, "positive", "neutral", "negative"]),
            )  # fmt: skip

    def usage(self, name: str, begins: int) -> None:
        users = [f"{name}u{number}" for number in range(self.random.randrange(1, 9))]
        self.people(name, users)
        for day in range(begins, self.random.choice([DAYS, DAYS, begins + 90])):
            for user in users if day % self.step == 0 and day < self.stops else ():
                if self.random.random() < 0.25 and day < self.silent.get(user, DAYS):
                    self.put(
                        "usage_events", account_id=name, user_id=user if self.random.random() < 0.97 else None,
                        event=self.random.choice(["login", "report", "export", "share"]), occurred_at=moment(self.random, day),
                    )  # fmt: skip

    def people(self, name: str, users: list[str]) -> None:
        """Champions and others, known as users by their id or their address, or not at all; some fall silent."""
        for number, user in enumerate(users[:4]):
            by_id, silent = self.random.random() < 0.5, self.random.random() < 0.5
            self.put(
                "contacts", contact_id=user if by_id else f"{name}c{number}", account_id=name, name=f"Person {number}",
                email=self.random.choice([None, f"{user}@example.com", user]) if by_id else self.random.choice([user, f"{user}@example.com"]),
                is_champion=self.random.choice([True, True, False, None]),
            )  # fmt: skip
            if silent:
                self.silent[user] = self.random.randrange(60, DAYS)

    def write(self, folder: Path) -> dict[str, Path]:
        files = {}
        for table, rows in self.tables.items():
            files[table] = folder / f"{table}.csv"
            with files[table].open("w", newline="") as file:
                writer = csv.DictWriter(file, [*dict.fromkeys(name for row in rows for name in row)])
                writer.writeheader()
                writer.writerows(
                    {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()} for row in rows
                )
        return files

    def whole(self) -> Whole:
        events = [
            (row["account_id"], "usage_events", row["occurred_at"].date(), row["user_id"], row["event"], 1)
            for row in self.tables["usage_events"]
        ]
        accounts = {row["account_id"]: row for row in self.tables["accounts"]}
        own = {name: self.tables[name] for name in ("tickets", "surveys", "activities", "contacts")}
        usage = Usage(events, ["usage_events"] if self.every else [])
        return Whole(accounts, read(self.tables["contracts"]), usage, rates=self.tables["fx_rates"], **own)
