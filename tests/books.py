"""A small company in a store, for tests that need one whole: two CSMs, three accounts, contracts and usage."""

import shutil
from contextlib import closing
from pathlib import Path

from data.importing.run import import_file
from data.store.store import Store
from tests.built import copied

ACCOUNTS = """account_id,name,owner,segment,region
A,Alder,one@example.com,SMB,EMEA
B,Birch,two@example.com,Large,APAC
C,Cedar,two@example.com,Large,APAC
"""
CONTRACTS = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,seats
1,A,Basic,2023-01-01,,100.10,1 month,USD,5
2,B,Secret suite,2023-01-01,,777.77,1 month,USD,9
3,B,Secret add-on,2023-11-01,,55.00,1 month,USD,
4,C,Secret suite,2023-01-01,2023-08-01,33.33,1 month,USD,2
"""
USAGE = "account_id,user_id,event,occurred_at\n" + "".join(
    f"{account},{user},{event},2023-12-{day:02d}T10:00:00Z\n"
    for account, user, event in (("A", "ann", "open"), ("B", "bob", "secret_feature"))
    for day in range(1, 29)
)


FILES = {"accounts.csv": ACCOUNTS, "contracts.csv": CONTRACTS, "usage.csv": USAGE}


def company(path: Path) -> Store:
    """The company in a new store at `path`, its files beside it; the caller closes it."""
    return Store.open(company_at(path))


def company_at(path: Path) -> Path:
    """The same, not opened."""
    copied("company", _make, path.parent)
    for found in path.parent.glob("company.*"):
        found.rename(path.with_suffix(found.suffix))
    return path


def _make(folder: Path) -> None:
    with closing(Store.open(folder / "company.duckdb")) as store:
        for name, text in FILES.items():
            (folder / name).write_text(text)
            assert import_file(store, folder / name).batch is not None
    shutil.rmtree(folder / "staging")
