"""Tasks for accounts: set, changed, done, opened again. Each is one batch, and nobody writes over what they have not seen.

A task is an activity of kind task, written here or imported, or a step of a started play, whose id is that of the play, # and its number.
The same open task is never there twice: account, words, owner and due day.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from unicodedata import category

import polars as pl

from data.access.people import same
from data.approvals.once import IS_DONE, task_told_by
from data.schema import DONE_STATUSES, TASK_SAYS
from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.store.view import View
from data.viewer import EDIT, Viewer
from data.work import plays
from data.work.colleagues import check_may_be_given
from data.work.writing import check_seen, write

LONGEST = 2000
"""Signs of a text that somebody writes on a page."""
FARTHEST = timedelta(days=3653)
"""How far away a task can be due: what is farther is a slip of the pen."""

IS_THERE = pl.any_horizontal(pl.col(name).is_not_null() for name in TASK_SAYS)
"""Whether a task was not taken back: of one that was, what was said of it later may stand, without words, owner and due day."""


class AlreadySet(EditRefused):
    """The same task is open already; nothing was written. task_id: its id."""

    def __init__(self, task_id: str) -> None:
        super().__init__("The same task is there already, for the same person and due day. Nothing was written twice.")
        self.task_id = task_id


def set_task(
    store: Store, viewer: Viewer, account_id: str, title: str, owner: str | None, due_on: date, *, day: date, about: str | None = None,
    task_id: str | None = None, way: str = "browser",
) -> BatchResult:  # fmt: skip
    """Write a task that is due on a day. day: the one looked at, before which nothing can be due. owner: whose it is; None: the account's
    owner. about: the kind of thing on Today that led to it. task_id: its id, where it must be known beforehand.

    Raises AlreadySet; EditRefused for no words, too many, a day that is over, an owner who cannot see the account, or an account that is not
    the viewer's; NotAllowed for who may write none.
    """
    own_one = _owner_of(store, viewer.allowed(EDIT, "activities"), account_id)
    said = worded(title, "what is to be done")
    row = {"account_id": account_id, "kind": "task", "status": "open", "body": said, "about": about, "set_on": day}
    _not_over(due_on, day)
    given = owner or own_one
    check_may_be_given(store, account_id, given)
    with store.alone():
        _is_new(store, row | {"owner": given, "due_on": due_on})
        own = {"activity_id": task_id} if task_id else {}
        return write(store, viewer, "activities", [own | row | {"owner": given, "due_on": due_on}], way=way)


def change(
    store: Store, viewer: Viewer, task_id: str, seen: int, *, title: str, owner: str | None, due_on: date, day: date, way: str = "browser"
) -> BatchResult:
    """Write a task's words, owner and due day anew; of a step of a play owner and due day. seen: the batch that the task had when it was
    looked at. Raises as set_task, and ChangedSince."""
    if step := _step(store, viewer, task_id):
        return plays.step(store, viewer, *step, seen, day=day, way=way, owner=owner, due_on=due_on)
    stands = _task(store, viewer, task_id)
    if due_on != stands["due_on"]:
        _not_over(due_on, day)
    if owner != stands["owner"]:
        check_may_be_given(store, stands["account_id"], owner)
    return _written_once(store, viewer, stands, {"body": worded(title, "what is to be done"), "owner": owner, "due_on": due_on}, seen, way)


def finish(store: Store, viewer: Viewer, task_id: str, day: date, seen: int, way: str = "browser") -> BatchResult:
    """Write that a task is done, on the day looked at, and by whom. Of two who do it the second is told by ChangedSince."""
    if step := _step(store, viewer, task_id):
        return plays.step(store, viewer, *step, seen, day=day, way=way, status="done")
    stands = _task(store, viewer, task_id)
    who = viewer.signs(viewer.owner or way).name
    said = {"status": "done", "done_on": day, "done_by": stands["owner"] if same(who) == same(stands["owner"]) else who}
    return write(store, viewer, "activities", [_key(stands) | said], seen=[seen], way=way)


def reopen(store: Store, viewer: Viewer, task_id: str, day: date, seen: int, way: str = "browser") -> BatchResult:
    """Write that a task that was done is open again. Raises ChangedSince, and AlreadySet where the same was set meanwhile."""
    if step := _step(store, viewer, task_id):
        return plays.step(store, viewer, *step, seen, day=day, way=way, status="open")
    stands = _task(store, viewer, task_id)
    return _written_once(store, viewer, stands, {"status": "open", "done_on": None, "done_by": None}, seen, way)


def _written_once(store: Store, viewer: Viewer, stands: Mapping[str, Any], said: dict[str, Any], seen: int, way: str) -> BatchResult:
    """Write what is said of a task, where that makes it no other open one's double."""
    row = {**stands, **said}
    with store.alone():
        check_seen(store, viewer, "activities", [_key(stands)], [seen])
        if row["done_on"] is None and (row["status"] or "").strip().lower() not in DONE_STATUSES:
            _is_new(store, row)
        return write(store, viewer, "activities", [_key(stands) | said], seen=[seen], way=way)


