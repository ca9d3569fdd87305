"""A small company of two teams in two regions, in which every word of an account can be told from those of the others.

A word is `zq` + whose it is + `x`: zqa1x stands in the id, the name, the contacts, the tickets, the conversations, the products and the
file of the account a1 alone; zqannx in all that names its owner, zqnorthx in what comes in for the team North.
"""

import io
import json
import re
import shutil
import zipfile
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pypdf

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from models.card import Card, Split, Verdict
from reports.report import Question
from reports.revenue.closes import close_period
from tests.built import copied

DAY = date(2026, 10, 31)
ASKED = Question(as_of=DAY, start=date(2026, 4, 30), end=date(2026, 9, 30))
WORD = re.compile(r"zq([a-z]+?\d?)x", re.IGNORECASE)
ACCOUNTS = {  # owner, team, region
    "a1": ("ann", "north", "EMEA"),
    "a2": ("ann", "north", "APAC"),
    "a3": ("ann", "north", "EMEA"),  # paid for two weeks of May and left
    "a4": ("ann", "north", "APAC"),  # ended in October, in grace, unused since it went live
    "b1": ("ben", "north", "EMEA"),
    "c1": ("cat", "south", "APAC"),
    "c2": ("cat", "south", "EMEA"),
    "c3": ("cat", "south", "EMEA"),  # as a3
    "c4": ("cat", "south", "EMEA"),  # as a4
    "m1": ("cat", "south", "APAC"),  # was Ann's until the end of June
    "n1": ("", "south", "APAC"),  # nobody's
}
PARENTS = {"a2": "c1", "c2": "a1"}  # across the teams
FILES = {"north": ("a1", "a2", "b1", "a3", "a4"), "south": ("c1", "c2", "m1", "n1", "c3", "c4")}
REGULAR = tuple(one for one in ACCOUNTS if one[1] in "12")
CORRECTED = ("a1", "c1")  # whose contracts changed after the period was closed


@dataclass(frozen=True)
class South:
    """What the team South has: its accounts' letters, how its amounts differ, and the currency of one of them, which has no rate."""

    letters: str = "cmn"
    times: int = 1
    no_rate: str = "SEK"


def words_in(text: str) -> set[str]:
    """Whose words a text has."""
    return {found.lower() for found in WORD.findall(text)}


def word(whose: str) -> str:
    return f"zq{whose}x"


def company(path: Path, south: South = South()) -> Store:
    """The company in a new store at `path`; the caller closes it."""
    copied(f"two-teams-{south.letters}-{south.times}", lambda folder: _make(folder, south), path.parent)
    for one in path.parent.glob("company.*"):  # the store, and what its audit keeps beside it
        one.rename(path.with_name(one.name.replace("company", path.stem, 1)))
    return Store.open(path)


def _make(folder: Path, south: South) -> None:
    named = {one: south.letters["cmn".index(one[0])] + one[1:] if one[0] in "cmn" else one for one in ACCOUNTS}
    with closing(Store.open(folder / "company.duckdb")) as store:
        _imported(store, folder / f"{word('all')}-accounts.csv", _accounts({"m1": ("ann", "north", "APAC")}, named), "2026-03-31")
        for team, accounts in FILES.items():
            for name, text in _files(accounts, named, south if team == "south" else South()).items():
                _imported(store, folder / f"{word(team)}-{name}.csv", text, feed=f"{word(team)} {name}")
        _imported(store, folder / f"{word('all')}-accounts-now.csv", _accounts({}, named), "2026-06-30")
        _imported(store, folder / f"{word('south')}-attributes.csv", _attributes(FILES["south"], named))
        _imported(store, folder / "costs.csv", COSTS)
        _imported(store, folder / "finance.csv", _finance(named))
        _written(store, named)
        close_period(store, ASKED, at=datetime.now(UTC), who=f"{word('closer')}@example.com")
        for team, one in zip(FILES, CORRECTED, strict=True):
            more = f"{word(named[one])}-s3,{word(named[one])}-id,{word(named[one])} suite,2026-02-01,2026-11-20,300,1 month,USD,6,true,30,,"
            _imported(store, folder / f"{word(team)}-corrected.csv", f"{HEADERS['contracts']}\n{more}", feed=f"{word(team)} contracts")
    shutil.rmtree(folder / "staging", ignore_errors=True)


