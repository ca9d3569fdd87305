"""A company in a store that asks and is answered: sixty accounts with three people each, two years of requests and answers drawn at random."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import polars as pl

from data.store.edits import commit_frame
from data.store.store import Store
from tests.built import copied

FIRST, DAY = date(2022, 7, 1), date(2024, 6, 30)
SEGMENTS, PLANS, ROLES = ("SMB", "Large", None), ("Basic", "Pro"), ("decision maker", "user", None)
ACCOUNTS, PEOPLE = 60, 3


def asked_company(path: Path) -> Path:
    """Its store at `path`, not opened."""
    copied("asked", _make, path.parent)
    return (path.parent / "asked.duckdb").rename(path)


def _make(folder: Path) -> None:
    drawn = Random(17)
    with closing(Store.open(folder / "asked.duckdb")) as store:
        for table, rows in (("accounts", _accounts(drawn)), ("contacts", _contacts()), ("contracts", _contracts())):
            commit_frame(store, table, pl.DataFrame(rows), "crm", "analyst")
        for table, rows in (("survey_requests", _requests(drawn)), ("surveys", _answers(drawn)), ("tickets", _tickets(drawn))):
            commit_frame(store, table, pl.DataFrame(rows, infer_schema_length=None), "tool", "analyst")


def _accounts(drawn: Random) -> list[dict]:
    """Every sixth belongs to the first of its six."""
    return [
        {"account_id": f"A{n}", "name": f"Account {n}", "segment": drawn.choice(SEGMENTS), "plan": drawn.choice(PLANS), "owner": f"csm{n % 4}",
         "parent_id": f"A{n - n % 6}" if n % 6 == 1 else None}
        for n in range(ACCOUNTS)
    ]  # fmt: skip


def _contacts() -> list[dict]:
    return [
        {"contact_id": f"A{n}-{at}", "account_id": f"A{n}", "name": f"Person {n} {at}", "role": ROLES[at]}
        for n in range(ACCOUNTS)
        for at in range(PEOPLE)
    ]


def _contracts() -> list[dict]:
    """Every tenth account is none any more since the end of 2023."""
    return [
        {"contract_id": f"K{n}", "line_id": "1", "account_id": f"A{n}", "product": "Basic", "starts_on": FIRST, "ends_on": date(2024, 1, 1) if n % 10 == 9 else None,
         "amount": 100 + n, "period": "1 month", "currency": "USD"}
        for n in range(ACCOUNTS)
    ]  # fmt: skip


def _moment(drawn: Random) -> datetime:
    return datetime.combine(FIRST + timedelta(days=drawn.randrange(730)), datetime.min.time(), UTC) + timedelta(
        seconds=drawn.randrange(86400)
    )


def _who(drawn: Random, nobody: float) -> dict:
    account = drawn.randrange(ACCOUNTS)
    return {"account_id": f"A{account}", "contact_id": None if drawn.random() < nobody else f"A{account}-{drawn.randrange(PEOPLE)}"}


def _requests(drawn: Random) -> list[dict]:
    return [
        {"request_id": f"R{n}", **_who(drawn, 0.1), "kind": drawn.choice(("nps", "nps", "csat")), "asked_at": _moment(drawn),
         "survey_id": f"S{drawn.randrange(1500)}" if drawn.random() < 0.1 else None}
        for n in range(1500)
    ]  # fmt: skip


def _answers(drawn: Random) -> list[dict]:
    """Some scores lie off their scale, or between two of its numbers."""
    rows = []
    for n in range(1500):
        kind = drawn.choice(("nps", "nps", "csat"))
        score = (
            drawn.choice((-1, 11, 8.5, 7.25)) if drawn.random() < 0.03 else drawn.randint(0, 10) if kind == "nps" else drawn.randint(0, 5)
        )
        said = f"Words {n}" if drawn.random() < 0.4 else None
        rows.append(
            {"survey_id": f"S{n}", **_who(drawn, 0.15), "kind": kind, "score": score, "comment": said, "answered_at": _moment(drawn)}
        )
    return rows


def _tickets(drawn: Random) -> list[dict]:
    rows = []
    for n in range(400):
        opened = _moment(drawn)
        solved = opened + timedelta(days=drawn.randrange(20)) if drawn.random() < 0.8 else None
        rated = drawn.choice((1, 2, 3, 4, 5, 5, 7)) if drawn.random() < 0.7 else None
        rows.append(
            {"ticket_id": f"T{n}", "account_id": _who(drawn, 0)["account_id"], "opened_at": opened, "resolved_at": solved, "csat": rated}
        )
    return rows
