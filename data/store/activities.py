"""Conversations and tasks that people log in the app: each is a batch of its own, taken back like an import."""

from datetime import date

import polars as pl

from data.store.edits import commit_frame
from data.store.store import BatchResult, Store
from data.viewer import EDIT, Viewer

FEED = "logged in the app"


def log_activity(
    store: Store, viewer: Viewer, account_id: str, kind: str, day: date, body: str, owner: str | None, sentiment: str | None = None
) -> BatchResult:
    """Write one activity: a conversation held on `day`, and how it went where that is said, or a task due on it. Raises EditRefused where
    the viewer may not write of that account, NotAllowed where it may not write of any."""
    held = kind == "conversation"
    row = {
        "account_id": account_id,
        "kind": kind,
        "owner": owner,
        "status": "done" if held else "open",
        "done_on": day if held else None,
        "due_on": None if held else day,
        "body": body.strip() or None,
        "sentiment": sentiment if held else None,
    }
    types = {name: pl.Date if name.endswith("_on") else pl.String for name in row}
    who, may = viewer.signs(viewer.owner or "browser"), viewer.allowed(EDIT, "activities")
    return commit_frame(store, "activities", pl.DataFrame([row], schema=types), FEED, who, edit=True, viewer=may)
