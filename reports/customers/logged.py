"""What has been logged in the app, so that it can be taken back where it was done."""

import polars as pl

from data.store.activities import FEED
from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from reports.parameters import as_of, printed
from reports.report import Question, Report

UNITS = {
    "batch": "count", "logged_at": "instant", "account_id": "text", "name": "text", "kind": "text", "done_on": "day", "due_on": "day",
    "owner": "text", "body": "text",
}  # fmt: skip


def logged(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per conversation or task logged in the app that stands, newest first, with the batch that undoes it."""
    with View(store, viewer, question.known_at, question.filters) as view:
        parameters, version = printed(view, viewer, question, as_of(view, question)), view.data_version
        activities, names = view.table("activities"), view.accounts().select("account_id", account="name")
    batches = store.imports().filter(pl.col("feed") == FEED).select("batch", logged_at="imported_at")
    joined = activities.join(batches, on="batch").join(names, on="account_id")
    rows = joined.select(*(name for name in UNITS if name != "name"), name="account").select(*UNITS).sort("batch", descending=True)
    return Report("logged", "Logged in the app", parameters, question.rules, "", version, rows, {"entries": rows.height}, UNITS)
