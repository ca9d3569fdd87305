"""What people say to the things that Today shows: put off until a day, handed over to a colleague, marked as wrong; and taken back.

Each says why, holds until a day, and shows again before it where the trouble is another one or has got clearly worse (metrics/answers.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from data.access.people import same
from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.viewer import Viewer
from data.work.tasks import set_task, worded
from data.work.writing import check_seen, write

MOST_DAYS = 180
"""For how many days a thing may be put off at most, so that none is put off for ever."""
TAKEN_BACK = "taken back"


@dataclass(frozen=True)
class Item:
    """One thing on Today as it stood when it was looked at: account, kind, the line that was read, basis and worse_from (metrics/today.py),
    and the batch of what was said to it last, 0 where nothing was."""

    account_id: str
    kind: str
    why: str
    basis: str | None
    worse_from: float | None
    seen: int


def item_of(row: Mapping[str, Any]) -> Item:
    """The item of a row of the report `today`."""
    return Item(row["account_id"], row["kind"], row["why"], row["basis"], row["worse_from"], row["seen"] or 0)


def put_off(store: Store, viewer: Viewer, item: Item, until: date, reason: str, *, day: date, way: str = "browser") -> BatchResult:
    """Take a thing off the list until a day, on which it shows again where it is still so. day: the one looked at.

    Raises EditRefused for a day that is over, today, or more than MOST_DAYS away, or without a reason; ChangedSince where somebody else has
    said something to it.
    """
    if until is None or until <= day:
        raise EditRefused(f"Choose a day after {day}, the day looked at: until a day that is over nothing can be put off.")
    if until > day + timedelta(days=MOST_DAYS):
        last = day + timedelta(days=MOST_DAYS)
        raise EditRefused(f"A thing can be put off for {MOST_DAYS} days at most: until {last}.")
    return _said(store, viewer, item, "snoozed", reason, day, way, until=until)


def mark_wrong(store: Store, viewer: Viewer, item: Item, reason: str, *, day: date, holds: int, way: str = "browser") -> BatchResult:
    """Say that a thing is not as it seems, for `holds` days at most (metrics.answers.wrong_for). Raises as put_off."""
    return _said(store, viewer, item, "wrong", reason, day, way, until=day + timedelta(days=holds))


def hand_over(
    store: Store, viewer: Viewer, item: Item, to: str, due_on: date, reason: str, *, day: date, way: str = "browser"
) -> tuple[BatchResult, BatchResult]:
    """Give a colleague a task in one's place, and take the thing off the list; it shows again the day after the task is due, where it is
    still so. The task says the reason as what is to be done.

    Returns the batches of the task and of the answer; undoing both takes it back. Raises as set_task and put_off; then neither is written.
    """
    reason = worded(reason, "what they are to do")
    if not (to or "").strip():
        raise EditRefused("Choose to whom it is handed over.")
    if same(to) == same(viewer.signs(viewer.owner or "").name):
        raise EditRefused("It is yours already. Choose a colleague, or set a task for yourself.")
    task_id = uuid4().hex
    with store.alone():
        check_seen(store, viewer, "item_answers", [{"account_id": item.account_id, "item": item.kind}], [item.seen])
        task = set_task(store, viewer, item.account_id, reason, to, due_on, day=day, about=item.kind, task_id=task_id, way=way)
        until = due_on + timedelta(days=1)
        return task, _said(store, viewer, item, "handed_over", reason, day, way, until=until, handed_to=to, task_id=task_id)


def take_back(store: Store, viewer: Viewer, item: Item, *, day: date, way: str = "browser") -> BatchResult:
    """Let a thing show again as before. A task that was given with it stays with the colleague, who may have begun. Raises ChangedSince."""
    return _said(store, viewer, item, "open_again", TAKEN_BACK, day, way)


def _said(store: Store, viewer: Viewer, item: Item, answer: str, reason: str, day: date, way: str, **more: object) -> BatchResult:
    row: dict[str, object] = {
        "account_id": item.account_id, "item": item.kind, "answer": answer, "until": None, "reason": worded(reason, "why"), "handed_to": None,
        "given_by": viewer.signs(viewer.owner or way).name, "given_on": day, "why": item.why, "basis": item.basis,
        "worse_from": item.worse_from, "task_id": None,
    }  # fmt: skip
    return write(store, viewer, "item_answers", [row | more], seen=[item.seen], way=way)
