"""Activation from files to report: first days come from the rollups, in scope, and follow what stands."""

from datetime import date

import polars as pl
import pytest

from data.importing import uploads
from data.importing.desk import OnDesk, Told
from data.importing.proposal import propose
from data.importing.run import import_file
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, Viewer
from reports.catalogue import run
from reports.imports.import_plan import Planned, planned
from reports.imports.same_drop import together
from reports.report import Question

ACCOUNTS = "account_id,name,owner,live_on\nA,Alder,one@example.com,2024-01-31\nB,Birch,two@example.com,\nC,Cedar,two@example.com,\n"
CONTRACTS = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,seats
1,A,Pro,2024-01-01,,100,1 month,USD,4
2,B,Pro,2024-02-10,,250,1 month,USD,2
3,C,Pro,2024-02-10,,70,1 month,USD,2
4,A,Reports,2024-01-01,,10,1 month,USD,4
"""
# A went live on 01-31: what ann did on 01-30 was before; she came on 01-31, cy on 03-31, bob and dee on 04-01. B was only seen
# before its contract.
USAGE = """account_id,user_id,event,occurred_at
A,ann,open,2024-01-30T10:00:00Z
A,ann,open,2024-01-31T10:00:00Z
A,cy,report,2024-03-31T10:00:00Z
A,bob,open,2024-04-01T10:00:00Z
A,dee,open,2024-04-01T10:00:00Z
B,eve,open,2024-02-01T10:00:00Z
"""
DAY = Question(as_of=date(2024, 4, 30))


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    for name, text in (("accounts.csv", ACCOUNTS), ("contracts.csv", CONTRACTS), ("usage.csv", USAGE)):
        (tmp_path / name).write_text(text)
        assert import_file(opened, tmp_path / name, options={"covers": ["2024-01-01", "2024-04-30"]} if name == "usage.csv" else {}).batch
    yield opened
    opened.close()


def test_first_days_count_from_the_start_of_each_account(store):
    with View(store) as view:
        starts = pl.DataFrame({"account_id": ["A"], "started_on": [date(2024, 1, 31)]})
        users = view.user_first_days(starts, date(2024, 4, 30)).drop("account_id").rows()
        assert sorted(users) == [
            ("ann", date(2024, 1, 31)),
            ("bob", date(2024, 4, 1)),
            ("cy", date(2024, 3, 31)),
            ("dee", date(2024, 4, 1)),
        ]
        assert view.user_first_days(starts, date(2024, 3, 30))["user_id"].to_list() == ["ann"]
        assert view.event_first_days(starts, ["report", "nothing"], date(2024, 4, 30)).rows() == [("A", "report", date(2024, 3, 31))]


def test_each_state_and_who_bought_and_did_not_start(store):
    rows = {row["account_id"]: row for row in run("activation", store, EVERYONE, DAY).rows.to_dicts()}
    # Three people by 04-01 (day 61 = 29 + 31 + 1); half of A's four seats came with cy on day 60 (the add-on is for the same four).
    assert rows["A"]["state"] == "activated"
    assert (rows["A"]["activated_on"], rows["A"]["days_to_activate"]) == (date(2024, 4, 1), 61)
    assert rows["A"]["milestones"] == ["First use (day 0)", "Three people (day 61)", "Half of the seats (day 60)"]
    assert (rows["B"]["state"], rows["C"]["state"]) == ("not_started", "not_tracked")
    waiting = run("not-started", store, EVERYONE, DAY)
    assert waiting.rows.select("account_id", "days_since_start", "arr").rows() == [("B", 80, 300000)]  # 02-10 to 04-30; 12 x 250


def test_totals_keep_numerator_and_denominator(store):
    totals = run("activation", store, EVERYONE, DAY).totals
    assert (totals["followed_activated"], totals["followed"], totals["activation_rate"]) == (1, 2, 0.5)
    assert totals["median_days_to_activate"] == 61
    assert run("activation", store, Viewer("two@example.com"), DAY).totals["activation_rate"] == 0


def test_when_usage_stops_the_rate_stays_and_what_cannot_be_seen_is_said(store):
    """Usage is covered to 30 April. On 20 May it has stopped: A is activated and B not started, as they were then."""
    then, now = (run("activation", store, EVERYONE, Question(as_of=day)) for day in (DAY.as_of, date(2024, 5, 20)))
    assert then.totals == now.totals
    assert (then.notes, now.notes) == ((), ("Usage is covered until 2024-04-30, 20 days before the day looked at.",))
    assert run("not-started", store, EVERYONE, Question(as_of=date(2024, 5, 20))).rows["account_id"].to_list() == ["B"]


def test_milestones_that_cannot_be_measured_are_in_no_rate_and_said(store, tmp_path):
    """Of usage without users only the first use can be measured: nobody is activated, and of nobody else it is said that it is not."""
    store.undo(3)
    (tmp_path / "nameless.csv").write_text("account_id,event,occurred_at\nA,open,2024-01-31T10:00:00Z\nB,open,2024-02-11T10:00:00Z\n")
    assert import_file(store, tmp_path / "nameless.csv", options={"covers": ["2024-01-01", "2024-04-30"]}).batch
    report = run("activation", store, EVERYONE, DAY)
    assert dict(report.rows.select("account_id", "state").rows()) == {"A": "not_measured", "B": "not_measured", "C": "not_tracked"}
    assert (report.totals["activated"], report.totals["followed"], report.totals["activation_rate"]) == (0, 0, None)
    assert report.notes == tuple(
        f"“{title}” cannot be measured of 2 of 2 accounts, as no users or seats are known: they count in no rate."
        for title in ("Three people", "Half of the seats")
    )
    funnel = run("activation-funnel", store, EVERYONE, DAY).rows
    assert funnel.select("entered", "reached", "conversion").rows() == [(2, 2, 1.0), (0, 0, None), (0, 0, None)]


def test_who_never_had_an_event_has_not_started_where_the_feed_tells_of_every_account(store, tmp_path):
    """C, 70.00 a month, has no event at all. A person is asked, once for the feed; the next file of it takes the answer over."""
    store.undo(3)
    head = "account_id,user_id,event,occurred_at\n"
    (tmp_path / "may.csv").write_text(USAGE)
    asked = asked_on_the_page(store, "may.csv", USAGE).questions[0]
    assert (asked.option, asked.choices) == ("covers_accounts", ("all", "listed"))
    assert "1 account with a contract has no event in “usage”" in asked.text
    for answer, waiting in (("all", ["B", "C"]), ("listed", ["B"])):
        options = {"covers": ["2024-01-01", "2024-04-30"], "covers_accounts": answer}
        outcome = import_file(store, tmp_path / "may.csv", options=options, feed="usage")
        assert run("not-started", store, EVERYONE, DAY).rows["account_id"].to_list() == waiting
        state = run("usage", store, EVERYONE, DAY).rows.filter(pl.col("account_id") == "C")["state"].item()
        assert state == {"all": "unused", "listed": "not_tracked"}[answer]
        (tmp_path / "june.csv").write_text(head + "A,ann,open,2024-05-02T10:00:00Z\n")
        assert import_file(store, tmp_path / "june.csv", feed="usage").batch
        with View(store) as view:
            assert view.feeds().filter(pl.col("feed") == "usage")["covers_all_accounts"].item() is (answer == "all")
        assert outcome.batch
        for batch in store.imports().filter("standing", pl.col("table") == "usage_events")["batch"]:
            store.undo(batch)


def asked_on_the_page(store: Store, name: str, text: str) -> Planned:
    """The file as a person finds it in a plan."""
    draft = uploads.keep(store.path, name, name, memoryview(text.encode()))
    mapping = propose(text.splitlines()[0].split(","), "usage_events", "usage")
    return together(store, [planned(store, OnDesk(draft, Told(mapping=mapping.to_toml(), answers={"timezone": "UTC"}, again=True)))])[0]


def test_undoing_the_usage_leaves_nothing_to_know(store):
    store.undo(3)
    assert set(run("activation", store, EVERYONE, DAY).rows["state"]) == {"not_tracked"}


def test_milestones_of_ones_own(store, tmp_path, monkeypatch):
    (tmp_path / "own.toml").write_text('[[milestones]]\ntitle = "Report"\nkind = "event"\nevent = "report"\nwithin_days = 60\n')
    monkeypatch.setenv("HOLDFAST_ACTIVATION", str(tmp_path / "own.toml"))
    assert run("activation", store, EVERYONE, DAY).rows.select("account_id", "days_to_activate").rows() == [
        ("B", None),
        ("A", 60),
        ("C", None),
    ]
    (tmp_path / "own.toml").write_text("[[milestones]]\nkind = 1")
    with pytest.raises(ValueError, match=r"HOLDFAST_ACTIVATION: own\.toml"):
        run("activation", store, EVERYONE, DAY)
