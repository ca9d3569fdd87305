"""The reports of started plays: progress and effort of a planted play, an owner who left, rights, and the day looked at."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, Viewer
from data.work import plays
from data.work.templates import Play, Step, save
from data.work.writing import NOTHING
from language import speaking
from reports.catalogue import run
from reports.report import Question
from tests.books import company_at

DAY = date(2023, 12, 28)  # the last day of the company's usage
BEGAN, AT = date(2023, 12, 10), datetime(2023, 12, 10, 9, 0, tzinfo=UTC)
OWN = Play("own", "Our own", (Step("First", 1, owner="kim@example.com"), Step("Second", 40)))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = Store.open(company_at(tmp_path_factory.mktemp("plays") / "own.duckdb"))
    _written(opened)
    yield opened
    opened.close()


def _written(store: Store) -> None:
    """A: refund, two of six steps done on the 10th and 20th, one left out; B: a play of the team, whose first step is of one who left."""
    people = [("kim@example.com", True), ("two@example.com", False), ("lee@example.com", True), ("one@example.com", True)]
    rows = [{"email": email, "role": "csm", "manager": "lee@example.com", "is_active": active} for email, active in people]
    plays.start(store, EVERYONE, "refund", "A", "Asked in a mail", day=BEGAN, at=AT)
    first = plays.run_id_of("refund", "A", "Asked in a mail")
    plays.step(store, EVERYONE, first, 1, NOTHING, day=BEGAN, at=AT.replace(hour=16, minute=30), status="done")
    plays.step(
        store, EVERYONE, first, 2, NOTHING, day=date(2023, 12, 20), at=AT.replace(day=20), status="done", effort_days=2, effort_cost=1234.5
    )  # fmt: skip
    plays.step(store, EVERYONE, first, 4, NOTHING, day=BEGAN, status="skipped", note="They have some")
    save(store, EVERYONE, OWN, seen=NOTHING)
    plays.start(store, EVERYONE, "own", "B", "So", day=BEGAN, at=AT)
    commit_frame(store, "people", pl.DataFrame(rows), "team", "admin")
    plays.start(store, EVERYONE, "own", "C", "It churned in August", day=BEGAN, at=AT)
    with View(store) as view:
        seen = view.table("play_runs").filter(account_id="C")["batch"][0]
    plays.stop(store, EVERYONE, plays.run_id_of("own", "C", "It churned in August"), seen, day=date(2023, 12, 15), why="It had churned")


def rows(store, name, viewer=EVERYONE, **more) -> dict[str, dict]:
    found = run(name, store, viewer, Question(**more)).rows
    return {row["account_id"]: row for row in found.iter_rows(named=True)}


def test_progress_and_effort_are_told(store):
    found = rows(store, "plays")["A"]
    # Due 1, 10, 21, 28, 75, 90 days after the 10th: the third on the 31st, so that nothing is late on the 28th.
    told = {"steps": 6, "done": 2, "skipped": 1, "overdue": 0, "next_step": "Work with them on site", "next_due_on": date(2023, 12, 31)}
    assert {name: found[name] for name in told} == told
    assert (found["effort_days"], found["effort_cost"]) == (2.0, 123_450)
    assert (found["state"], found["answer_due_at"], found["started_by"]) == ("running", None, "browser")


def test_totals_count_plays_by_state_and_those_that_are_late(store):
    totals = run("plays", store, EVERYONE, Question()).totals
    assert totals == {"running": 2, "done": 0, "stopped": 1, "plays_overdue": 1, "effort_days": 2.0, "effort_cost": 123_450}
    assert list(rows(store, "plays")) == ["B", "A", "C"]  # the late one first, the ended one last


def test_steps_tell_by_when_and_how_long_an_answer_took(store):
    found = run("play-steps", store, EVERYONE, Question())
    steps = {(row["account_id"], row["step"]): row for row in found.rows.iter_rows(named=True)}
    first = steps["A", 1]
    # Started 9:00, done 16:30: seven and a half hours of 24.
    assert (first["due_at"], first["hours_taken"]) == (datetime(2023, 12, 11, 9, 0, tzinfo=UTC), 7.5)
    assert steps["A", 2]["hours_taken"] is None
    assert steps["A", 4]["status"] == "skipped"
    assert ("C", 1) not in steps  # open steps of what was stopped are nobody's
    assert found.totals == {"open": 5, "done": 2, "skipped": 1, "overdue": 1}


def test_what_is_of_somebody_who_left_is_with_who_stands_in(store):
    run_b = rows(store, "plays")["B"]
    assert (run_b["owner"], run_b["in_place_of"]) == ("lee@example.com", "two@example.com")
    steps = run("play-steps", store, EVERYONE, Question()).rows.filter(account_id="B")
    assert steps.select("owner", "in_place_of").rows() == [("kim@example.com", None), ("lee@example.com", "two@example.com")]


def test_an_earlier_day_is_told_as_it_was(store):
    found = rows(store, "plays", as_of=date(2023, 12, 14))
    assert (found["A"]["done"], found["A"]["effort_days"]) == (1, None)
    assert (found["C"]["state"], found["C"]["outcome"]) == ("running", None)
    assert rows(store, "plays", as_of=date(2023, 12, 9)) == {}


def test_each_sees_those_of_their_accounts_alone(store):
    for name in ("plays", "play-steps"):
        assert set(rows(store, name, Viewer(owner="one@example.com"))) == {"A"}


def test_words_of_the_product_are_translated_and_those_of_a_team_are_not(store):
    with speaking("zh_Hans"):
        found = rows(store, "plays")
    assert (found["A"]["play"], found["B"]["play"]) == ("要求退款", "Our own")


def test_an_empty_store_has_none(tmp_path):
    opened = Store.open(tmp_path / "none.duckdb")
    for name in ("plays", "play-steps", "play-starts"):
        assert run(name, opened, EVERYONE, Question()).rows.is_empty()
    opened.close()


def test_of_an_account_that_churned_it_says_so(store):
    found = rows(store, "plays")
    assert {account: row["account_state"] for account, row in found.items()} == {"A": "paying", "B": "paying", "C": "churned"}
