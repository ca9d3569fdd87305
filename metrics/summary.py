"""A few lines for who leads: what changed, what is due, what was done, each with its accounts and their ARR."""

from datetime import date, timedelta

import polars as pl

from metrics.tasks import RECENT, recently_done
from metrics.today import GROWTH, KINDS

DUE_WITHIN = 7  # days ahead in which tasks that are not due yet are told
RENEWALS_WITHIN = 30  # days ahead in which renewals are told
LINE = ("part", "what", "count", "accounts", "arr")
CHANGED = tuple(kind for kind in KINDS if kind not in ("never_started", "renewal_unprepared", *GROWTH))


def line(rows: pl.DataFrame, part: str, what: str) -> dict[str, object]:
    """One line: how many, and the accounts concerned with their ARR, each once. rows: account_id, arr (cents; null counts as none)."""
    once = rows.unique("account_id")
    return {"part": part, "what": what, "count": rows.height, "accounts": once.height, "arr": once["arr"].sum()}


def lines(items: pl.DataFrame, tasks: pl.DataFrame, renewals: pl.DataFrame, talks: pl.DataFrame, *, day: date) -> pl.DataFrame:
    """LINE of each part that is not empty. changed: items of Today (account_id, kind, arr) that tell a change. due: tasks (account_id,
    state, days_left, arr) that are overdue, due today and in the DUE_WITHIN days after it; renewals (account_id, arr) of the
    RENEWALS_WITHIN days ahead. done: tasks and conversations (account_id, done_on, arr) of the RECENT days that end with the day."""
    soon = (pl.col("state") == "ahead") & (pl.col("days_left") <= DUE_WITHIN)
    lately = pl.col("done_on").is_between(day - timedelta(days=RECENT - 1), day)
    found = [line(items.filter(pl.col("kind") == kind), "changed", kind) for kind in CHANGED]
    found += [line(tasks.filter(pl.col("state") == state), "due", state) for state in ("overdue", "due_today")]
    found += [line(tasks.filter(soon), "due", "due_soon"), line(renewals, "due", "renewals")]
    found += [line(tasks.filter(recently_done(day)), "done", "tasks_done"), line(talks.filter(lately), "done", "conversations")]
    return pl.DataFrame([one for one in found if one["count"]], schema={name: _dtype(name) for name in LINE}, orient="row")


def _dtype(name: str) -> pl.DataType | type[pl.DataType]:
    return pl.String if name in ("part", "what") else pl.Int64
