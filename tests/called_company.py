"""A small company whose accounts renew in the quarters of 2025, for calls, forecasts and targets. Usage covers the days up to DAY."""

from contextlib import closing
from datetime import date
from pathlib import Path

import polars as pl

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from tests.built import copied

DAY = date(2025, 3, 31)  # the day looked at: nothing after it is signed, but for what is said
OWNERS = {"A": "one@example.com", "B": "one@example.com", "C": "two@example.com", "D": "two@example.com", "E": "two@example.com"}
# account, contract, starts_on, ends_on, yearly amount
LINES = [
    ("A", "1", date(2024, 5, 1), date(2025, 5, 1), 12_000.0),  # due in the second quarter of 2025
    ("B", "2", date(2024, 6, 16), date(2025, 6, 16), 6_000.0),
    ("C", "3", date(2024, 4, 10), date(2025, 4, 10), 3_000.0),
    ("D", "4", date(2024, 9, 1), date(2025, 9, 1), 24_000.0),  # due in the third
    ("E", "5", date(2024, 2, 1), date(2025, 2, 1), 1_000.0),  # renewed in the first
    ("E", "6", date(2025, 2, 1), date(2026, 2, 1), 1_000.0),
]


def contracts(lines: list[tuple]) -> pl.DataFrame:
    """Rows of contracts: a line each, of one product, paid by the year."""
    return pl.DataFrame(
        [
            {"account_id": account, "contract_id": contract, "line_id": "1", "product": "Basic", "starts_on": start, "ends_on": end, "amount": amount,
             "period": "1 year", "currency": "USD"}
            for account, contract, start, end, amount in lines
        ]
    )  # fmt: skip


def called_company(path: Path) -> Store:
    """The company in a new store at `path`; the caller closes it."""
    copied("called", _make, path.parent)
    for found in path.parent.glob("called.*"):
        found.rename(path.with_suffix(found.suffix))
    return Store.open(path)


def _make(folder: Path) -> None:
    accounts = {"account_id": list(OWNERS), "name": [f"Account {one}" for one in OWNERS], "owner": list(OWNERS.values())}
    (folder / "usage.csv").write_text(f"account_id,user_id,event,occurred_at\nA,ann,open,{DAY}T10:00:00Z\n")
    with closing(Store.open(folder / "called.duckdb")) as store:
        commit_frame(store, "accounts", pl.DataFrame(accounts), "crm", "analyst")
        commit_frame(store, "contracts", contracts(LINES), "billing", "analyst")
        assert import_file(store, folder / "usage.csv").batch is not None
