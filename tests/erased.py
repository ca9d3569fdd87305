"""A company in which one account and one person are named in every place that there is, for tests of erasure."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import polars as pl

from data.importing import saved_mappings
from data.importing.mapping import Mapping
from data.importing.run import import_file
from data.store.activities import log_activity
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE
from tests.built import copied

NAME, EMAIL, COMPANY = "Zelda Quirrel", "zelda@quirrel.example", "Xylophone Works Ltd"
ACCOUNTS = f"""account_id,name,owner,segment,parent_id,main_contact
ACC-77,{COMPANY},one@example.com,SMB,,{EMAIL}
B,Birch,two@example.com,Large,ACC-77,boss@birch.example
C,Cedar,two@example.com,Large,,Quirrel Zelda
"""
CONTRACTS = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,seats
K-9001,ACC-77,Basic,2023-01-01,,100.10,1 month,USD,5
K-2,B,Suite,2023-01-01,,777.77,1 month,USD,9
K-3,B,Add-on,2023-11-01,,55.00,1 month,USD,
K-4,C,Suite,2023-01-01,2023-08-01,33.33,1 month,USD,2
"""
CONTACTS = f"""contact_id,account_id,name,email,role
P-501,ACC-77,{NAME},{EMAIL},manager
P-502,ACC-77,Mo Bell,mo@xylo.example,user
P-503,B,Kit Ray,kit@birch.example,user
"""
SURVEYS = f"""survey_id,account_id,contact_id,kind,score,comment,answered_at
N-1,ACC-77,P-501,nps,9,It saves me a day,2023-12-01T10:00:00Z
N-2,B,P-503,nps,4,Ask {NAME.upper()} of {COMPANY},2023-12-02T10:00:00Z
N-3,B,P-503,nps,x,{EMAIL} said so,2023-12-02T10:00:00Z
N-4,ACC-77,P-501,nps,y,nothing,2023-12-02T10:00:00Z
"""
TICKETS = """ticket_id,account_id,opened_at,resolved_at,status
T-1,ACC-77,2023-12-01T10:00:00Z,2023-12-02T10:00:00Z,solved
T-2,B,2023-12-01T10:00:00Z,,open
"""
USAGE = "account_id,user_id,event,occurred_at\n" + "".join(
    f"{account},{user},{event},2023-{month:02d}-{day:02d}T10:00:00Z\n"
    for account, user, event in (("ACC-77", EMAIL, "open"), ("ACC-77", "mo", "open"), ("B", "bob", "export"))
    for month in (10, 11, 12)
    for day in range(1, 28)
)
FILES = {
    "accounts.csv": ACCOUNTS, "contracts.csv": CONTRACTS, "contacts.csv": CONTACTS, "surveys.csv": SURVEYS, "tickets.csv": TICKETS, "usage.csv": USAGE,
}  # fmt: skip
PLACES = [text.encode(code) for text in (NAME, EMAIL) for code in ("utf-8", "utf-16-le")]
OF_COMPANY = [COMPANY.encode(), b"ACC-77", b"mo@xylo.example"]


def company(path: Path) -> Store:
    """The company in a new store at `path`; its files lie in `files` beside it. The caller closes it."""
    copied("erased", _make, path.parent)
    (path.parent / "company.duckdb").rename(path)
    (path.parent / "company.audit-key").rename(path.with_suffix(".audit-key")) if (path.parent / "company.audit-key").exists() else None
    return Store.open(path)


def bring(store: Store, folder: Path) -> list[int]:
    """Import every file of the company once more, and give the batches."""
    found = [import_file(store, folder / name, table=name.removesuffix(".csv").replace("usage", "usage_events")) for name in FILES]
    return [one.batch.batch for one in found if one.batch]


def _make(folder: Path) -> None:
    (folder / "files").mkdir()
    with closing(Store.open(folder / "company.duckdb")) as store:
        for name, text in FILES.items():
            (folder / "files" / name).write_text(text)
        bring(store, folder / "files")
        store.undo(bring(store, folder / "files")[0])  # what was undone is there, too
        day = pl.Series(["2023-12-05"]).str.to_date()[0]
        log_activity(store, EVERYONE, "ACC-77", "conversation", day, f"{NAME} likes it; write to {EMAIL}", None)
        log_activity(store, EVERYONE, "B", "conversation", day, f"Met zelda  quirrel (of {COMPANY}) and Kit Ray", None)
        alias = pl.DataFrame({"alias": ["Xylophone"], "account_id": ["ACC-77"], "reason": [f"{NAME} said so"]})
        commit_frame(store, "account_aliases", alias, "account matching", "local", edit=True)
    mapping = Mapping("contacts", columns={"contact_id": "id"}, constants={"name": NAME}, values={"role": {EMAIL: "user"}})
    saved_mappings.save(folder / "company.duckdb", "contacts", mapping)
    shutil.rmtree(folder / "staging")


def everything(path: Path) -> Iterator[str]:
    """Every text in every table of a store file, since the engine packs what it writes."""
    with closing(duckdb.connect(str(path), read_only=True)) as con:
        for (table,) in con.execute("select table_name from duckdb_tables()").fetchall():
            for row in con.execute(f'select * from "{table}"').fetchall():
                yield f"{table}: {row}"


def left_in(folder: Path, words: list[bytes]) -> list[str]:
    """Files below a folder that have any of the words in their bytes."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return [f"{path.name}: {word!r}" for path in paths for word in words if word.lower() in path.read_bytes().lower()]
