"""Books that do not fit together, drawn from a seed: lines twice, gaps, notice without an end, currencies without a rate, looped parents."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.second.books import write

FIRST, LENGTHS, GAPS = date(2024, 1, 1), (0, 30, 60, 90, 180, 365), (0, 0, 1, 2, 28, 29, 30, 31, -15)
AFTER_CHURN = (0, 1, 2, 28, 29, 30, 31, 32, -1)  # days from a record of churn to the end of the line
EMPTY = dict.fromkeys(("seats", "cancelled_on", "discount", "discount_ends_on", "product"))
Row = dict[str, Any]


def later(day: date, days: int) -> date:
    return day + timedelta(days=days)


class Messy:
    """Rows of accounts, rates, contracts, churn events and usage events."""

    def __init__(self, seed: int, accounts: int = 80) -> None:
        self.draw, self.count = random.Random(seed), accounts
        self.tables: dict[str, list[Row]] = {name: [] for name in ("accounts", "fx_rates", "contracts", "churn_events", "usage_events")}
        self.tables["fx_rates"].append({"day": date(2024, 6, 1), "currency": "EUR", "rate": 1.1})
        for number in range(accounts):
            self._account(number)

    def _account(self, number: int) -> None:
        account = f"Q{number:02d}"
        if number % 20 != 19:
            self.tables["accounts"].append({"account_id": account, "name": account, "parent_id": self._parent(number)})
        start = later(FIRST, self.draw.randrange(300))
        for turn in range(self.draw.randrange(1, 4)):
            length = self.draw.choice(LENGTHS)
            self._contract(account, f"{account}-{turn}", start, later(start, length))
            self._usage(account, f"{account}-{turn}", start, length)
            start = later(start, length + self.draw.choice(GAPS))

    def _parent(self, number: int) -> str | None:
        """Every eighteenth is its own parent."""
        if number % 9:
            return None
        return f"Q{number:02d}" if number % 18 == 0 else f"Q{(number + 9) % self.count:02d}"

    def _contract(self, account: str, contract: str, start: date, end: date) -> None:
        draw, lines = self.draw, self.tables["contracts"]
        same = EMPTY | {"account_id": account, "contract_id": contract, "kind": "recurring", "is_trial": False, "period": "1 month"}
        same |= {"currency": draw.choice(("USD",) * 6 + ("EUR", "GBP")), "ends_on": end}
        first = same | {
            "line_id": 1, "starts_on": start, "ends_on": None if draw.random() < 0.15 else end, "amount": draw.choice((0, 50, 100.5, 1200)),
            "product": draw.choice(("Core", "Core", "Plus", None)), "period": draw.choice(("1 month", "1 year", "term", "3 months")),
            "is_trial": draw.random() < 0.12, "kind": draw.choice(("recurring",) * 8 + ("one_off", "usage")), "seats": draw.choice((None, 5)),
            "cancelled_on": later(start, 5) if draw.random() < 0.2 else None,
        }  # fmt: skip
        if draw.random() < 0.2:
            first |= {"discount": 0.1, "discount_ends_on": later(start, 20)}
        lines.append(first)
        if draw.random() < 0.3:
            lines.append(first | {"line_id": 2})
        for number in (3, 4):
            if draw.random() < 0.2:
                less = {"starts_on": later(start, draw.randrange(20)), "amount": -draw.choice((20, 2000)), "product": first["product"]}
                lines.append(same | less | {"line_id": number})
        if draw.random() < 0.2:
            beside = {"starts_on": later(start, draw.choice((0, 10))), "ends_on": later(end, 3), "amount": 33, "product": first["product"]}
            lines.append(same | beside | {"line_id": 5, "currency": "USD"})
        if draw.random() < 0.4:
            churns = self.tables["churn_events"]
            churns.append(
                {"churn_event_id": f"CE{len(churns)}", "account_id": account, "churned_on": later(end, -draw.choice(AFTER_CHURN))}
            )

    def _usage(self, account: str, contract: str, start: date, length: int) -> None:
        for turn in range(self.draw.randrange(4)):
            day, at = later(start, self.draw.randrange(-10, max(1, length) + 10)), self.draw.choice(("00:00:00", "23:59:59", "12:00:00"))
            event = {"account_id": account, "contract_id": self.draw.choice((None, contract)), "user_id": "u", "event": "login"}
            self.tables["usage_events"].append(event | {"event_id": f"E{contract}{turn}", "occurred_at": f"{day}T{at}Z"})
        self._unnamed(start, length)

    def _unnamed(self, start: date, length: int) -> None:
        """Events whose id another event has too, of accounts and contracts that no file names, or names later."""
        if length > 60:
            return
        events, at = self.tables["usage_events"], f"{start}T08:00:00Z"
        event = {"account_id": None, "contract_id": None, "user_id": "u", "event": "login", "event_id": None, "occurred_at": at}
        events.append(event | {"account_id": f"Z{len(events) % 5}"})
        events.append(event | {"contract_id": f"Q99-{len(events) % 3}"})
        events += [event | {"account_id": f"Q{turn:02d}", "event_id": f"R{len(events) // 9}"} for turn in (1, 2)]

    def write(self, folder: Path) -> dict[str, Path]:
        """A file for each table, in the order in which they are imported."""
        return {table: write(rows, folder / f"{table}.csv") for table, rows in self.tables.items()}
