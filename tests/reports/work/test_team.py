"""The load of each owner and the day in short, as reports: who sees what, and what counts once."""

from datetime import date, timedelta

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from data.work import tasks
from reports.catalogue import run
from reports.report import Question

DAY = date(2024, 6, 30)


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A (1,200) and B (600) are Dana's, C (2,400) Kim's, who gave notice; D churned. Dana talked with A 31 days ago, Kim with C today."""
    folder = tmp_path_factory.mktemp("team")
    opened = Store.open(folder / "own.duckdb")
    owners = ["dana@example.com", "dana@example.com", "Kim", "Kim"]
    commit_frame(opened, "accounts", pl.DataFrame({"account_id": list("ABCD"), "name": list("ABCD"), "owner": owners}), "crm", "analyst")
    lines = [
        "1,A,2023-01-01,2025-01-01,1200,1 year,USD,", "2,B,2023-01-01,2025-01-01,600,1 year,USD,",
        "3,C,2023-01-01,2025-01-01,2400,1 year,USD,2024-06-20", "4,D,2023-01-01,2024-01-01,500,1 year,USD,",
    ]  # fmt: skip
    head = "contract_id,account_id,starts_on,ends_on,amount,period,currency,cancelled_on"
    (folder / "contracts.csv").write_text("\n".join([head, *lines]) + "\n")
    assert import_file(opened, folder / "contracts.csv", options={"ends_on": "exclusive"}).batch is not None
    talks = {
        "activity_id": ["t1", "t2"],
        "account_id": ["A", "C"],
        "kind": ["conversation"] * 2,
        "owner": ["Dana@Example.com", "Kim"],
        "done_on": [ago(31), DAY],
    }
    commit_frame(opened, "activities", pl.DataFrame(talks), "crm", "analyst")
    people = {"email": ["kim@example.com", "dana@example.com"], "name": ["Kim", "Dana"], "role": ["manager", "csm"], "owner": ["Kim", None]}
    commit_frame(opened, "people", pl.DataFrame(people), "people", "analyst", edit=True)
    tasks.set_task(opened, EVERYONE, "C", "Ask why", "kim@example.com", DAY, day=DAY)
    tasks.set_task(opened, EVERYONE, "A", "Call", "dana@example.com", ago(-3), day=DAY)
    yield opened
    opened.close()


def load(store, viewer=EVERYONE, **more):
    return run("team-load", store, viewer, Question(as_of=DAY, **more))


def test_each_person_is_one_however_they_are_written(store):
    """Kim owns as Kim and was given a task by e-mail address; D is no customer any more."""
    columns = ("owner", "accounts_owned", "arr", "tasks", "overdue", "needing", "items", "without_contact", "talks_lately")
    assert load(store).rows.select(columns).rows() == [
        ("Kim", 1, 240000, 1, 0, 1, 1, 0, 1), ("dana@example.com", 2, 180000, 1, 0, 0, 0, 2, 0),
    ]  # fmt: skip


def test_totals_are_those_of_the_reports_behind(store):
    team, today, listed = load(store), *(run(name, store, EVERYONE, Question(as_of=DAY)) for name in ("today", "tasks"))
    assert (team.totals["items"], team.totals["needing"]) == (today.totals["items"], today.totals["accounts"]) == (1, 1)
    assert (team.totals["tasks"], team.totals["overdue"]) == (listed.totals["tasks"], listed.totals["overdue"]) == (2, 0)
    assert team.total("arr") == run("arr", store, EVERYONE, Question(as_of=DAY)).total("arr") == 4200.0


def test_from_how_many_days_without_contact_is_chosen(store):
    assert load(store, silent=31).totals["without_contact"] == 2  # A: 31 days ago; B: never
    assert load(store, silent=32).totals["without_contact"] == 1
    assert load(store, silent=32).parameters["silent"] == 32


def test_a_csm_sees_the_own_line_alone(store):
    rows = load(store, Viewer("dana@example.com")).rows
    assert rows["owner"].to_list() == ["dana@example.com"]


def test_where_nobody_had_logged_a_conversation_contact_is_not_known(store):
    report = run("team-load", store, EVERYONE, Question(as_of=ago(32)))
    assert report.rows["without_contact"].null_count() == report.rows.height and "without_contact" not in report.totals
    assert report.notes == ("No conversation with anybody was logged by then: that says nothing of an account.",)


def test_the_day_in_short_opens_to_the_same_accounts(store):
    report = run("day-summary", store, EVERYONE, Question(as_of=DAY))
    assert report.rows.rows() == [
        ("changed", "notice_given", 1, 1, 240000), ("due", "due_today", 1, 1, 240000), ("due", "due_soon", 1, 1, 120000),
        ("done", "conversations", 1, 1, 240000),
    ]  # fmt: skip


def test_an_empty_store_has_no_lines(tmp_path):
    bare = Store.open(tmp_path / "own.duckdb")
    assert load(bare).rows.is_empty() and run("day-summary", bare, EVERYONE, Question()).rows.is_empty()
    bare.close()
