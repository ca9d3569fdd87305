"""What has been logged in the app, so that it can be taken back where it was done."""

import polars as pl

from data.store.activities import FEED
from language import mark
from reports.customers.timeline import accounts_in_view
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question

COLUMNS = {
    "batch": "count", "logged_at": "instant", "account_id": "text", "name": "text", "kind": "text", "done_on": "day", "due_on": "day",
    "owner": "text", "body": "text",
}  # fmt: skip


# Tables beside activities that are written on pages: what their rows are called, what they say, and by which right they are seen.
OTHERS = {
    "goals": ("goal", "title", "activities"), "next_steps": ("next_step", "next_step", "activities"),
    "renewal_calls": ("renewal_call", "note", "activities"),
    "contacts": ("contact", "name", "accounts"), "accounts": ("account", "owner", "accounts"),
}  # fmt: skip


def _logged(look: Look, question: Question) -> Answer:
    """One row per conversation, task, goal, next step or call on a renewal that was written in the app and stands, and per contact and
    account changed there last; newest first, with the batch that undoes it. kind: that of an activity, else goal, next_step, renewal_call,
    contact, account."""
    batches = look.store.imports().filter(pl.col("feed") == FEED).select("batch", logged_at="imported_at")
    told = pl.concat([look.view.table("activities"), *(_others(look, question, name) for name in OTHERS)], how="diagonal_relaxed")
    named = told.join(batches, on="batch").join(look.names().collect(), on="account_id")
    rows = named.select(*COLUMNS).sort("batch", descending=True)
    return Answer(rows, {"entries": rows.height})


def _others(look: Look, question: Question, table: str) -> pl.DataFrame:
    """Rows of another table as those of activities are told."""
    kind, said, right = OTHERS[table]
    rows = look.view.accounts() if table == "accounts" else look.view.table(table)
    seen = rows.filter(pl.col("account_id").is_in(accounts_in_view(look, question, right).implode()))
    named = {"next_steps": "next_step_due_on", "goals": "due_on", "renewal_calls": "due_on"}.get(table)
    days = {"due_on": named} if named else {}
    return seen.select("account_id", "batch", kind=pl.lit(kind), body=pl.col(said), **days)


logged = Definition("logged", mark("Logged in the app"), COLUMNS, _logged, opens=opened)
