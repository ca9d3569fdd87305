"""A company of six years whose customers leave by the shifted beta geometric model, planted, with costs: for lifetimes.

Those of Large renew by the year, those of SMB by the month (two feeds: only the yearly one knows its ends beforehand). Who leaves when is
drawn once, from a fixed seed.
"""

import random
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from data.importing.run import import_file
from data.store.store import Store
from metrics.months import months_later
from tests.built import copied

BEGUN, LAST = date(2019, 1, 1), date(2024, 12, 31)
PLANTED = {"Large": (12, 1.0, 5.0), "SMB": (1, 0.8, 20.0)}  # months of a term, alpha, beta
EACH = 150
OWNERS = {"Large": "one@example.com", "SMB": "two@example.com"}
PAID = {"Large": 1200.00, "SMB": 100.00}  # a month


def long_company(path: Path) -> Store:
    """The company in a new store at `path`; the caller closes it."""
    copied("long", _make, path.parent)
    for found in path.parent.glob("long.*"):
        found.rename(path.with_suffix(found.suffix))
    return Store.open(path)


def lives() -> list[tuple[str, str, date, date | None]]:
    """account_id, segment, first paid day, and the day it left (None: it is still there)."""
    rng = random.Random(20)
    found = []
    for segment, (term, alpha, beta) in PLANTED.items():
        for number in range(1, EACH + 1):
            start, leaves = months_later(BEGUN, rng.randrange(66)), rng.betavariate(alpha, beta)
            renewals = 1
            while rng.random() >= leaves and renewals < 100:
                renewals += 1
            left = months_later(start, renewals * term)
            found.append((f"{segment[0]}-{number}", segment, start, left if left <= LAST else None))
    return found


def _make(folder: Path) -> None:
    with closing(Store.open(folder / "long.duckdb")) as store:
        for name, table, text in _files():
            (folder / f"{name}.csv").write_text(text)
            done = import_file(
                store, folder / f"{name}.csv", table=table, feed=name, options={"rows": "records"} if table == "contracts" else None
            )
            assert done.batch is not None, done


def _files() -> list[tuple[str, str, str]]:
    every = lives()
    accounts = "account_id,name,segment,owner\n" + "".join(
        f"{one},Customer {one},{segment},{OWNERS[segment]}\n" for one, segment, _, _ in every
    )
    head = "contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n"
    yearly = head + "".join(line for one in every if one[1] == "Large" for line in _years(*one))
    monthly = head + "".join(
        f"{one}-1,{one},Basic,{start},{left or ''},{PAID['SMB']},1 month,USD\n" for one, segment, start, left in every if segment == "SMB"
    )
    months = [months_later(BEGUN, number) for number in range(72)]
    costs = "month,kind,amount\n" + "".join(
        f"{month},cost of revenue,9000\n{month},sales,20000\n{month},marketing,10000\n" for month in months
    )
    return [("accounts", "accounts", accounts), ("yearly", "contracts", yearly), ("monthly", "contracts", monthly), ("costs", "costs", costs)]  # fmt: skip


def _years(account: str, segment: str, start: date, left: date | None) -> list[str]:
    """A line for each year, from the first to the one that ends when the account leaves, or after the last day."""
    lines, begins = [], start
    while begins < (left or LAST + timedelta(days=1)):
        ends = months_later(begins, 12)
        lines.append(f"{account}-{begins},{account},Basic,{begins},{ends},{12 * PAID[segment]:.2f},1 year,USD\n")
        begins = ends
    return lines
