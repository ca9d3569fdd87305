"""What came of the pulls of sources: when, how much, in which batch, and what is to be known of each?"""

import polars as pl

from data.schema import SOURCE_PULLS
from language import mark
from reports.definition import Answer, Definition
from reports.look import Look, opened_whole
from reports.report import Question
from reports.units import empty

COLUMNS = {
    "source": "text", "began_at": "instant", "ended_at": "instant", "outcome": "text", "rows": "count", "batch": "count",
    "requests_made": "count", "retries": "count", "cursor_from": "text", "cursor_to": "text", "problem": "text", "what_to_do": "text",
}  # fmt: skip
OUTCOMES = ("imported", "nothing new", "waiting", "failed")


def _pulls(look: Look, question: Question) -> Answer:
    """One row per pull that says something new, newest first; one that brought nothing new and says what the one before said is not kept.

    rows: that came, those known already among them. batch: what holds them; empty where nothing was imported. Moments in UTC. Totals: how
    many there are of each outcome. Empty for who does not see all accounts.
    """
    found = look.view.table(SOURCE_PULLS.name) if look.viewer.sees_all else None
    if found is None or found.is_empty():
        return Answer(empty(COLUMNS), dict.fromkeys(OUTCOMES, 0))
    rows = found.drop("batch").rename({"batch_number": "batch"}).sort("ended_at", descending=True)
    moments = [name for name, unit in COLUMNS.items() if unit == "instant"]
    shown = rows.with_columns(pl.col(*moments).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")).select(*COLUMNS)
    return Answer(shown, {outcome: (shown["outcome"] == outcome).sum() for outcome in OUTCOMES})


source_pulls = Definition("source-pulls", mark("Pulls of sources"), COLUMNS, _pulls, opens=opened_whole)