def _imported(store: Store, path: Path, text: str, day: str | None = None, feed: str | None = None) -> None:
    path.write_text(text)
    options = {"covers": [day, day]} if day else {"rows": "records"} if "attributes" in path.name or "corrected" in path.name else None
    done = import_file(store, path, table="finance_arr" if path.name.startswith("finance") else None, options=options, feed=feed)
    assert done.batch is not None and not done.batch.waiting, (path.name, done.problems, done.questions)


def _accounts(other: dict[str, tuple[str, str, str]], named: dict[str, str]) -> str:
    lines = ["account_id,name,parent_id,owner,team,region,segment,domain,live_on"]
    for one, (owner, team, region) in (ACCOUNTS | other).items():
        own, parent = word(named[one]), word(named[PARENTS[one]]) + "-id" if one in PARENTS else ""
        mail, segment, live = f"{word(owner)}@example.com" if owner else "", f"{word(team)} segment", LIVE.get(one[1], "2024-02-01")
        lines.append(f"{own}-id,{own} name,{parent},{mail},{word(team)},{region},{segment},{own}.example,{live}")
    return "\n".join(lines)


LIVE = {"3": "2026-05-05", "4": "2026-09-01"}


def _attributes(accounts: tuple[str, ...], named: dict[str, str]) -> str:
    return "\n".join([f"account_id,{word('south')} column", *(f"{word(named[one])}-id,{word(named[one])} attribute" for one in accounts)])


def _files(accounts: tuple[str, ...], named: dict[str, str], south: South) -> dict[str, str]:
    """One file a table; every account has something in each of them."""
    rows: dict[str, list[str]] = {name: [header] for name, header in HEADERS.items()}
    for at, one in enumerate(accounts):
        own = word(named[one])
        account, amount = f"{own}-id", (100 + 10 * at) * south.times
        if one[1] == "3":
            rows["contracts"] += [f"{own}-s1,{account},{own} plan,2026-05-05,2026-05-20,{amount},1 month,USD,,,,{own} reason,2026-05-06"]
            continue
        if one[1] == "4":
            rows["contracts"] += [f"{own}-s1,{account},{own} plan,2025-10-20,2026-10-20,{amount},1 month,USD,5,true,30,,"]
            rows["usage"] += [f"{account},,{own} user,{own} event,2026-08-{day:02d}T10:00:00Z" for day in range(1, 20)]
            continue
        currency = south.no_rate if one == "n1" else "USD"
        rows["contracts"] += [
            f"{own}-s1,{account},{own} plan,2024-02-01,2025-02-01,{amount},1 month,USD,5,true,30,{own} reason,",
            f"{own}-s2,{account},{own} plan,2025-02-01,2026-02-01,{amount + 5},1 month,USD,5,true,30,,",
            f"{own}-s3,{account},{own} suite,2026-02-01,2026-11-20,{amount + 25},1 month,{currency},6,true,30,,",
            f"{own}-s4,{account},{own} extra,2025-05-01,2026-07-01,{amount // 2},1 month,USD,,true,30,,",
            f"{own}-s5,{account},{own} twice,2026-01-01,2026-12-31,12,1 month,USD,,,,,",
            f"{own}-s6,{account},{own} twice,2026-03-01,2026-12-31,12,1 month,USD,,,,,",
        ]
        for month, days in ((8, 25), (9, 20), (10, 15 - 10 * (at % 2))):
            rows["usage"] += [
                f"{account},,{own} user {day % 3},{own} event,2026-{month:02d}-{day + 1:02d}T10:00:00Z" for day in range(0, days, 2)
            ]
        rows["usage"] += [f",{own}-s3,{own} user 1,{own} through a contract,2026-10-{3 + at:02d}T11:00:00Z"]
        rows["usage"] += [f"{account},,{own} user 1,{own} last,2026-10-31T11:00:00Z"]
        rows["contacts"] += [f"{own}-p1,{account},{own} contact,{own}@mail.example,manager,true"]
        rows["tickets"] += [
            f"{own}-t{day},{account},2026-10-{day:02d}T08:00:00Z,,,{own} priority,{own} status,2" for day in (10, 12, 14, 16)
        ]
        rows["surveys"] += [f"{own}-n0,{account},{own}-p1,nps,3,{own} earlier answer,2026-08-10T08:00:00Z"]
        rows["asked"] += [f"{own}-r1,{account},{own}-p1,nps,2026-08-09T08:00:00Z,{own}-n0"]
        rows["surveys"] += [f"{own}-n1,{account},{own}-p1,nps,4,{own} answer,2026-10-05T08:00:00Z"]
        rows["activities"] += [f"{own}-a1,{account},conversation,{word('author')},done,,2026-05-05,{own} talk"]
        rows["activities"] += [f"{own}-a2,{account},task,{word('author')},open,2026-11-10,,{own} task"]
        rows["churn"] += [f"{own}-e1,{account},2026-07-01,{own} why,0,{own} comment"]
    return {name: "\n".join(lines) for name, lines in rows.items()}


