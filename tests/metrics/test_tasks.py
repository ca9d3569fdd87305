"""How tasks stand on a day, each state on its edge."""

from datetime import date, timedelta

import polars as pl

from metrics.tasks import as_they_stand, of_plays, ordinary, recently_done

DAY = date(2024, 6, 30)
SHAPE = {
    "due_on": pl.Date,
    "done_on": pl.Date,
    "status": pl.String,
    "done_by": pl.String,
    "owner": pl.String,
    "about": pl.String,
    "set_on": pl.Date,
}


def days(back: int | None) -> date | None:
    return None if back is None else DAY - timedelta(days=back)


def activities(*rows: tuple) -> pl.LazyFrame:
    """Rows of name, status, days back to which it was due, days back at which it was done."""
    told = [
        {"activity_id": name, "account_id": "A", "kind": "task", "owner": "dana", "status": status, "due_on": days(due), "done_on": days(done),
         "done_by": None, "body": name, "about": None, "set_on": None, "batch": 1}
        for name, status, due, done in rows
    ]  # fmt: skip
    return pl.LazyFrame(told, schema_overrides=SHAPE)


def test_each_state_on_its_edge():
    rows = activities(
        ("over", "open", 1, None), ("today", "open", 0, None), ("ahead", "open", -1, None), ("no day", None, None, None), ("done", "done", 3, 2),
        ("done later", "done", 3, -1), ("said alone", " Completed ", 3, None), ("long over", "open", 40, None),
    )  # fmt: skip
    found = as_they_stand(ordinary(rows, day=DAY), day=DAY).select("task_id", "state", "days_left").collect().rows()
    assert found == [
        ("long over", "overdue", -40), ("done later", "overdue", -3), ("over", "overdue", -1), ("today", "due_today", 0), ("ahead", "ahead", 1),
        ("no day", "no_day", None), ("done", "done", None), ("said alone", "done", None),
    ]  # fmt: skip


def test_conversations_are_no_tasks_and_who_did_it_is_whose_it_was():
    rows = activities(("a", "done", 3, 2), ("b", "done", 3, 2)).with_columns(
        kind=pl.when(pl.col("activity_id") == "b").then(pl.lit("conversation")).otherwise("kind")
    )
    assert ordinary(rows, day=DAY).select("task_id", "done_by").collect().rows() == [("a", "dana")]
    other = rows.with_columns(done_by=pl.lit("kim"))
    assert ordinary(other, day=DAY).collect()["done_by"].to_list() == ["kim"]


def test_steps_of_plays_are_tasks_and_those_left_out_are_none():
    steps = pl.LazyFrame(
        {
            "run_id": ["R", "R", "R"], "step": [1, 2, 3], "account_id": ["A"] * 3, "play": ["Rescue"] * 3, "title": ["Call", "Train", "Visit"],
            "owner": ["dana"] * 3, "due_on": [days(1)] * 3, "status": ["done", "open", "skipped"], "done_on": [days(2), None, None],
            "done_by": ["kim", None, None], "batch": [3, 3, 3],
        }
    )  # fmt: skip
    found = as_they_stand(of_plays(steps, day=DAY), day=DAY).select("task_id", "state", "play", "done_by").collect().rows()
    assert found == [("R#2", "overdue", "Rescue", None), ("R#1", "done", "Rescue", "kim")]


def test_lately_is_the_seven_days_that_end_with_the_day():
    rows = activities(("six back", "done", 9, 6), ("seven back", "done", 9, 7), ("today", "done", 9, 0), ("open", "open", 9, None))
    found = as_they_stand(ordinary(rows, day=DAY), day=DAY).filter(recently_done(DAY)).collect()
    assert set(found["task_id"]) == {"six back", "today"}


def test_a_task_of_which_nothing_is_known_but_that_it_was_done_is_none():
    shape = {
        "activity_id": pl.String, "account_id": pl.String, "kind": pl.String, "owner": pl.String, "status": pl.String, "due_on": pl.Date,
        "done_on": pl.Date, "done_by": pl.String, "body": pl.String, "about": pl.String, "set_on": pl.Date, "batch": pl.Int64,
    }  # fmt: skip
    rows = [
        ("taken back", "A", "task", None, "done", None, DAY, "kim@example.com", None, None, None, 2),
        ("kept", "A", "task", None, "done", None, DAY, None, "Call", None, None, 3),
    ]
    assert ordinary(pl.LazyFrame(rows, schema=shape, orient="row"), day=DAY).collect()["task_id"].to_list() == ["kept"]
