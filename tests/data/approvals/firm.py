"""A small company whose people ask each other: three accounts with contracts, and people of the shipped roles."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from data.access.rights import viewer_of
from data.importing.outcome import Outcome
from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import Viewer
from tests.built import copied

TODAY = date(2026, 11, 27)
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
EXECUTIVES = tuple(f"e{n}@x.org" for n in range(1, 7))
ANN, ALSO_ANN, ADA, CSM = "ann@x.org", "ann.b@x.org", "ada@x.org", "csm@x.org"
PEOPLE = [
    *((one, f"Executive {one[1]}", "executive") for one in EXECUTIVES),
    (ANN, "Ann Bell", "analyst, executive"),
    (ALSO_ANN, "ann  bell", "executive"),
    (ADA, "Ada", "administrator"),
    (CSM, "Cy", "csm"),
]
CONTRACTS = "contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n"
LINES = {
    "c1": "c1,a1,plan,2026-01-01,2027-12-31,100,1 month,USD",
    "c2": "c2,a2,plan,2026-01-01,2027-12-31,200,1 month,USD",
    "c3": "c3,a3,plan,2026-01-01,2027-12-31,700,1 month,USD",
}


def firm(folder: Path) -> Store:
    """The company in a store of its own: batch 1 the people, 2 the accounts, 3 to 5 a contract each; ARR 12,000."""
    copied("firm-of-approvals", _made, folder)
    return Store.open(folder / "own.duckdb")


def _made(folder: Path) -> None:
    store = Store.open(folder / "own.duckdb")
    commit_frame(store, "people", pl.DataFrame(PEOPLE, schema=["email", "name", "role"], orient="row"), "hr", "test")
    accounts = "account_id,name,segment\na1,One,Small\na2,Two,Small\na3,Three,Large\n"
    brought(store, "accounts.csv", accounts, "accounts", rows="records")
    for name, line in LINES.items():
        brought(store, f"{name}.csv", f"{CONTRACTS}{line}\n", "contracts", rows="records")
    store.close()


def brought(store: Store, file: str, text: str, table: str, viewer: Viewer | None = None, **options: object) -> Outcome:
    path = store.path.parent / file
    path.write_text(text)
    asked = {"viewer": viewer} if viewer else {}
    outcome = import_file(store, path, table=table, feed=table, options=options, **asked)
    if outcome.batch:
        path.unlink()
    assert outcome.batch or outcome.needs, outcome.problems
    return outcome


def rules(store: Store, written: str) -> None:
    """Put rules in force, as a file beside the store."""
    store.path.with_name("approvals.toml").write_text(written)


def levels(number: int) -> str:
    """That many levels, as a rule states them: the first executives, one each."""
    return "levels = [" + ", ".join(f'{{ people = ["{one}"] }}' for one in EXECUTIVES[:number]) + "]\n"


def as_(store: Store) -> Callable[[str], Viewer]:
    return lambda email: viewer_of(store, email, (), TODAY)


def standing(store: Store) -> set[int]:
    return {row["batch"] for row in store.imports().iter_rows(named=True) if row["standing"]}
