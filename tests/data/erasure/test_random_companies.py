"""Random companies with odd names and ids: whoever is erased is in no table and no byte, also after all files come again."""

import csv
import io
import shutil
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.erasure.erasing import FIGURES, erase, preview
from data.erasure.subjects import ACCOUNT, PERSON, Subject
from data.importing.run import import_file
from data.store import backups
from data.store.store import Store
from data.viewer import EVERYONE
from tests.erased import EMAIL, NAME, company, everything, left_in

pytestmark = pytest.mark.long
NO_CLOSES = pl.DataFrame(schema={"close_id": pl.String, "account_id": pl.String, **dict.fromkeys(FIGURES, pl.Int64)})
FIRST = ("Zoë", "Ångström", "O'Neil", "Jean-Luc", "Мария", "Xavi", "Quincy")
LAST = ("Müller", "Quirrel", "D'Arcy", "Łukasik", "Иванова", "Vandersloot", "Yttrium")
CHINESE = ("王小明", "欧阳娜娜", "李雷霆")
TEMPLATES = ("Spoke with {who}.", "{who}: happy", "ask {WHO} (again)", "from {mail}, cc", "联系{who}了", "no name here", "{turned} called")


def text_of(rows: list[dict[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def files_of(chance: Random) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Files of a company, and its people: id, account, name, email."""
    names = chance.sample([f"{one} {two}" for one in FIRST for two in LAST], 4) + chance.sample(CHINESE, 2)
    accounts = [
        {"account_id": f"{chance.choice(['AC', '00', 'x-'])}{100 + n}", "name": f"{chance.choice(LAST)} & Söhne {n}00"} for n in range(3)
    ]
    people = [
        {"contact_id": f"P{n}-{chance.randrange(1000, 9999)}", "account_id": accounts[n % 3]["account_id"], "name": name, "email": f"p{n}.{chance.randrange(10**6)}@mail{n}.example"}
        for n, name in enumerate(names)
    ]  # fmt: skip

    def said(n: int) -> str:
        who = chance.choice(people)
        turned = ", ".join(reversed(who["name"].split())) if " " in who["name"] else who["name"]
        return TEMPLATES[n % len(TEMPLATES)].format(who=who["name"], WHO=who["name"].upper(), mail=who["email"], turned=turned)

    notes = [
        {"activity_id": f"N{n}", "account_id": chance.choice(accounts)["account_id"], "kind": "note", "body": said(n)} for n in range(20)
    ]
    events = [
        {"account_id": who["account_id"], "user_id": chance.choice([who["email"], f"usr-{people.index(who)}"]), "event": "open", "occurred_at": f"2024-0{1 + n % 3}-{1 + n:02d}T10:00:00Z"}
        for n in range(20) for who in [chance.choice(people)]
    ]  # fmt: skip
    contracts = [
        {"contract_id": f"K{n}", "account_id": one["account_id"], "starts_on": "2024-01-01", "ends_on": "", "amount": str(100 + n), "period": "1 month", "currency": "USD"}
        for n, one in enumerate(accounts)
    ]  # fmt: skip
    tables = {"accounts": accounts, "contacts": people, "activities": notes, "usage_events": events, "contracts": contracts}
    return {name: text_of(rows) for name, rows in tables.items()}, people


def bring(store: Store, folder: Path, files: dict[str, str]) -> None:
    for table, text in files.items():
        path = folder / f"{table}.csv"
        path.write_text(text)
        outcome = import_file(store, path, table=table, options={"rows": "records"} if table in ("contracts", "accounts") else {})
        assert outcome.batch and outcome.batch.read == sum(
            getattr(outcome.batch, name) for name in ("accepted", "rejected", "duplicate", "erased", "too_old")
        ), outcome.problems
        path.unlink()


def settled(store: Store, subject: Subject) -> Subject:
    """The subject with everybody likely said to be meant, too."""
    while asked := preview(store, EVERYONE, subject, lambda _store, _accounts: NO_CLOSES).asked:
        subject = Subject(subject.kind, subject.named, (*subject.same, *(one.entry.key for one in asked)))
    return subject


@settings(max_examples=12)
@given(st.integers(0, 10**6), st.booleans())
def test_nothing_is_left_of_whoever_is_erased(seed, of_account):
    chance = Random(seed)
    files, people = files_of(chance)
    with TemporaryDirectory() as place:
        folder = Path(place)
        with closing(Store.open(folder / "own.duckdb")) as store:
            bring(store, folder, files)
            whom = chance.choice(people)
            subject = Subject(ACCOUNT, whom["account_id"]) if of_account else Subject(PERSON, whom["contact_id"])
            going = [one for one in people if one["account_id"] == whom["account_id"]] if of_account else [whom]
            erase(store, EVERYONE, settled(store, subject), lambda _store, _accounts: NO_CLOSES)
            assert store.check() == []
            bring(store, folder, files)
            assert store.check() == [] and store.verified().faults == []
            backups.backup(store, folder / "backup.duckdb")
        words = [one[name] for one in going for name in ("name", "email", "contact_id")] + ([whom["account_id"]] if of_account else [])
        for path in (folder / "own.duckdb", folder / "backup.duckdb"):
            assert not [row for row in everything(path) if any(word.lower() in row.lower() for word in words)]
        assert left_in(folder, [one["email"].encode() for one in going] + [one["name"].encode() for one in going]) == []
        kept = "\n".join(everything(folder / "own.duckdb"))
        assert all(one["email"] in kept for one in people if one not in going)


ERASER = """
import sys
import polars as pl
from data.erasure.erasing import FIGURES, erase
from data.erasure.subjects import PERSON, Subject
from data.store.store import Store
from data.viewer import EVERYONE
none = pl.DataFrame(schema={"close_id": pl.String, "account_id": pl.String, **dict.fromkeys(FIGURES, pl.Int64)})
store = Store.open(sys.argv[1])
print("open", flush=True)
erase(store, EVERYONE, Subject(PERSON, sys.argv[2]), lambda _store, _accounts: none)
print("done", flush=True)
"""


def test_a_kill_leaves_everything_or_nothing(tmp_path):
    made, chance = tmp_path / "made", Random(7)
    made.mkdir()
    company(made / "own.duckdb").close()
    for n in range(12):
        folder = tmp_path / str(n)
        shutil.copytree(made, folder)
        path = folder / "own.duckdb"
        child = subprocess.Popen([sys.executable, "-c", ERASER, str(path), EMAIL], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3])
        assert child.stdout and child.stdout.readline() == b"open\n"
        time.sleep(chance.random() * 1.5)
        child.kill()
        child.wait()
        child.stdout.close()
        with closing(Store.open(path)) as store:
            assert store.check() == []
            log = store.version()
        rows = "\n".join(everything(path))
        there = [word for word in (NAME, EMAIL) if word in rows]
        assert there in ([], [NAME, EMAIL]), "all of it, or nothing"
        assert bool(there) == ("'erase'" not in rows), log
        shutil.rmtree(folder)