def worded(text: str | None, what: str) -> str:
    """What somebody wrote, without blanks around it. Raises EditRefused where there is nothing, or more than LONGEST signs."""
    said = (text or "").strip()
    if not any(category(sign)[0] not in "CZ" for sign in said):  # marks that nobody sees are no words
        raise EditRefused(f"Say {what}: it is empty.")
    if len(said) > LONGEST:
        raise EditRefused(f"Say {what} in at most {LONGEST:,} signs: it has {len(said):,}.")
    return said


def _not_over(due_on: date | None, day: date) -> None:
    if due_on is None:
        raise EditRefused("Choose the day on which it is due.")
    if due_on < day:
        raise EditRefused(f"{due_on} is over: the day looked at is {day}. Choose that day or a later one.")
    if due_on - day > FARTHEST:
        raise EditRefused(f"{due_on} is more than ten years away. Choose a day before {day + FARTHEST}.")


def _owner_of(store: Store, viewer: Viewer, account_id: str) -> str | None:
    """Whose account it is. Raises EditRefused where it is not the viewer's, before anything else is told of it."""
    with View(store, viewer) as view:
        found = view.accounts().filter(pl.col("account_id") == account_id)["owner"]
    if found.is_empty():
        raise EditRefused("Tasks can be set for your own accounts alone.")
    return found[0]


def _task(store: Store, viewer: Viewer, task_id: str) -> dict[str, Any]:
    """The task as it stands. Raises EditRefused where there is none among the accounts for which the viewer may write."""
    with View(store, viewer.allowed(EDIT, "activities")) as view:
        found = view.table("activities").filter(pl.col("activity_id") == task_id, pl.col("kind") == "task", IS_THERE)
    if found.is_empty():
        raise EditRefused("There is no such task among your accounts: it was taken back, or its account is another's now.")
    return found.row(-1, named=True)


def _step(store: Store, viewer: Viewer, task_id: str) -> tuple[str, int] | None:
    """The started play and the number of the step that a task is; None for a task of its own, also where its id has such a sign."""
    run_id, sign, number = task_id.rpartition("#")
    if not sign or not number.isdecimal():
        return None
    with View(store, viewer.allowed(EDIT, "activities")) as view:
        named = view.table("play_runs").filter(pl.col("run_id") == run_id).height
        own = view.table("activities").filter(pl.col("activity_id") == task_id).height
    return (run_id, int(number)) if named and not own else None


def _key(stands: Mapping[str, Any]) -> dict[str, Any]:
    return {"activity_id": stands["activity_id"], "account_id": stands["account_id"], "kind": "task"}


def _is_new(store: Store, row: Mapping[str, Any]) -> None:
    """Raises AlreadySet where the same task is open."""
    with View(store) as view:
        open_ones = view.table("activities").filter(
            pl.col("kind") == "task", pl.col("account_id") == row["account_id"], pl.col("due_on") == row["due_on"], ~IS_DONE
        )
    names = ("account_id", "body", "owner", "due_on")
    for one in open_ones.iter_rows(named=True):
        if one["activity_id"] != row.get("activity_id") and task_told_by(*map(one.get, names)) == task_told_by(*map(row.get, names)):
            raise AlreadySet(one["activity_id"])
