"""What assistants may write where their token allows it: a note of a conversation, and a task. Both stand in the log, and `undo` takes them
back."""

from datetime import date
from typing import Any

from data.store.edits import EditRefused
from data.store.store import BatchResult
from data.work import tasks
from data.work.conversations import Conversation, log
from server.assistants.answers import WAY, Desk

WITH_TOKEN = "Writing takes a token: the one kept beside the store, or one of yours that may edit conversations and tasks."


def note(desk: Desk, account_id: str, day: date, said: str) -> dict[str, Any]:
    """Write down what was said with an account on a day. Raises EditRefused, NotAllowed."""
    _with_token(desk)
    done = log(desk.store, desk.viewer, Conversation(account_id, day, said), way=WAY)
    return _told(desk, account_id, done[0])


def task(desk: Desk, account_id: str, title: str, due_on: date, owner: str | None, day: date) -> dict[str, Any]:
    """Set a task for an account. day: the one looked at, before which nothing can be due. Raises EditRefused, NotAllowed."""
    _with_token(desk)
    return _told(desk, account_id, tasks.set_task(desk.store, desk.viewer, account_id, title, owner, due_on, day=day, way=WAY))


def _with_token(desk: Desk) -> None:
    if not desk.may_write:
        raise EditRefused(WITH_TOKEN)


def _told(desk: Desk, account_id: str, done: BatchResult) -> dict[str, Any]:
    return {"batch": done.batch, "taken_back_by": f"python cli.py undo {done.batch}", "link": desk.account(account_id, {})}
