"""Which plays run, how far they are, what went into them, and what came of those that ended?"""

from collections.abc import Collection
from datetime import date

import polars as pl

from data.work.plays import has_left, stands_in, team_of
from data.work.templates import shipped
from language import mark, tr
from metrics import plays as counted
from reports.books import Books
from reports.definition import Answer, Definition
from reports.look import Look
from reports.report import Question
from reports.revenue.arr import arr_rows

COLUMNS = {
    "account_id": "text", "name": "text", "play": "text", "reason": "text", "owner": "text", "started_on": "day", "steps": "count",
    "done": "count", "skipped": "count", "overdue": "count", "next_step": "text", "next_due_on": "day", "answer_due_at": "instant",
    "effort_days": "decimal", "effort_cost": "money", "state": "text", "ended_on": "day", "outcome": "text", "root_cause": "text",
    "started_by": "text", "in_place_of": "text", "run_id": "text", "play_id": "text", "batch": "count",
    "account_state": "text",
}  # fmt: skip
OF_STEPS = {
    "account_id": "text", "name": "text", "play": "text", "step": "count", "title": "text", "owner": "text", "due_on": "day",
    "due_at": "instant",
    "status": "text", "is_overdue": "flag", "done_on": "day", "done_at": "instant", "hours_taken": "decimal", "done_by": "text",
    "effort_days": "decimal", "effort_cost": "money", "note": "text", "text": "text", "asks": "text", "in_place_of": "text",
    "run_id": "text", "play_id": "text", "batch": "count",
}  # fmt: skip
STATES = (counted.RUNNING, counted.DONE, counted.STOPPED)


def run_rows(look: Look, day: date) -> pl.LazyFrame:
    """Rows of play_runs in scope, as they stood on a day."""
    return counted.as_on(look.view.table("play_runs").lazy(), day)


def step_rows(look: Look, day: date) -> pl.DataFrame:
    """Steps of the plays in scope as they stood on a day (see `metrics.plays.steps_of`); an open one whose owner has left is with who
    stands in for them, and in_place_of says for whom."""
    steps = counted.steps_of(run_rows(look, day), counted.written_by(look.view.table("play_steps").lazy(), day)).collect()
    is_open = pl.col("status") == counted.OPEN
    return pl.concat([_seen_to(look, steps.filter(is_open)), steps.filter(~is_open)]).sort("started_at", "run_id", "step")


