"""What is there once: an open task (account, words, owner and due day), and a play that runs for an account."""

from collections import Counter

import polars as pl

from data.access.people import same
from data.schema import ACTIVITIES, DONE_STATUSES, PLAY_RUNS
from data.store.view import View

IS_DONE = pl.col("done_on").is_not_null() | pl.col("status").str.strip_chars().str.to_lowercase().is_in(DONE_STATUSES).fill_null(False)
RUNNING = "running"
Told = tuple[str | None, ...]


def told_once(view: View, table: str) -> Counter[Told]:
    """How often each of these is there, by what it is told by; nothing of other tables."""
    if table == ACTIVITIES.name:
        open_ones = view.table(table).filter(pl.col("kind") == "task", ~IS_DONE)
        return Counter(task_told_by(*row) for row in open_ones.select("account_id", "body", "owner", "due_on").rows() if row[3] is not None)
    if table == PLAY_RUNS.name:
        return Counter(view.table(table).filter(state=RUNNING).select("account_id", "play_id").rows())
    return Counter()


def task_told_by(account_id: str | None, body: str | None, owner: str | None, due_on: object) -> Told:
    """By what one task is told from another."""
    return account_id, " ".join((body or "").casefold().split()), same(owner), str(due_on)


def comes_twice(before: Counter[Told], after: Counter[Told]) -> bool:
    """Whether something is there once more that was there already."""
    return any(after[one] > max(before[one], 1) for one in after)
