"""A company with five years of yearly renewals, enough to forecast from, of which a few were lost. Usage covers the days up to DAY.

Account number n pays 1,000 x (n + 1) a year from the first day of the month n % 12 + 1 of 2020 on, each year on a line of its own; those of
even numbers are one@example.com's. In the first quarter of 2025 48,000 came up: of 13 (14,000) 10,000 went on, 14 (15,000) gave notice.
In the second 62,000 come up: 4, 5, 15, 16 and 17.
"""

from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from tests.built import copied

DAY = date(2025, 3, 31)
LOST_IN = {3: 2023, 11: 2023, 7: 2024, 14: 2025}
ONE, TWO = "one@example.com", "two@example.com"


def owner_of(number: int) -> str:
    return (ONE, TWO)[number % 2]


def lines_of(number: int) -> list[dict[str, Any]]:
    """The contract lines of an account: one a year, until it was lost."""
    told, month = [], number % 12 + 1
    for year in range(2020, 2026):
        starts = date(year, month, 1)
        if starts > DAY or year == LOST_IN.get(number):
            break
        notice = date(2025, 1, 15) if number == 14 and year == 2024 else None
        told.append(
            {
                "contract_id": f"C{number}-{year}", "line_id": "1", "account_id": f"A{number:02d}", "product": "Basic", "starts_on": starts,
                "ends_on": date(year + 1, month, 1), "amount": 10_000.0 if (number, year) == (13, 2025) else 1_000.0 * (number + 1),
                "period": "1 year", "currency": "USD", "cancelled_on": notice,
            }
        )  # fmt: skip
    return told


def forecast_company(path: Path) -> Store:
    """The company in a new store at `path`; the caller closes it."""
    copied("forecast", _make, path.parent)
    for found in path.parent.glob("forecast.*"):
        found.rename(path.with_suffix(found.suffix))
    return Store.open(path)


def told_in_euros(store: Store, rate: float | None = 0.5) -> None:
    """One line in EUR, and what a dollar is worth in EUR: figures are told in EUR from then on. Without a rate every line turns to EUR."""
    euros = {"contract_id": "E1", "line_id": "1", "account_id": "A00", "product": "Euros", "starts_on": date(2025, 1, 1),
             "ends_on": date(2027, 1, 1), "amount": 10.0, "period": "1 year", "currency": "EUR"}  # fmt: skip
    if rate is None:
        every = [one | {"currency": "EUR"} for number in range(20) for one in lines_of(number)]
        commit_frame(store, "contracts", pl.DataFrame(every, infer_schema_length=None), "billing", "analyst")
    else:
        rates = pl.DataFrame({"day": [date(2019, 1, 1)], "currency": ["USD"], "rate": [rate]})
        commit_frame(store, "fx_rates", rates, "rates", "analyst")
    commit_frame(store, "contracts", pl.DataFrame([euros]), "euros", "analyst")


def _make(folder: Path) -> None:
    numbers = range(20)
    accounts = {
        "account_id": [f"A{one:02d}" for one in numbers], "name": [f"Account {one}" for one in numbers],
        "owner": [owner_of(one) for one in numbers], "segment": ["SMB"] * len(numbers),
    }  # fmt: skip
    lines = pl.DataFrame([line for one in numbers for line in lines_of(one)], schema_overrides={"cancelled_on": pl.Date})
    (folder / "usage.csv").write_text(f"account_id,user_id,event,occurred_at\nA00,ann,open,{DAY}T10:00:00Z\n")
    with closing(Store.open(folder / "forecast.duckdb")) as store:
        commit_frame(store, "accounts", pl.DataFrame(accounts), "crm", "analyst")
        commit_frame(store, "contracts", lines, "billing", "analyst")
        assert import_file(store, folder / "usage.csv").batch is not None
