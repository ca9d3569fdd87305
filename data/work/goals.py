"""Goals that customers want to reach: set, changed, and closed with what proves it."""

from dataclasses import dataclass
from datetime import date

from data.store.edits import EditRefused
from data.store.store import BatchResult, Store
from data.viewer import Viewer
from data.work.writing import write

CLOSED = ("reached", "missed", "dropped")


@dataclass(frozen=True)
class Goal:
    """What a customer wants: title, the measure that shows it, the target, by when, and who sees to it on our side."""

    title: str
    measure: str = ""
    target: str = ""
    due_on: date | None = None
    owner: str = ""


@dataclass(frozen=True)
class Row:
    """A goal that is there, as it was looked at. seen: its batch then."""

    goal_id: str
    account_id: str
    title: str
    state: str
    seen: int


def add(store: Store, viewer: Viewer, account_id: str, goal: Goal, day: date, way: str = "browser") -> BatchResult:
    """Set a goal, as of the day looked at. Raises what `write` raises, and EditRefused without a title."""
    row = {"account_id": account_id, "state": "open", "set_on": day} | _said(goal)
    return write(store, viewer, "goals", [row], way=way)


def change(store: Store, viewer: Viewer, of: Row, goal: Goal, way: str = "browser") -> BatchResult:
    """Say otherwise what is wanted."""
    return write(store, viewer, "goals", [_of(of) | _said(goal)], seen=[of.seen], way=way)


def close(store: Store, viewer: Viewer, of: Row, state: str, evidence: str, day: date, way: str = "browser") -> BatchResult:
    """Say that a goal was reached, missed or dropped, and what shows it. Raises EditRefused where nothing shows that it was reached."""
    if state not in CLOSED:
        raise EditRefused(f"state: takes one of {', '.join(CLOSED)}.")
    if state == "reached" and not evidence.strip():
        raise EditRefused("evidence: say what shows that it was reached.")
    row = _of(of) | {"state": state, "evidence": evidence.strip() or None, "closed_on": day}
    return write(store, viewer, "goals", [row], seen=[of.seen], way=way)


def open_again(store: Store, viewer: Viewer, of: Row, way: str = "browser") -> BatchResult:
    """A goal that was closed is open again; its evidence stays."""
    return write(store, viewer, "goals", [_of(of) | {"state": "open", "closed_on": None}], seen=[of.seen], way=way)


def _of(of: Row) -> dict[str, object]:
    return {"goal_id": of.goal_id, "account_id": of.account_id}


def _said(goal: Goal) -> dict[str, object]:
    if not goal.title.strip():
        raise EditRefused("title: say what the customer wants.")
    words = {name: getattr(goal, name).strip() or None for name in ("title", "measure", "target", "owner")}
    return words | {"due_on": goal.due_on}
