"""Contract lines at size: import of one list, and how long a report has to wait for the lines of twelve monthly states, in one run.

python -m benchmarks.contracts [LINES]     120,000 lines unless told otherwise; in each month one amount in twenty changes
"""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from data.importing.mapping import Mapping
from data.importing.run import import_file
from data.store.store import Store
from data.store.view import View

LINES, MONTHS, CHANGING = 120_000, 12, 0.05
RECORDS = Mapping.from_toml("""
table = "contracts"
feed = "lines"
key = ["contract_id"]
[columns]
contract_id = "id"
account_id = "customer"
product = "product"
starts_on = "start"
amount = "mrr"
[constants]
period = "1 month"
currency = "USD"
""")


def lists(lines: int) -> Iterator[tuple[date, pl.DataFrame]]:
    """What runs at the end of each month."""
    chance = np.random.default_rng(1)
    ids, starts = [f"S{n:06d}" for n in range(lines)], [date(2024, 1 + n % 12, 5) for n in range(lines)]
    amounts = chance.integers(10, 500, lines)
    for month in range(MONTHS):
        day = date(2025 + (month + 1) // 12, (month + 1) % 12 + 1, 1)
        customers = [f"C{n // 2:06d}" for n in range(lines)]
        yield day, pl.DataFrame({"id": ids, "customer": customers, "product": "Pro", "start": starts, "mrr": amounts})
        amounts = np.where(chance.random(lines) < CHANGING, chance.integers(10, 500, lines), amounts)


@contextmanager
def told(title: str) -> Iterator[None]:
    began = time.perf_counter()
    yield
    print(f"{title:48s} {time.perf_counter() - began:7.2f} s", flush=True)


def main(lines: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        records, states = Store.open(folder / "records" / "own.duckdb"), Store.open(folder / "states" / "own.duckdb")
        for number, (day, rows) in enumerate(lists(lines)):
            rows.write_csv(folder / "list.csv")
            if number == 0:
                with told(f"{lines:,} contract lines from CSV"):
                    assert import_file(records, folder / "list.csv", mapping=RECORDS).batch
            said = {"rows": "state", "covers": f"{day}", "snapshot": "confirmed"}
            outcome = import_file(states, folder / "list.csv", mapping=RECORDS, options=said)
            assert outcome.batch, outcome.problems + outcome.questions
        for title, store in (("the lines of one list", records), (f"the lines of {MONTHS} states", states)):
            for _ in range(2):
                with told(title), View(store) as view:
                    view.contracts()
            store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LINES)
