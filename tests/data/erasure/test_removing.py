"""What people write on a page during the day goes with whom it names: answers, goals, plays and their steps, reasons of churns, views."""

import json
from contextlib import closing
from datetime import UTC, date, datetime

import polars as pl
import pytest

from data.erasure.erasing import FIGURES, erase
from data.erasure.subjects import ACCOUNT, PERSON, Subject
from data.store.edits import commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from data.work import plays
from data.work.templates import Play, Step, save
from data.work.writing import NOTHING, write
from metrics.plays import steps_of
from tests.erased import everything

NAME, OTHER = "Quarterbridge", "Norrington"  # of one word each, so that it is looked for in texts alone
DAY, AT = date(2024, 6, 10), datetime(2024, 6, 10, 9, tzinfo=UTC)
NO_CLOSES = pl.DataFrame(schema={"close_id": pl.String, "account_id": pl.String, **dict.fromkeys(FIGURES, pl.Int64)})


@pytest.fixture
def store(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")) as opened:
        accounts = {"account_id": ["A", "B"], "name": ["Alderfield", "Birchwood"], "owner": ["dana@example.com"] * 2}
        commit_frame(opened, "accounts", pl.DataFrame(accounts), "crm", "analyst")
        contacts = {"contact_id": ["CON-7001", "CON-7002"], "account_id": ["A", "A"], "name": [NAME, OTHER]}
        commit_frame(opened, "contacts", pl.DataFrame(contacts), "crm", "analyst")
        worked(opened)
        yield opened


def worked(store: Store) -> None:
    """A day's work in whose every text both people are named."""
    said = f"{NAME} and {OTHER} said so"
    of_a = {"account_id": "A"}
    given = {"given_by": "dana@example.com", "given_on": DAY}
    write(store, EVERYONE, "item_answers", [of_a | given | {"item": "usage_fell", "answer": "snoozed", "reason": said, "why": said}])
    goal = {"title": said, "measure": said, "target": said, "evidence": said, "state": "open"}
    write(store, EVERYONE, "goals", [of_a | goal | {"set_on": DAY}])
    save(store, EVERYONE, Play("own", said, (Step(said, 1, text=said), Step("Close", 2, asks="root_cause")), said), seen=NOTHING)
    plays.start(store, EVERYONE, "own", "A", said, day=DAY, at=AT)
    run = plays.run_id_of("own", "A", said)
    for n in (1, 2):
        plays.step(store, EVERYONE, run, n, NOTHING, day=DAY, at=AT, status="done", note=said)
    with View(store) as view:
        seen = view.table("play_runs")["batch"][0]
    plays.finish(store, EVERYONE, run, seen, day=DAY, outcome=said, root_cause=said)
    answer = {"churned_on": DAY, "reason_id": "price", "evidence": said, "said_by": said, "given_by": "dana@example.com"}
    write(store, EVERYONE, "churn_answers", [of_a | answer])
    view = {"name": said, "page": "accounts", "choices": f"search={NAME}", "owner": "dana@example.com"}
    write(store, EVERYONE, "saved_views", [view])
    talk = {"kind": "conversation", "status": "done", "done_on": DAY, "body": said, "contacts": "CON-7001,CON-7002"}
    write(store, EVERYONE, "activities", [of_a | talk])


def left(store: Store, *words: str) -> list[str]:
    """Rows of the store, as text, that still have one of the words."""
    store.close()
    found = [row for row in everything(store.path) if any(word.lower() in row.lower() for word in words)]
    store._connection = store._connected()
    return found


def test_of_a_person_no_word_is_left_and_others_stay(store):
    with_other = len(left(store, OTHER))
    assert left(store, NAME, "CON-7001")
    told = erase(store, EVERYONE, Subject(PERSON, "CON-7001"), lambda *_: NO_CLOSES)
    assert left(store, NAME, "CON-7001") == []
    assert len(left(store, OTHER)) == with_other
    # Texts: reason and why; title, measure, target and evidence; name, meaning and steps; of the play name, reason and steps as it was
    # started (3), and with outcome and root cause as it ended (5); the note of each of two steps.
    assert {name: told.blanked[f"rows_{name}"] for name in ("item_answers", "goals", "plays", "play_runs", "play_steps")} == {
        "item_answers": 2, "goals": 4, "plays": 3, "play_runs": 5, "play_steps": 2,
    }  # fmt: skip
    assert store.check() == []


def test_a_play_can_still_be_read_step_by_step(store):
    erase(store, EVERYONE, Subject(PERSON, "CON-7001"), lambda *_: NO_CLOSES)
    with View(store) as view:
        runs, steps = view.table("play_runs"), view.table("play_steps")
        goals = view.table("goals")["title"].to_list()
    said = f"erased-1 and {OTHER} said so"
    assert goals == [said]
    assert runs.select("reason", "outcome", "root_cause", "name").row(0) == (said,) * 4
    found = steps_of(runs.lazy(), steps.lazy()).collect()
    assert found.select("step", "title", "text", "status", "note").rows() == [
        (1, said, said, "done", said),
        (2, "Close", None, "done", said),
    ]


def test_somebody_called_like_a_part_of_a_step_breaks_none(store):
    contacts = {"contact_id": ["CON-7003"], "account_id": ["A"], "name": ["Title"]}
    commit_frame(store, "contacts", pl.DataFrame(contacts), "crm", "analyst")
    erase(store, EVERYONE, Subject(PERSON, "CON-7003"), lambda *_: NO_CLOSES)
    with View(store) as view:
        kept = json.loads(view.table("play_runs")["steps"][0])
    assert [one["title"] for one in kept] == [f"{NAME} and {OTHER} said so", "Close"]


def test_of_an_account_everything_that_was_done_for_it_goes(store):
    erase(store, EVERYONE, Subject(ACCOUNT, "A"), lambda *_: NO_CLOSES)
    with View(store) as view:
        for table in ("item_answers", "goals", "play_runs", "play_steps", "churn_answers", "activities"):
            assert view.table(table).is_empty(), table
    assert left(store, "Alderfield") == []


def test_where_it_was_named_as_similar_to_another_account_that_goes_too(store):
    near = {
        "account_id": ["B", "B"], "place": [1, 2], "other_account_id": ["A", "C"], "as_of": [DAY] * 2, "due_on": [DAY] * 2,
        "other_looked_on": [DAY] * 2, "other_due_on": [DAY] * 2, "outcome": ["lost"] * 2, "likeness": [0.5] * 2, "model_version": ["m"] * 2,
    }  # fmt: skip
    commit_frame(store, "similar_looks", pl.DataFrame(near), "churn model", "analyst")
    erase(store, EVERYONE, Subject(ACCOUNT, "A"), lambda *_: NO_CLOSES)
    with View(store) as view:
        assert view.table("similar_looks")["other_account_id"].to_list() == ["C"]
