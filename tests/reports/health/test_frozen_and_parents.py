"""Scores that stay as they were when customers left, and those of companies that are several accounts; and nothing later enters a score."""

from datetime import date

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question

DAY = date(2024, 6, 30)
CARD = """
least_known = 0
[bands]
at_risk = 50
watch = 75
healthy = 100
[lifecycle]
onboarding_days = 30
renewal_days = 60
[groups.mood]
weight = 1
[groups.mood.nps_answer]
scale = [[0, 0], [10, 100]]
[groups.support]
weight = 1
[groups.support.open_tickets]
scale = [[0, 100], [10, 0]]
[[variants]]
name = "before a renewal"
lifecycle = "renewal"
groups = { support = 0 }
"""
ACCOUNTS = "account_id,name,parent_id\nP,Parent,\nA,Alder,P\nB,Birch,P\nC,Cedar,\nD,Dune,\n"
CONTRACTS = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,booked_on
1,A,Core,2023-09-01,2024-09-01,900,1 year,USD,2023-08-01
2,B,Core,2023-10-01,2024-10-01,100,1 year,USD,
3,C,Core,2023-01-01,2024-01-01,1200,1 year,USD,
4,D,Core,2023-06-01,2024-06-01,1200,1 year,USD,
5,D,Core,2024-06-01,2025-06-01,1200,1 year,USD,2024-05-10
6,A,Core,2024-09-01,2025-09-01,900,1 year,USD,2024-07-20
"""
SURVEYS = """survey_id,account_id,kind,score,answered_at
s1,A,nps,9,2024-02-01
s2,B,nps,3,2024-02-01
s3,C,nps,4,2023-11-01
s4,C,nps,10,2024-02-01
s5,D,nps,7,2024-02-01
s6,A,nps,0,2024-07-15
"""
TICKETS = """ticket_id,account_id,opened_at,resolved_at
t1,A,2024-04-01T10:00:00Z,
t2,B,2023-11-01T10:00:00Z,2023-11-05T10:00:00Z
t3,A,2024-07-10T10:00:00Z,
t4,C,2023-12-20T10:00:00Z,2024-01-20T10:00:00Z
"""
RECORDS = {"accounts": {"rows": "records"}, "contracts": {"rows": "records"}}
DATED = {"contracts": ("booked_on", "starts_on"), "surveys": ("answered_at",), "tickets": ("opened_at",)}


def built(folder, monkeypatch, until: date | None = None) -> Store:
    """The company; with `until` as though nothing after that day had ever been written down."""
    folder.mkdir(exist_ok=True)
    (folder / "mine.toml").write_text(CARD)
    monkeypatch.setenv("HOLDFAST_HEALTH", str(folder / "mine.toml"))
    store = Store.open(folder / "own.duckdb")
    texts = {"accounts": ACCOUNTS, "contracts": CONTRACTS, "surveys": SURVEYS, "tickets": TICKETS}
    for table, text in texts.items():
        kept = text if until is None or table == "accounts" else _up_to(text, DATED[table], until)
        (folder / f"{table}.csv").write_text(kept)
        assert import_file(store, folder / f"{table}.csv", table=table, options=RECORDS.get(table, {})).batch is not None
    return store


def _up_to(text: str, named: tuple[str, ...], until: date) -> str:
    """The lines that were written by a day: by the first of the columns that says one. What was resolved later is open."""
    head, *lines = text.strip().splitlines()
    names = head.split(",")
    kept = [head]
    for line in lines:
        row = dict(zip(names, line.split(","), strict=True))
        if next(row[name] for name in named if row[name])[:10] <= str(until):
            late = row.get("resolved_at", "")[:10] > str(until)
            kept.append(",".join("" if late and name == "resolved_at" else row[name] for name in names))
    return "\n".join(kept) + "\n"


@pytest.fixture
def store(tmp_path, monkeypatch):
    opened = built(tmp_path, monkeypatch)
    yield opened
    opened.close()


def rows(store, name: str, day: date) -> dict[str, dict]:
    return {row["account_id"]: row for row in run(name, store, EVERYONE, Question(as_of=day)).rows.iter_rows(named=True)}


def test_who_left_keeps_the_score_of_the_last_day(store):
    """Cedar left on 1 January: on 31 December NPS 4 makes 40; the renewal was a day off, so that its ticket weighs nothing. NPS 10 came later."""
    told = rows(store, "health-frozen", DAY)
    assert set(told) == {"C"}
    cedar = told["C"]
    assert (cedar["churned_on"], cedar["frozen_on"], cedar["score"], cedar["band"]) == (date(2024, 1, 1), date(2023, 12, 31), 40, "at_risk")
    assert cedar["lifecycle"] == "renewal"
    health = run("health", store, EVERYONE, Question(as_of=DAY))
    assert health.rows.filter(account_id="C").select("score", "band").row(0) == (None, None)
    assert health.totals["scored"] == 3 and rows(store, "health-frozen", date(2023, 12, 31)) == {}


def test_a_parent_is_as_the_accounts_below_it(store):
    """Alder: NPS 90, one open ticket 90: 90. Birch: NPS 30, no ticket 100: 65. By ARR (90 x 900 + 65 x 100) / 1000 = 87.5; alike 77.5. Dune,
    which is no parent, and Cedar, which left, stand in no row."""
    told = rows(store, "health-parents", DAY)
    assert set(told) == {"P"}
    parent = told["P"]
    assert (parent["score_by_arr"], parent["band_by_arr"], parent["score_by_count"], parent["band_by_count"]) == (
        87.5,
        "healthy",
        77.5,
        "healthy",
    )
    assert (parent["name"], parent["customers"], parent["arr"], parent["lowest_name"]) == ("Parent", 2, 100_000, "Birch")


def test_where_nobody_has_a_parent_that_is_said(store):
    alone = run("health-parents", store, EVERYONE, Question(as_of=DAY, filters=(("account_id", ("D",)),)))
    assert alone.rows.is_empty() and alone.notes[0].startswith("No company here is several accounts")


def test_before_a_renewal_another_weight_counts(store):
    """Alder renews on 1 September: from 3 July on its renewal is 60 days off, and NPS alone counts, until the next year is booked on 20 July."""
    seen = {day: rows(store, "health", day)["A"] for day in (date(2024, 7, 2), date(2024, 7, 3), date(2024, 7, 19), date(2024, 7, 20))}
    assert [row["lifecycle"] for row in seen.values()] == ["steady", "renewal", "renewal", "steady"]
    assert [row["variant"] for row in seen.values()] == [None, "before a renewal", "before a renewal", None]
    assert [row["score"] for row in seen.values()] == [90, 90, 0, 40]  # NPS 0 from 15 July on; two tickets make 80


def test_deleting_everything_after_the_day_changes_no_score(store, tmp_path, monkeypatch):
    for number, day in enumerate((date(2023, 12, 31), date(2024, 5, 9), date(2024, 5, 10), DAY, date(2024, 7, 19))):
        cut = built(tmp_path / str(number), monkeypatch, until=day)
        names = ("score", "band", "known_weight", "lifecycle", "variant", "exception", "state")
        before, after = (
            {account: [row[name] for name in names] for account, row in rows(one, "health", day).items() if row["state"] != "prospect"}
            for one in (store, cut)
        )
        cut.close()
        assert before == after and before, day
