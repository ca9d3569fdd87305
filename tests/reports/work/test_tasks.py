"""The list of tasks: each in its state, with what stands in its way, of the accounts that a viewer sees, and its totals by hand."""

from contextlib import closing
from datetime import date, timedelta

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, Viewer
from data.work import plays, tasks
from reports.catalogue import run
from reports.report import Question

DAY = date(2024, 6, 30)


def on(days: int | None) -> date | None:
    return None if days is None else DAY + timedelta(days=days)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A pays 1,200 a year, B 600; C churned in May; D is a prospect. Dana is on the list of people, Gone has left, Nobody is on none."""
    opened = Store.open(tmp_path_factory.mktemp("tasks") / "own.duckdb")
    owners = ["dana@example.com", "gone@example.com", "dana@example.com", None]
    accounts = {"account_id": ["A", "B", "C", "D"], "name": ["Alder", "Birch", "Cedar", "Dogwood"], "owner": owners}
    commit_frame(opened, "accounts", pl.DataFrame(accounts), "crm", "analyst")
    folder = opened.path.parent
    lines = [
        "1,A,2024-01-01,2025-01-01,1200,1 year,USD",
        "2,B,2024-01-01,2025-01-01,600,1 year,USD",
        "3,C,2024-01-01,2024-04-01,70,1 month,USD",
    ]
    head = "contract_id,account_id,starts_on,ends_on,amount,period,currency"
    (folder / "contracts.csv").write_text("\n".join([head, *lines]) + "\n")
    assert import_file(opened, folder / "contracts.csv", options={"ends_on": "exclusive"}).batch is not None
    people = {"email": ["dana@example.com", "gone@example.com"], "name": ["Dana", "Gone"], "role": ["csm"] * 2, "is_active": [True, False]}
    commit_frame(opened, "people", pl.DataFrame(people), "people", "analyst", edit=True)
    rows = [
        ("over", "A", "dana@example.com", "open", on(-2), None), ("now", "A", "Dana@Example.com", "open", on(0), None),
        ("left", "B", "gone@example.com", "open", on(3), None), ("free", "D", None, "open", None, None),
        ("gone", "C", "who@example.com", "open", on(9), None), ("ready", "A", "dana@example.com", "done", on(-9), on(0)),
        ("week", "B", "dana@example.com", "done", on(-9), on(-6)), ("long", "B", "dana@example.com", "done", on(-9), on(-7)),
    ]  # fmt: skip
    shape = {
        "activity_id": pl.String,
        "account_id": pl.String,
        "owner": pl.String,
        "status": pl.String,
        "due_on": pl.Date,
        "done_on": pl.Date,
    }
    told = pl.DataFrame(rows, schema=shape, orient="row").with_columns(kind=pl.lit("task"), body=pl.col("activity_id"))
    commit_frame(opened, "activities", told, "crm", "analyst")
    yield opened
    opened.close()


def asked(store, viewer=EVERYONE, **more):
    return run("tasks", store, viewer, Question(as_of=more.pop("as_of", DAY), **more))


def test_each_task_stands_in_its_state_with_what_is_in_the_way(store):
    rows = asked(store).rows.select("task_id", "state", "days_left", "account_state", "owner_is", "in_the_way").rows()
    assert rows == [
        ("over", "overdue", -2, "paying", "listed", []),
        ("now", "due_today", 0, "paying", "listed", []),
        ("left", "ahead", 3, "paying", "left", ["Whose it is has left: give it to somebody else."]),
        ("gone", "ahead", 9, "churned", "not_listed", ["Whose it is stands not on the list of people.", "The account has churned."]),
        ("free", "no_day", None, "prospect", "nobody", ["No due day is set.", "Nobody has it."]),
        ("ready", "done", None, "paying", "listed", []),
        ("week", "done", None, "paying", "listed", []),
        ("long", "done", None, "paying", "listed", []),
    ]


def test_totals_count_open_tasks_and_each_account_once(store):
    """Open: over, now (A, 1,200), left (B, 600), gone (C), free (D); done lately: ready on the day, week six days before."""
    report = asked(store)
    assert report.totals == {
        "tasks": 5, "overdue": 1, "due_today": 1, "ahead": 2, "no_day": 1, "done": 3, "done_today": 1, "done_lately": 2, "accounts": 4,
        "arr": 180000,
    }  # fmt: skip
    assert report.total("arr") == 1800.0


def test_as_of_a_day_what_was_done_later_is_open(store):
    rows = asked(store, as_of=on(-7)).rows
    assert dict(rows.filter(rows["account_id"] == "B").select("task_id", "state").rows()) == {
        "left": "ahead", "week": "overdue", "long": "done",
    }  # fmt: skip


def test_a_play_that_was_started_later_has_no_steps_on_a_day_before_it(store):
    """It was stopped on the next day: on the day itself its first step, due two days later, is open."""
    started = plays.start(store, EVERYONE, "adoption_rescue", "A", "usage", day=DAY)
    run_id = started_run(store)
    stopped = plays.stop(store, EVERYONE, run_id, started.batch, day=on(1), why="They left")
    steps = {days: asked(store, as_of=on(days)).rows.filter(pl.col("play").is_not_null()) for days in (-1, 0, 1)}
    assert steps[-1].is_empty() and steps[1].is_empty()
    assert steps[0].row(0, named=True) | {"task_id": f"{run_id}#1", "state": "ahead", "days_left": 2} == steps[0].row(0, named=True)
    for batch in (stopped.batch, started.batch):
        store.undo(batch)


def test_an_open_step_of_who_has_left_is_with_who_stands_in(store):
    """Dana, who has the account, is disabled; mo is whom she reported to."""
    started = plays.start(store, EVERYONE, "adoption_rescue", "A", "usage again", day=DAY, owner="dana@example.com")
    left = pl.DataFrame({"email": ["dana@example.com"], "is_active": [False], "manager": ["mo@example.com"]})
    boss = pl.DataFrame({"email": ["mo@example.com"], "role": ["manager"], "name": ["Mo"]})
    batches = [commit_frame(store, "people", one, "people", "analyst", edit=True).batch for one in (left, boss)]
    assert set(asked(store).rows.filter(pl.col("play").is_not_null())["owner"]) == {"mo@example.com"}
    for batch in (*batches, started.batch):
        store.undo(batch)


def started_run(store) -> str:
    with View(store) as view:
        return view.table("play_runs")["run_id"][0]


def test_a_viewer_sees_the_tasks_of_the_own_accounts_alone(store):
    assert set(asked(store, Viewer("gone@example.com")).rows["account_id"]) == {"B"}


def test_without_a_list_of_people_nothing_is_said_of_owners(tmp_path):
    bare = Store.open(tmp_path / "own.duckdb")
    assert asked(bare, as_of=None).rows.is_empty()
    commit_frame(bare, "accounts", pl.DataFrame({"account_id": ["A"], "name": ["Alder"], "owner": ["dana"]}), "crm", "analyst")
    tasks.set_task(bare, EVERYONE, "A", "Call", "kim", on(1), day=DAY)
    assert asked(bare).rows.select("owner", "owner_is", "in_the_way").rows() == [("kim", None, [])]
    row = asked(bare).rows.row(0, named=True)  # its batch is what a deed has seen
    tasks.finish(bare, EVERYONE, row["task_id"], DAY, row["batch"])
    report = asked(bare)
    assert (report.totals["tasks"], report.totals["done_today"]) == (0, 1)
    assert report.rows.select("state", "done_on", "done_by").rows() == [("done", DAY, "browser")]
    bare.close()


def test_whose_task_is_of_an_account_that_was_given_away_is_told(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as small:
        accounts = {"account_id": ["A", "B"], "name": ["Alder", "Birch"], "owner": ["dana@example.com", "kim@example.com"]}
        commit_frame(small, "accounts", pl.DataFrame(accounts), "crm", "analyst")
        people = {"email": ["dana@example.com", "kim@example.com", "lee@example.com"], "role": ["csm", "csm", "executive"]}
        commit_frame(small, "people", pl.DataFrame(people), "people", "analyst", edit=True)
        rows = [("own", "A", "dana@example.com"), ("others", "B", "dana@example.com"), ("all", "B", "lee@example.com")]
        told = pl.DataFrame(rows, schema=["activity_id", "account_id", "owner"], orient="row")
        commit_frame(small, "activities", told.with_columns(kind=pl.lit("task"), body=pl.lit("x"), due_on=DAY), "crm", "analyst")
        found = dict(asked(small).rows.select("task_id", "in_the_way").rows())
        assert found == {"own": [], "others": ["Whose it is does not see the account: give it to somebody else."], "all": []}


def test_a_task_is_none_on_a_day_before_it_was_set(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as small:
        commit_frame(small, "accounts", pl.DataFrame({"account_id": ["A"], "owner": ["dana@example.com"]}), "crm", "analyst")
        tasks.set_task(small, EVERYONE, "A", "Send the offer", None, DAY, day=DAY)
        assert [asked(small, as_of=on(days)).rows.height for days in (-1, 0, 1)] == [0, 1, 1]
