"""ARR and accounts of each person, as the page of people tells them, beside a sum over the second computation of each account."""

from collections import defaultdict
from contextlib import closing
from pathlib import Path
from random import Random

import polars as pl

from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from reports.team.people import as_report, directory
from tests.built import copied
from tests.second.books import Book, write
from tests.second.test_random_books import DAYS, company, imported, made

PEOPLE = ("una@example.com", "duo@example.com", "tre@example.com")
WRITTEN = (*PEOPLE, "Una@Example.com", "nobody@example.com", None)  # as files have owners: in other letters, unknown, or not at all


def test_each_person_owns_the_arr_of_their_accounts(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_ROLES", str(tmp_path / "roles.toml"))
    store = copied("random book 1", lambda folder: made(1, folder), tmp_path) / "own.duckdb"
    draw, book = Random(5), Book(1)
    owners = {row["account_id"]: draw.choice(WRITTEN) for row in book.accounts}
    imported(store, "accounts", write(({"account_id": id_, "owner": owner} for id_, owner in owners.items()), tmp_path / "owners.csv"))
    for day in DAYS:
        told, mine = owned(store, day), defaultdict(lambda: [0, 0])
        for account, row in company(book, day).arr().items():
            person = mine[(owners[account] or "").casefold()]
            person[0], person[1] = person[0] + 1, person[1] + row["arr"]
        assert told == {person: tuple(mine[person]) for person in PEOPLE}, day


def owned(store: Path, day) -> dict[str, tuple[int, int]]:
    """Accounts and cents by address."""
    with closing(Store.open(store)) as opened:
        people = pl.DataFrame([(one, one) for one in PEOPLE], schema=["email", "name"], orient="row")
        commit_frame(opened, "people", people, "hr", "test")
        found = directory(opened, EVERYONE, run("arr", opened, EVERYONE, Question(as_of=day)))
        rows = as_report(found, EVERYONE, day, {}, "USD", 1).rows
    return {row["email"]: (row["accounts_owned"], row["arr"]) for row in rows.to_dicts()}
