"""Started plays and their steps: what is open, what is late, what went into it. Pure functions on the rows of play_runs and play_steps."""

from datetime import date

import polars as pl

STEP_JSON = pl.List(
    pl.Struct(
        {
            "title": pl.String, "owner": pl.String, "due_days": pl.Int64, "clock_hours": pl.Int64, "asks": pl.String, "text": pl.String,
            "due_on": pl.String, "in_place_of": pl.String,
        }
    )
)  # fmt: skip
RUNNING, DONE, STOPPED = "running", "done", "stopped"
OPEN, SKIPPED = "open", "skipped"
ROOT_CAUSE = "root_cause"
STEPS = (
    "run_id", "step", "account_id", "play", "title", "owner", "due_on", "status", "done_on", "done_by", "effort_days", "effort_cost",
    "note", "batch", "play_id", "text", "asks", "clock_hours", "due_at", "done_at", "in_place_of", "started_at",
)  # fmt: skip
SAID = ("status", "owner", "due_on", "done_on", "done_by", "done_at", "effort_days", "effort_cost", "note")
"""What a row of play_steps says of a step."""


def steps_of(runs: pl.LazyFrame, steps: pl.LazyFrame) -> pl.LazyFrame:
    """One row per step of a started play, in the order of the plays and their steps; open steps of plays that have ended are left out.

    runs, steps: rows of the tables play_runs and play_steps, with `batch`. Returns STEPS: play (its name then), owner (e-mail; null where
    the account had none), due_on, status (open, done, skipped), effort_days (days), effort_cost (money), batch (of the row of play_steps;
    0 where nothing was written of the step yet), asks (root_cause, or null), clock_hours (hours from started_at; null = days alone count),
    due_at (UTC; null without clock_hours), in_place_of (who was to do it and has left).
    Rows of a start that was taken back say nothing of a later one for the same reason: they are of another started_at.
    """
    planned = _planned(runs)
    written = steps.select("run_id", "step", *SAID, "batch", of_start="started_at")
    both = planned.join(written, on=["run_id", "step"], how="left", suffix="_said", maintain_order="left")
    same = pl.col("of_start") == pl.col("started_at")
    said = both.with_columns(pl.when(same).then(name).alias(name) for name in _written_names())
    owned = said.with_columns(
        owner=pl.coalesce("owner_said", "owner"), due_on=pl.coalesce("due_on_said", "due_on"),
        status=pl.col("status").fill_null(OPEN), batch=pl.col("batch").fill_null(0).cast(pl.Int64),
        in_place_of=pl.when(pl.col("owner_said").is_null()).then("in_place_of"),
    )  # fmt: skip
    return owned.filter((pl.col("state") == RUNNING) | (pl.col("status") != OPEN)).select(*STEPS)


def _written_names() -> list[str]:
    """The columns of a row of play_steps as they stand beside those planned."""
    return [f"{name}_said" if name in ("owner", "due_on") else name for name in SAID]


def _planned(runs: pl.LazyFrame) -> pl.LazyFrame:
    """One row per step as it was when its play was started."""
    told = runs.select("run_id", "account_id", "play_id", "state", "started_on", "started_at", "steps", play="name")
    listed = told.sort("started_on", "run_id").with_columns(pl.col("steps").str.json_decode(STEP_JSON))
    numbered = listed.with_columns(step=pl.int_ranges(1, pl.col("steps").list.len() + 1)).explode("steps", "step")
    return numbered.drop_nulls("step").unnest("steps").with_columns(
        pl.col("due_on").str.to_date(strict=False), pl.col("step").cast(pl.Int64),
        due_at=pl.col("started_at") + pl.duration(hours=pl.col("clock_hours")),
    )  # fmt: skip


def is_overdue(day: date) -> pl.Expr:
    """Whether a step was to be done before a day and is open."""
    return (pl.col("status") == OPEN) & (pl.col("due_on") < day)


def as_on(runs: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """The plays started by a day, as they stood on it: one that ended later was running."""
    ended = pl.col("ended_on") <= day
    kept = {name: pl.when(ended).then(name) for name in ("ended_on", "outcome", "root_cause")}
    return runs.filter(pl.col("started_on") <= day).with_columns(state=pl.when(ended).then("state").otherwise(pl.lit(RUNNING)), **kept)


def written_by(steps: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """What was written of steps by a day: one that was done later was open."""
    later = (pl.col("done_on") > day).fill_null(value=False)
    gone = [pl.when(~later).then(name).alias(name) for name in ("done_on", "done_by", "done_at", "effort_days", "effort_cost")]
    return steps.with_columns(*gone, status=pl.when(later).then(pl.lit(OPEN)).otherwise("status"))


def progress(runs: pl.LazyFrame, steps: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """Each started play with how far it is on a day, in the order of `runs`.

    runs: rows of play_runs. steps: STEPS, of the same plays. Adds steps (how many it has), done, skipped, overdue, next_step (title of the
    first open one; null where none is), next_due_on, answer_due_at (UTC, the next of those that are counted in hours), effort_days and
    effort_cost (null where nothing was written down).
    """
    is_open = pl.col("status") == OPEN
    first = steps.filter(is_open).sort("due_on", "step").group_by("run_id", maintain_order=True)
    coming = first.agg(next_step=pl.col("title").first(), next_due_on=pl.col("due_on").first(), answer_due_at=pl.col("due_at").min())
    counted = steps.group_by("run_id").agg(
        done=(pl.col("status") == DONE).sum().cast(pl.Int64), skipped=(pl.col("status") == SKIPPED).sum().cast(pl.Int64),
        overdue=is_overdue(day).sum().cast(pl.Int64), effort_days=_sum("effort_days"), effort_cost=_sum("effort_cost"),
    )  # fmt: skip
    planned = runs.with_columns(steps=pl.col("steps").str.json_decode(STEP_JSON).list.len().cast(pl.Int64))
    both = planned.join(counted, on="run_id", how="left", maintain_order="left").join(
        coming, on="run_id", how="left", maintain_order="left"
    )
    return both.with_columns(pl.col("done", "skipped", "overdue").fill_null(0))


def _sum(name: str) -> pl.Expr:
    """The sum of what is known; null where nothing is."""
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum())
