"""Started plays by hand arithmetic: which steps are open, what is late, what went into them, and how it stood on an earlier day."""

import json
from datetime import UTC, date, datetime

import polars as pl
import pytest

from data.schema import TABLES
from data.work import templates
from metrics import plays, today

AT = datetime(2024, 6, 10, 9, 30, tzinfo=UTC)
DAY = date(2024, 6, 20)


def frame(table: str, *rows: dict) -> pl.LazyFrame:
    """Rows of a table, with the columns that are not said empty."""
    schema = {one.name: one.dtype for one in TABLES[table].columns} | {"batch": pl.Int64}
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema, orient="row").lazy()


def planned(title: str, due_on: str, **more) -> dict:
    return {"title": title, "owner": "dana@example.com", "due_on": due_on, **more}


STEPS = [
    planned("Answer", "2024-06-11", clock_hours=24), planned("Train", "2024-06-19"), planned("Measure", "2024-06-20"),
    planned("Ask why", "2024-07-10", asks="root_cause"),
]  # fmt: skip


def run(run_id="R", state="running", **more) -> dict:
    told = {"account_id": "A", "play_id": "refund", "name": "Refund", "reason": "so", "started_on": date(2024, 6, 10), "started_at": AT}
    return told | {"run_id": run_id, "state": state, "steps": json.dumps(STEPS), "batch": 1} | more


def step(n: int, status="done", **more) -> dict:
    return {"run_id": "R", "step": n, "account_id": "A", "status": status, "started_at": AT, "batch": 10 + n} | more


def test_steps_have_what_was_planned_and_what_was_said_since():
    said = frame("play_steps", step(1, done_on=date(2024, 6, 10), note="Called"), step(2, "open", owner="kim@example.com", due_on=DAY))
    found = plays.steps_of(frame("play_runs", run()), said).collect()
    assert found.columns == list(plays.STEPS)
    assert found.select("step", "title", "owner", "due_on", "status", "batch").rows() == [
        (1, "Answer", "dana@example.com", date(2024, 6, 11), "done", 11),
        (2, "Train", "kim@example.com", DAY, "open", 12),
        (3, "Measure", "dana@example.com", DAY, "open", 0),
        (4, "Ask why", "dana@example.com", date(2024, 7, 10), "open", 0),
    ]
    # 24 hours from 10 June 9:30.
    assert found["due_at"].to_list() == [datetime(2024, 6, 11, 9, 30, tzinfo=UTC), None, None, None]


def test_without_plays_there_are_no_steps():
    assert plays.steps_of(frame("play_runs"), frame("play_steps")).collect().is_empty()


@pytest.mark.parametrize("state", ["stopped", "done"])
def test_open_steps_of_what_has_ended_are_left_out(state):
    found = plays.steps_of(frame("play_runs", run(state=state)), frame("play_steps", step(1), step(2, "skipped"))).collect()
    assert found.select("step", "status").rows() == [(1, "done"), (2, "skipped")]


def test_what_was_written_of_an_earlier_start_says_nothing_of_this_one():
    before = AT.replace(day=9)
    said = frame("play_steps", step(1, note="Of the start that was taken back", started_at=before))
    first = plays.steps_of(frame("play_runs", run()), said).collect().row(0, named=True)
    assert (first["status"], first["note"], first["batch"]) == ("open", None, 11)  # the batch stays: it is what was seen


def test_progress_counts_steps_and_sums_what_went_into_them():
    runs = frame("play_runs", run(), run("S"))
    effort = [{"effort_days": 2.0, "effort_cost": 300}, {"effort_days": 0.5}]
    said = frame("play_steps", step(1, **effort[0]), step(2, "skipped"), step(3, "open", **effort[1], due_on=date(2024, 6, 19)))
    steps = plays.steps_of(runs, said)
    one, other = plays.progress(runs, steps, DAY).collect().to_dicts()
    # R: step 1 done, 2 left out, 3 due on the 19th is a day late on the 20th; 2 + 0.5 days.
    assert [one[name] for name in ("steps", "done", "skipped", "overdue", "next_step")] == [4, 1, 1, 1, "Measure"]
    assert (one["effort_days"], float(one["effort_cost"]), one["answer_due_at"]) == (2.5, 300.0, None)
    # S: nothing said: steps due on the 11th and the 19th are late, that of the 20th is not yet.
    assert [other[name] for name in ("done", "skipped", "overdue", "next_step")] == [0, 0, 2, "Answer"]
    assert (other["effort_days"], other["effort_cost"], other["next_due_on"]) == (None, None, date(2024, 6, 11))


def test_on_an_earlier_day_nothing_was_known_of_later_ones():
    runs = frame("play_runs", run(state="done", ended_on=date(2024, 6, 15), outcome="Stays"), run("L", started_on=date(2024, 6, 13)))
    then = plays.as_on(runs, date(2024, 6, 12)).collect()
    assert then.select("run_id", "state", "ended_on", "outcome").rows() == [("R", "running", None, None)]
    assert plays.as_on(runs, date(2024, 6, 15)).collect()["state"].to_list() == ["done", "running"]
    said = frame("play_steps", step(1, done_on=date(2024, 6, 12), effort_days=1.0), step(2, done_on=date(2024, 6, 13), effort_days=2.0))
    rows = plays.written_by(said, date(2024, 6, 12)).collect().select("step", "status", "effort_days").rows()
    assert rows == [(1, "done", 1.0), (2, "open", None)]


def test_every_kind_of_thing_on_today_can_start_a_play():
    assert set(templates.ITEMS) == set(today.KINDS)
