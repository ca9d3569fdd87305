"""What has been logged in the app, so that it can be taken back where it was done."""

import polars as pl

from data.store.activities import FEED
from language import mark
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question

COLUMNS = {
    "batch": "count", "logged_at": "instant", "account_id": "text", "name": "text", "kind": "text", "done_on": "day", "due_on": "day",
    "owner": "text", "body": "text",
}  # fmt: skip


def _logged(look: Look, question: Question) -> Answer:
    """One row per conversation or task logged in the app that stands, newest first, with the batch that undoes it."""
    batches = look.store.imports().filter(pl.col("feed") == FEED).select("batch", logged_at="imported_at")
    named = look.view.table("activities").join(batches, on="batch").join(look.names().collect(), on="account_id")
    rows = named.select(*COLUMNS).sort("batch", descending=True)
    return Answer(rows, {"entries": rows.height})


logged = Definition("logged", mark("Logged in the app"), COLUMNS, _logged, opens=opened)
