"""Tasks for accounts as they stand on a day: those that somebody set or a file brought, and the steps of started plays."""

import polars as pl

from data.schema import DONE_STATUSES, TASK_SAYS

STATES = ("overdue", "due_today", "ahead", "no_day", "done")
"""How a task stands, in the order in which they are listed; no_day: open, and nobody said until when."""
OPEN = STATES[:-1]
RECENT = 7  # days in which what was done is told
SAYS_DONE = pl.col("status").str.strip_chars().str.to_lowercase().is_in(DONE_STATUSES).fill_null(False)
IS_THERE = pl.any_horizontal(pl.col(name).is_not_null() for name in TASK_SAYS)
"""Whether a task says what, whose or until when; one that says none of it was taken back after it was done."""
TASK = ("task_id", "account_id", "owner", "title", "due_on", "done_on", "done_by", "is_done", "play", "about", "batch")


def ordinary(activities: pl.LazyFrame, *, day: object) -> pl.LazyFrame:
    """Activities of kind task, as TASK. One is done where it has a day on which it was done, up to the day looked at, or where its status
    says so and no day is known. done_by: who did it; where nobody is named, whose it was. One that says neither what, nor whose, nor until
    when was taken back after it was done, and is none; so is one that was set after the day looked at.

    activities: activity_id, account_id, kind, owner, status, due_on, done_on, done_by, body, about, set_on, batch.
    """
    begun = (pl.col("set_on") <= pl.lit(day)).fill_null(value=True)
    done = (pl.col("done_on") <= pl.lit(day)).fill_null(SAYS_DONE)
    return activities.filter(pl.col("kind") == "task", IS_THERE, begun).select(
        "account_id", "owner", "due_on", "about", task_id="activity_id", title="body", is_done=done,
        done_on=pl.when(done).then("done_on"), done_by=pl.when(done).then(pl.coalesce("done_by", "owner")),
        play=pl.lit(None, pl.String), batch=pl.col("batch").cast(pl.Int64),
    ).select(TASK)  # fmt: skip


def of_plays(steps: pl.LazyFrame, *, day: object) -> pl.LazyFrame:
    """Steps of started plays, as TASK, each with the started play and its number as id. A step that was left out is no task.

    steps: as metrics.plays.steps_of returns them.
    """
    done = ((pl.col("status") == "done") & (pl.col("done_on") <= pl.lit(day)).fill_null(True)).fill_null(False)
    return (
        steps.filter(pl.col("status") != "skipped")
        .select(
            "account_id", "owner", "title", "due_on", "play", task_id=pl.format("{}#{}", "run_id", "step"), about=pl.lit(None, pl.String),
            is_done=done, done_on=pl.when(done).then("done_on"), done_by=pl.when(done).then(pl.coalesce("done_by", "owner")),
            batch=pl.col("batch").cast(pl.Int64),
        )
        .select(TASK)
    )  # fmt: skip


def as_they_stand(tasks: pl.LazyFrame, *, day: object) -> pl.LazyFrame:
    """Tasks (TASK) with days_left (to the due day; negative where it is over; null without a due day and where it is done) and state, of
    STATES; open ones first, the longest overdue first, of the done the newest."""
    left = (pl.col("due_on") - pl.lit(day)).dt.total_days()
    state = (
        pl.when("is_done").then(pl.lit("done")).when(left < 0).then(pl.lit("overdue")).when(left == 0).then(pl.lit("due_today"))
        .when(left > 0).then(pl.lit("ahead")).otherwise(pl.lit("no_day"))
    )  # fmt: skip
    order = pl.col("state").replace_strict({name: at for at, name in enumerate(STATES)}, return_dtype=pl.Int64)
    stands = tasks.with_columns(state=state, days_left=pl.when(~pl.col("is_done")).then(left))
    newest = pl.when("is_done").then(-pl.col("done_on").cast(pl.Int32))
    return stands.sort(order, newest, "due_on", "account_id", "title", "task_id", nulls_last=True)


def recently_done(day: object) -> pl.Expr:
    """Whether a task was done in the RECENT days that end with a day."""
    return (pl.col("state") == "done") & (pl.col("done_on") > pl.lit(day) - pl.duration(days=RECENT)).fill_null(False)
