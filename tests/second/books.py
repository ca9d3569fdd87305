"""Random books of contracts with everything in them that makes revenue hard to count."""

import csv
import random
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from tests.second.lines import DAY

FIRST = date(2024, 1, 1)
PERIODS = ("1 month", "1 year", "term", "3 months", "1 week", "1 day", "2 years")
DAYS = (28, 30, 31, 59, 90, 181, 365, 366, 395, 400)
GAPS = (0, 0, 0, 0, 1, 10, 29, 30, 31, 70, -20)  # from one contract to the next: on time, late, after grace, early
SEGMENTS = ("SMB", "Mid", "Large")
Row = dict[str, Any]


class Book:
    """Rows of accounts, contracts, rates and costs, drawn from one seed."""

    def __init__(self, seed: int, accounts: int = 60, currencies: tuple[str, ...] = ("USD", "EUR", "GBP")) -> None:
        self.draw = random.Random(seed)
        self.currencies = currencies
        ids = [f"N{number:03d}" for number in range(accounts)]
        self.accounts = [self._account(id_, ids[at - 1] if at % 5 == 4 else None) for at, id_ in enumerate(ids)]
        self.contracts = [row for at, id_ in enumerate(ids) for row in self._told(self._contracts(id_, at))]
        self.draw.shuffle(self.contracts)
        self.fx_rates = [self._rate(at, currency) for at in range(48) for currency in self.currencies if currency != "USD"]
        self.costs = [row for at in range(24) if at != 7 for row in self._costs(at)]

    def _account(self, id_: str, parent: str | None) -> Row:
        return {"account_id": id_, "name": f"Name {id_}", "segment": self.draw.choice(SEGMENTS), "parent_id": parent}

    def _rate(self, at: int, currency: str) -> Row:
        return {"day": date(2023 + at // 12, at % 12 + 1, 10), "currency": currency, "rate": round(1.05 + self.draw.random() / 10, 4)}

    def _costs(self, at: int) -> list[Row]:
        month = date(2024 + at // 12, at % 12 + 1, 1)
        kinds = {"sales": 3000, "marketing": 2000, "cost of revenue": 4000}
        return [{"month": month, "kind": kind, "amount": amount + at * 17} for kind, amount in kinds.items()]

    def _contracts(self, account: str, at: int) -> list[Row]:
        start = FIRST + timedelta(days=self.draw.randrange(500))
        rows = [self._trial(account, start)] if self.draw.random() < 0.2 else []
        if at % 16 in (5, 6):
            return rows + [self._step(account, start, turn) for turn in range(3)]
        for number in range(1, self.draw.randrange(2, 6)):
            length = self.draw.choice(DAYS)
            rows += self._contract(account, number, start, start + timedelta(days=length), has_reductions=at % 4 == 0)
            start += timedelta(days=length + self.draw.choice(GAPS))
        return rows

    def _told(self, rows: list[Row]) -> list[Row]:
        """Of some accounts the file does not say everything."""
        unsaid = self.draw.choice(("product", "booked_on", "seats", "renews_contract", None, None, None, None))
        return [row | {unsaid: None} for row in rows] if unsaid else rows

    def _row(self, account: str, number: object, line: int, start: date, **more: Any) -> Row:
        same = {"account_id": account, "contract_id": f"{account}-{number}", "line_id": line, "starts_on": start}
        return {"kind": "recurring", "is_trial": False, "currency": "USD"} | same | more

    def _trial(self, account: str, start: date) -> Row:
        amount = self.draw.choice((0, 100))
        days = {"ends_on": start, "is_trial": True, "seats": 3}
        return self._row(account, "T", 1, start - timedelta(days=30), amount=amount, period="1 month", product="Core", **days)

    def _step(self, account: str, start: date, turn: int) -> Row:
        """A step of a ramp over three years, agreed at once."""
        begins, amount = start + timedelta(days=365 * turn), 1000 * (turn + 1)
        days = {"ends_on": begins + timedelta(days=365), "booked_on": start - timedelta(days=20), "notice_days": 30, "auto_renew": False}
        return self._row(account, "R", turn + 1, begins, amount=amount, period="1 year", product="Core", seats=5, **days)

    def _contract(self, account: str, number: int, start: date, end: date, *, has_reductions: bool) -> list[Row]:
        """A line, sometimes an add-on beside it, sometimes a reduction of it."""
        draw, period = self.draw, self.draw.choice(PERIODS)
        ends_on = None if number == 4 and period != "term" and draw.random() < 0.6 else end
        says = {
            **{"period": period, "currency": draw.choice(self.currencies) if draw.random() < 0.4 else "USD"},
            **{"booked_on": start - timedelta(days=draw.randrange(60)), "auto_renew": draw.random() < 0.5, "notice_days": 30},
            "renews_contract": f"{account}-{number - 1}" if number > 1 and draw.random() < 0.3 else None,
        }
        amount = round(draw.uniform(20, 5000), 2) if draw.random() > 0.1 else 0
        product = draw.choice(("Core", "Core", "Core", "Plus"))
        more = says | self._discount(start) | {"seats": draw.randrange(1, 50), "kind": draw.choice(("recurring",) * 9 + ("one_off",))}
        notice = end - timedelta(days=draw.randrange(-5, 40)) if draw.random() < 0.2 and ends_on else None
        rows = [self._row(account, number, 1, start, ends_on=ends_on, amount=amount, product=product, cancelled_on=notice, **more)]
        if draw.random() < 0.35:
            shorter = ends_on - timedelta(days=draw.choice((0, 0, 10))) if ends_on else None
            rows.append(
                self._row(
                    account, number, 2, start, ends_on=shorter, amount=round(draw.uniform(5, 500), 2), product="Add-on", seats=4, **says
                )
            )
        if has_reductions and ends_on and draw.random() < 0.5:
            less = -round(amount * draw.choice((0.2, 0.5, 1.5)), 2) or -1
            sooner = end - timedelta(days=draw.choice((0, 0, 0, 7)))
            rows.append(self._row(account, number, 3, start + 10 * DAY, ends_on=sooner, amount=less, product=product, seats=-1, **says))
        return rows

    def _discount(self, start: date) -> Row:
        discount = self.draw.choice((None, None, None, 0.1, 0.333, 0.5, 1.0))
        ends_on = start + timedelta(days=45) if discount and self.draw.random() < 0.4 else None
        return {"discount": discount, "discount_ends_on": ends_on}

    def moved(self, day: date) -> list[Row]:
        """The accounts as a later state has them: some have gone over into another segment."""
        draw = random.Random(day.toordinal())
        return [row | {"segment": draw.choice(SEGMENTS)} if draw.random() < 0.4 else row for row in self.accounts]

    def corrected(self, seed: int, count: int = 30) -> list[Row]:
        """Some contract lines with another price, and some of these with another end."""
        draw = random.Random(seed)
        return [self._corrected(row, draw) for row in draw.sample(self.contracts, count)]

    def _corrected(self, row: Row, draw: random.Random) -> Row:
        later = row.get("ends_on") and draw.random() < 0.4
        ends_on = max(row["ends_on"] + timedelta(days=draw.choice((-5, 7, 40))), row["starts_on"] + DAY) if later else row.get("ends_on")
        return row | {"amount": round(row["amount"] * draw.choice((0.5, 1.1, 2)), 2), "ends_on": ends_on, "cancelled_on": None}

    def write(self, folder: Path) -> dict[str, Path]:
        """A file for each table, in the order in which they are imported."""
        tables = {"accounts": self.accounts, "fx_rates": self.fx_rates, "contracts": self.contracts, "costs": self.costs}
        return {table: write(rows, folder / f"{table}.csv") for table, rows in tables.items()}


def write(rows: Iterable[Row], path: Path) -> Path:
    rows = [*rows]
    names = dict.fromkeys(name for row in rows for name in row)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*names])
        writer.writeheader()
        writer.writerows(rows)
    return path