HEADERS = {
    "contracts": "contract_id,account_id,product,starts_on,ends_on,amount,period,currency,seats,auto_renew,notice_days,churn_reason,cancelled_on",
    "usage": "account_id,contract_id,user_id,event,occurred_at",
    "contacts": "contact_id,account_id,name,email,role,is_champion",
    "tickets": "ticket_id,account_id,opened_at,first_reply_at,resolved_at,priority,status,csat",
    "surveys": "survey_id,account_id,contact_id,kind,score,comment,answered_at",
    "asked": "request_id,account_id,contact_id,kind,asked_at,survey_id",
    "activities": "activity_id,account_id,kind,owner,status,due_on,done_on,body",
    "churn": "churn_event_id,account_id,churned_on,reason,refund,comment",
}
COSTS = "month,kind,amount\n" + "\n".join(
    f"{year}-{month:02d},{kind},{amount}"
    for year, month in [(2026, month) for month in range(1, 11)]
    for kind, amount in (("sales", 50), ("cost of revenue", 90))
)


def _finance(named: dict[str, str]) -> str:
    return "\n".join(["account_id,day,amount", *(f"{word(named[one])}-id,2026-09-30,1234.50" for one in ACCOUNTS)])


def _written(store: Store, named: dict[str, str]) -> None:
    """What people and the program write: notes, answers about products, a model with what it says of each account."""
    for one in REGULAR:
        own = word(named[one])
        note = {
            "activity_id": [f"{own}-note"],
            "account_id": [f"{own}-id"],
            "kind": ["conversation"],
            "done_on": [date(2026, 10, 20)],
            "body": [f"{own} note"],
        }
        commit_frame(store, "activities", pl.DataFrame(note), "logged in the app", "browser", edit=True)
    _plays(store, [word(named[one]) for one in REGULAR])
    _requests(store, [word(named[one]) for one in REGULAR])
    _calls(store, named)
    answers = [(f"{word(named[one])} plan", f"{word(named[one])} suite", "change") for one in REGULAR if one != "a1"]
    commit_frame(
        store, "product_pairs", pl.DataFrame(answers, schema=["product", "next_product", "answer"], orient="row"), "pairs", "browser"
    )
    alias = {"alias": [f"{word(named['c2'])} other name"], "account_id": [f"{word(named['c2'])}-id"], "reason": ["said by hand"]}
    commit_frame(store, "account_aliases", pl.DataFrame(alias), "account matching", "browser", edit=True)
    card = Card(Verdict.USABLE, "It may be used.", 40, 90, 400, splits=(Split("test", "2026-01-01", "2026-06-30", 100, 10, 90, 10),))
    model = {"model_version": ["v1"], "verdict": ["usable"], "trained_as_of": [date(2026, 10, 15)], "card": [card.to_json()]}
    commit_frame(store, "churn_models", pl.DataFrame(model), "churn model", "browser")
    said = [
        {
            "account_id": f"{word(named[one])}-id", "as_of": date(2026, 10, 15), "purpose": "outlook", "model_version": "v1",
            "probability": 0.3, "due_on": date(2026, 12, 31), "lead_days": 90, "reasons": f"{word(named[one])} because",
        }
        for one in REGULAR
    ]  # fmt: skip
    commit_frame(store, "predictions", pl.DataFrame(said), "churn model", "browser")


