"""The time line of a planted account, its entries counted by hand from all tables."""

import json
from contextlib import closing
from datetime import UTC, date, datetime

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE, VIEW, Grant, Viewer
from data.work.conversations import Conversation, log
from data.work.goals import Goal, Row, add, close
from data.work.stakeholders import Person, change
from data.work.writing import write
from reports.catalogue import run
from reports.report import Question

DAY = date(2024, 6, 30)
CONTRACTS = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,seats,cancelled_on
1,A,Basic,2023-01-01,2024-01-01,1200,1 year,USD,5,
2,A,Basic,2024-01-01,2025-01-01,1800,1 year,USD,8,2024-06-01
3,A,Add-on,2023-03-01,2023-09-01,600,1 year,USD,,
4,A,Extra,2023-05-01,2024-05-01,100,1 year,USD,,
5,A,Extra,2024-05-01,,100,1 year,USD,,
6,B,Basic,2024-01-01,,500,1 year,USD,3,
7,A,Later,2024-08-01,,500,1 year,USD,3,
"""
# Ten users on each day of January to April, four in May and June: monthly actives fall by 60 % from April's end to May's.
USAGE = "account_id,user_id,event,occurred_at\n" + "".join(
    f"A,u{user},open,2024-{month:02d}-{day:02d}T10:00:00Z\n"
    for month, users, days in ((1, 10, 31), (2, 10, 29), (3, 10, 31), (4, 10, 30), (5, 4, 31), (6, 4, 30))
    for day in range(1, days + 1)
    for user in range(users)
)


def at(month, day):
    return datetime(2024, month, day, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("timeline")
    with closing(Store.open(folder / "own.duckdb")) as opened:
        filled(opened, folder)
        yield opened


def filled(store, folder):
    (folder / "contracts.csv").write_text(CONTRACTS)
    (folder / "usage.csv").write_text(USAGE)
    accounts = {"account_id": ["A", "B"], "name": ["Alder", "Birch"], "owner": ["dana@example.com", "kim@example.com"]}
    commit_frame(store, "accounts", pl.DataFrame(accounts), "crm", "analyst")
    assert import_file(store, folder / "contracts.csv").batch
    assert import_file(store, folder / "usage.csv").batch
    people = {"contact_id": ["C-1", "C-2"], "account_id": ["A", "A"], "name": ["Ann", "Bob"], "is_champion": [True, None],
              "left_on": [None, date(2024, 4, 2)]}  # fmt: skip
    commit_frame(store, "contacts", pl.DataFrame(people), "crm", "analyst")
    commit_frame(store, "contacts", pl.DataFrame({"contact_id": ["C-3"], "account_id": ["A"], "name": ["Cy"]}), "crm", "analyst")
    tickets = {"ticket_id": ["T-1", "T-2", "T-3"], "account_id": ["A", "A", "A"], "opened_at": [at(2, 1), at(5, 3), at(7, 9)],
               "resolved_at": [at(2, 4), None, None], "priority": ["high", None, None], "subject": ["Export stops", None, "Too late"]}  # fmt: skip
    commit_frame(store, "tickets", pl.DataFrame(tickets), "desk", "analyst")
    surveys = {"survey_id": ["S-1"], "account_id": ["A"], "contact_id": ["C-1"], "kind": ["nps"], "score": [9.0], "comment": ["Good"],
               "answered_at": [at(3, 3)]}  # fmt: skip
    commit_frame(store, "surveys", pl.DataFrame(surveys), "nps", "analyst")
    churn = {"churn_event_id": ["CE"], "account_id": ["A"], "churned_on": [date(2023, 9, 1)], "reason": ["price"]}
    commit_frame(store, "churn_events", pl.DataFrame(churn), "crm", "analyst")
    log(store, EVERYONE, Conversation("A", date(2024, 6, 10), "Agreed the scope", "call", ("C-1", "C-3"), owner="dana@example.com"))
    work = {
        "account_id": ["A"] * 4, "kind": ["task", "task", "note", "conversation"], "status": ["done", "open", None, "done"],
        "due_on": [date(2024, 6, 1), date(2024, 6, 5), None, None], "done_on": [date(2024, 6, 2), None, date(2024, 1, 9), date(2024, 7, 7)],
        "body": ["Send the offer", "Call Cy", "Moved office", "After the day"],
    }  # fmt: skip
    commit_frame(store, "activities", pl.DataFrame(work), "crm", "analyst")
    step = [{"title": "Call them", "owner": None, "due_days": 3, "due_on": "2024-06-13"}]
    write(store, EVERYONE, "play_runs", [{"run_id": "R", "account_id": "A", "play_id": "rescue", "name": "Rescue", "reason": "usage_fell",
          "started_on": date(2024, 6, 10), "started_by": "dana@example.com", "steps": json.dumps(step), "started_at": at(6, 10), "state": "running"}])  # fmt: skip
    done = {"run_id": "R", "step": 1, "account_id": "A", "status": "done", "done_on": date(2024, 6, 12), "started_at": at(6, 10)}
    write(store, EVERYONE, "play_steps", [done])
    add(store, EVERYONE, "A", Goal("Close in three days"), date(2024, 2, 1))
    goal = run("goals", store, EVERYONE, Question()).rows.row(0, named=True)
    row = Row(goal["goal_id"], "A", goal["title"], goal["state"], goal["batch"])
    close(store, EVERYONE, row, "reached", "Mail of 4 May", date(2024, 5, 4))
    ann = run("contacts", store, EVERYONE, Question()).rows.filter(contact_id="C-1").row(0, named=True)
    seen = run("stakeholders", store, EVERYONE, Question()).rows.filter(contact_id="C-1")["batch"][0]
    change(store, EVERYONE, "C-1", "A", Person(ann["name"], is_champion=False), seen)


def told(store, viewer=EVERYONE, **asked):
    return run("timeline", store, viewer, Question(filters=(("account_id", ("A",)),), **asked))


def said(report, kind):
    return [(str(row["day"]), row["what"]) for row in report.rows.iter_rows(named=True) if row["kind"] == kind]


def test_money_is_what_began_ended_was_renewed_changed_and_noticed(store):
    """Basic 1,200 with 5 seats becomes 1,800 with 8; Extra goes on as it was; Add-on is not renewed; Later lies ahead."""
    assert said(told(store), "money") == [
        ("2024-06-01", "Notice for Basic: it ends on 2025-01-01"),
        ("2024-05-01", "Extra renewed: ARR 100.00 USD"),
        ("2024-01-01", "Basic changed: ARR 1,200.00 → 1,800.00 USD, seats 5 → 8"),
        ("2023-09-01", "Churn recorded: price"),
        ("2023-09-01", "Add-on ends: ARR 600.00 USD"),
        ("2023-05-01", "Extra starts: ARR 100.00 USD"),
        ("2023-03-01", "Add-on starts: ARR 600.00 USD"),
        ("2023-01-01", "Basic starts: ARR 1,200.00 USD, seats 5"),
    ]


def test_usage_is_the_first_use_and_falls_between_month_ends(store):
    """End of April: 10 of 10 users; of May: 4 in the 30 days to the 31st, 10 in the 30 before; of June 4 and 4 + those of 1 May."""
    assert said(told(store), "usage") == [
        ("2024-05-31", "Monthly actives fell: 10 → 4 in 30 days"),
        ("2024-01-01", "Used for the first time"),
    ]


def test_tickets_have_their_subject_and_when_they_were_resolved(store):
    assert said(told(store), "tickets") == [
        ("2024-05-03", "T-2, no priority; open"),
        ("2024-02-01", "Export stops, high; resolved on 2024-02-04"),
    ]
    assert said(told(store, as_of=date(2024, 2, 2)), "tickets") == [("2024-02-01", "Export stops, high; open")]


def test_what_was_said_and_done_stands_with_who_took_part(store):
    report = told(store)
    assert said(report, "conversations") == [("2024-06-10", "Call with Ann, Cy: Agreed the scope")]
    assert said(report, "tasks") == [("2024-06-05", "Was due and is open: Call Cy"), ("2024-06-02", "Send the offer")]
    assert said(report, "notes") == [("2024-01-09", "Moved office")]
    assert said(report, "plays") == [("2024-06-12", "Rescue: Call them"), ("2024-06-10", "Play started: Rescue")]
    assert said(report, "goals") == [
        ("2024-05-04", "Goal reached: Close in three days (Mail of 4 May)"), ("2024-02-01", "Goal: Close in three days")
    ]  # fmt: skip
    assert said(report, "surveys") == [("2024-03-03", "NPS answered: 9, by Ann “Good”")]


def test_people_who_came_or_left_and_who_is_no_champion_any_more(store):
    """Ann and Bob were in the first file, so nobody knows when they came. Cy came with the second, Ann was a champion until the edit."""
    words = [what for _, what in said(told(store), "people")]
    assert words == ["Cy is a new contact", "Ann is no champion any more", "Bob left"]


def test_imports_are_the_files_whose_rows_stand(store):
    found = [row for row in told(store).rows.iter_rows(named=True) if row["kind"] == "imports"]
    assert [row["what"] for row in found if row["file"] == "contracts.csv"] == ["contracts.csv: 6 rows of contracts"]


def test_counts_are_those_of_the_rows_and_each_has_its_source(store):
    report = told(store)
    counted = {kind: report.rows.filter(kind=kind).height for kind in report.totals}
    assert counted == report.totals and report.totals["money"] == 8 and report.totals["conversations"] == 1
    contract = report.rows.filter(pl.col("what").str.starts_with("Basic changed")).row(0, named=True)
    assert (contract["source"], contract["file"], contract["line"]) == ("contracts", "contracts.csv", 3)
    assert report.rows["source"].null_count() == 0


def test_the_log_of_then_and_the_day_looked_at_rule(store):
    assert told(store, as_of=date(2023, 4, 1)).totals["money"] == 2
    before = told(store, known_at=1)
    assert before.totals["money"] == 0 and before.totals["imports"] == 1


def test_what_may_not_be_viewed_is_left_out(store):
    own = (("owner", ("dana@example.com",)),)
    reader = Viewer(rights=(Grant(VIEW, "accounts"), Grant(VIEW, "activities", (("owner", ("kim@example.com",)),))))
    told_less = told(store, reader).totals
    assert [told_less[kind] for kind in ("money", "conversations", "tasks", "plays", "goals", "tickets")] == [0, 0, 0, 0, 0, 2]
    dana = Viewer(rights=tuple(Grant(VIEW, kind, own) for kind in ("accounts", "activities", "revenue")))
    assert told(store, dana).totals == told(store).totals | {"imports": 0}  # the log of imports is for who may view it