def _seen_to(look: Look, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with account_id and owner: an owner who has left is replaced by who stands in, whom in_place_of tells."""
    named = rows["owner"].drop_nulls().unique().to_list()
    team = team_of(look.store) if named else None
    gone = [one for one in named if team and has_left(one, team)]
    if not gone or team is None:
        return rows
    owners = look.view.accounts().select("account_id", of_account="owner")
    cases = rows.filter(pl.col("owner").is_in(gone)).select("account_id", "owner").unique().join(owners, on="account_id", how="left")
    told = [
        (account, owner, stands_in(owner, other, team))
        for account, owner, other in cases.select("account_id", "owner", "of_account").rows()
    ]
    stands = pl.DataFrame(told, schema={"account_id": pl.String, "owner": pl.String, "instead": pl.String}, orient="row")
    both = rows.join(stands.with_columns(left=True), on=["account_id", "owner"], how="left", maintain_order="left")
    left = pl.col("left").fill_null(value=False)
    return both.with_columns(
        owner=pl.when(left).then("instead").otherwise("owner"), in_place_of=pl.when(left).then("owner").otherwise("in_place_of")
    ).select(rows.columns)


def in_words(frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """Names and steps of plays that came with the product, in the language spoken now; what a team wrote stays as it is."""
    said = {words: tr(words) for words in words_of_plays()}
    changed = {words: other for words, other in said.items() if other != words}
    return frame.with_columns(pl.col(columns).replace(changed)) if changed else frame


def words_of_plays() -> Collection[str]:
    """All words of the plays that come with the product."""
    plays = shipped().values()
    titles = [words for play in plays for step in play.steps for words in (step.title, step.text) if words]
    return {*titles, *(words for play in plays for words in (play.name, play.meaning) if words)}


def _cents(name: str) -> pl.Expr:
    return (pl.col(name).cast(pl.Float64) * 100).round().cast(pl.Int64).alias(name)


def _plays(books: Books, question: Question) -> Answer:
    """One row per started play, the running ones first, those with steps overdue before the others, the newest first.

    steps, done, skipped: how many; overdue: open steps whose day has passed. next_step, next_due_on: the open step that is due first.
    answer_due_at: by when (UTC) the next step is due that is counted in hours. effort_days, effort_cost: what was written down with the
    steps; empty where nothing was. owner: who sees to it; where that person has left, who stands in, and in_place_of names the one who
    left. account_state: as of arr, such as churned. outcome, root_cause: as written at the end. A play counts as it stood on the day looked
    at.
    Totals: plays by state, running ones with overdue steps, effort_days and effort_cost of all.
    """
    if books.day is None:
        return Answer(
            None,
            _totals(pl.DataFrame(schema={"state": pl.String, "overdue": pl.Int64, "effort_days": pl.Float64, "effort_cost": pl.Int64})),
        )
    steps = step_rows(books, books.day)
    runs = run_rows(books, books.day).with_columns(play="name", in_place_of=pl.lit(None, pl.String)).drop("name").collect()
    running = pl.col("state") == counted.RUNNING
    runs = pl.concat([_seen_to(books, runs.filter(running)), runs.filter(~running)])
    found = counted.progress(runs.lazy(), steps.lazy(), books.day).collect()
    order = pl.col("state").replace_strict(dict(zip(STATES, range(3), strict=True)), return_dtype=pl.Int64)
    about = books.names().collect().join(arr_rows(books).select("account_id", account_state="state"), on="account_id", how="left")
    told = found.join(about, on="account_id").with_columns(_cents("effort_cost"), late=pl.col("overdue") > 0, order=order)
    first = [False, True, True, True, False]
    rows = told.sort("order", "late", "started_on", "started_at", "run_id", descending=first).select(*COLUMNS)
    return Answer(in_words(rows, "play", "next_step"), _totals(rows))


def _totals(rows: pl.DataFrame) -> dict[str, object]:
    by_state = {state: (rows["state"] == state).sum() for state in STATES}
    late = rows.filter(pl.col("overdue") > 0).height
    known = {name: rows[name].sum() if rows[name].count() else None for name in ("effort_days", "effort_cost")}
    return by_state | {"plays_overdue": late} | known


def _play_steps(books: Books, question: Question) -> Answer:
    """One row per step of a started play, in the order of the plays; open steps of plays that have ended are left out.

    due_at (UTC): by when a step is due that is counted in hours from the start; hours_taken: how many it took, from the start to the moment
    at which it was said to be done. is_overdue: open, and its day has passed. text: what is meant. asks: root_cause where that is asked for
    in the end. Otherwise as `plays`. Totals: open, done, skipped, overdue.
    """
    if books.day is None:
        return Answer(None, dict.fromkeys(("open", "done", "skipped", "overdue"), 0))
    taken = (pl.col("done_at") - pl.col("started_at")).dt.total_minutes() / 60
    found = step_rows(books, books.day).with_columns(
        _cents("effort_cost"), is_overdue=counted.is_overdue(books.day).fill_null(value=False),
        hours_taken=pl.when(pl.col("clock_hours").is_not_null()).then(taken),
    )  # fmt: skip
    rows = found.join(books.names().collect(), on="account_id", maintain_order="left").select(*OF_STEPS)
    totals = {name: (rows["status"] == name).sum() for name in (counted.OPEN, counted.DONE, counted.SKIPPED)}
    return Answer(in_words(rows, "play", "title", "text"), totals | {"overdue": rows["is_overdue"].sum()})


plays = Definition("plays", mark("Started plays"), COLUMNS, _plays)
play_steps = Definition("play-steps", mark("Steps of started plays"), OF_STEPS, _play_steps)
