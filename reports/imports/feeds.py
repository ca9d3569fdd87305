"""How fresh is each feed, and what is expected when?"""

import polars as pl

from language import mark
from metrics.freshness import freshness
from reports.definition import Answer, Definition
from reports.look import Look, opened_whole
from reports.report import Question
from reports.units import empty

COLUMNS = {
    "feed": "text", "table": "text", "state": "text", "last_import_on": "day", "covers_from": "day", "covers_to": "day",
    "expected_on": "day",
    "usual_gap_days": "number", "batches": "count", "read": "count", "rejected": "count",
}  # fmt: skip


def _feeds(look: Look, question: Question) -> Answer:
    """One row per feed and table: days covered, when more is expected, fresh, late or stopped. Empty for who does not see all."""
    found, rows = look.view.feeds(), empty(COLUMNS)
    if look.day and found.height and look.viewer.sees_all:
        seen = freshness(found.lazy(), today=look.day).collect()
        rows = seen.with_columns(last_import_on=pl.col("last_import_at").dt.date()).select(*COLUMNS).sort("feed", "table")
    return Answer(rows, {state: (rows["state"] == state).sum() for state in ("fresh", "late", "stopped")})


feeds = Definition("feeds", mark("Feeds"), COLUMNS, _feeds, opens=opened_whole)