def _plays(store: Store, words: list[str]) -> None:
    """A play that runs for each account, its first step done."""
    at = datetime(2026, 10, 20, 9, tzinfo=UTC)
    runs = [
        {
            "run_id": f"{own}-run", "account_id": f"{own}-id", "play_id": "refund", "name": "Refund asked for", "reason": f"{own} reason",
            "owner": f"{own} csm", "started_on": date(2026, 10, 20), "started_at": at, "started_by": f"{own} csm", "state": "running",
            "steps": json.dumps([{"title": f"{own} step", "owner": f"{own} csm", "due_on": "2026-10-25"}] * 2),
        }
        for own in words
    ]  # fmt: skip
    steps = [
        {
            "run_id": f"{own}-run", "step": 1, "account_id": f"{own}-id", "status": "done", "done_on": date(2026, 10, 21), "started_at": at,
            "done_by": f"{own} csm", "note": f"{own} said",
        }
        for own in words
    ]  # fmt: skip
    for table, rows in (("play_runs", runs), ("play_steps", steps)):
        commit_frame(store, table, pl.DataFrame(rows), "logged in the app", "browser", edit=True)


def _requests(store: Store, words: list[str]) -> None:
    """A request that is shipped, and one that is not, each asked for by every account."""
    requests = {"request_id": ["shipped", "open"], "title": ["Dark mode", "Approval flow"], "status": ["shipped", "open"],
                "value": ["experience", "efficiency"], "effort_days": [3.0, 5.0], "shipped_on": [date(2026, 9, 1), None]}  # fmt: skip
    commit_frame(store, "feature_requests", pl.DataFrame(requests), "logged in the app", "browser", edit=True)
    votes = [
        {"vote_id": f"{own}-{one}", "request_id": one, "account_id": f"{own}-id", "asked_on": date(2026, 8, 1), "note": f"{own} asks"}
        for own in words
        for one in requests["request_id"]
    ]
    commit_frame(store, "request_votes", pl.DataFrame(votes), "logged in the app", "browser", edit=True)


def _calls(store: Store, named: dict[str, str]) -> None:
    """What the owner of each account said of its renewal."""
    said = [
        {
            "call_id": f"{word(named[one])}-call", "account_id": f"{word(named[one])}-id", "due_on": date(2026, 11, 20), "call": "likely",
            "amount": 900.0, "currency": "USD", "note": f"{word(named[one])} note", "called_by": word(ACCOUNTS[one][0] or "author"),
            "called_on": date(2026, 10, 20),
        }
        for one in REGULAR
    ]  # fmt: skip
    commit_frame(store, "renewal_calls", pl.DataFrame(said), "logged in the app", "browser", edit=True)


def as_text(value: object) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def said_in(content: bytes) -> str:
    """All text of a file: of a workbook that of its parts, of a PDF that of its pages and what it says of itself."""
    if content.startswith(b"%PDF"):
        book = pypdf.PdfReader(io.BytesIO(content))
        return as_text(dict(book.metadata or {})) + "".join("".join(page.extract_text().split()) for page in book.pages)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "".join(name + parts.read(name).decode("utf-8", "replace") for name in parts.namelist())
    return content.decode("utf-8", "replace")
