"""A small company of which accounts churn: once, twice, after a grace that ran out, between two closes, in another currency."""

from contextlib import closing
from pathlib import Path

from data.importing.run import import_file
from data.store.store import Store
from tests.built import copied

ACCOUNTS = """account_id,name,owner,segment
A,Alder,one@example.com,SMB
B,Birch,two@example.com,SMB
C,Cedar,two@example.com,Large
D,Dogwood,one@example.com,Large
E,Elm,one@example.com,Large
F,Fir,two@example.com,SMB
"""
# B is renewed within the days of grace, and later not at all; C comes back and leaves again; D pays for two weeks of July.
CONTRACTS = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,cancelled_on,churn_reason
1,A,Basic,2023-01-01,2023-06-15,100.10,1 month,USD,2023-05-01,Budget was cut
2,B,Basic,2023-02-01,2023-05-31,60.00,1 month,USD,,
3,B,Basic,2023-06-20,2023-09-10,70.00,1 month,USD,,
4,C,Basic,2023-01-01,2023-03-10,50.00,1 month,USD,2023-03-01,too dear
5,C,Basic,2023-05-01,2023-08-20,55.55,1 month,USD,2023-08-01,
6,D,Basic,2023-07-05,2023-07-20,40.00,1 month,USD,2023-07-19,
7,E,Basic,2023-01-01,,500.00,1 month,USD,,
8,F,Basic,2023-01-01,2023-11-05,1200.00,1 year,EUR,2023-10-01,
"""
RATES = "day,currency,rate\n2023-01-01,EUR,1.10\n2023-10-31,EUR,1.05\n"
EVENTS = "churn_event_id,account_id,churned_on,reason\nX-1,C,2023-08-20,support\nX-2,B,2023-09-20,switched\n"
FILES = {"accounts": ACCOUNTS, "contracts": CONTRACTS, "fx_rates": RATES, "churn_events": EVENTS}


def churned_company(path: Path) -> Store:
    """The company in a new store at `path`; the caller closes it."""
    copied("churned", _make, path.parent)
    for found in path.parent.glob("churned.*"):
        found.rename(path.with_suffix(found.suffix))
    return Store.open(path)


def _make(folder: Path) -> None:
    with closing(Store.open(folder / "churned.duckdb")) as store:
        for table, text in FILES.items():
            (folder / f"{table}.csv").write_text(text)
            done = import_file(store, folder / f"{table}.csv", table=table)
            assert done.batch is not None, done
