"""How good is what comes in, import by import, against what the feed usually brings?"""

import polars as pl

from language import mark
from metrics.import_quality import STATES, import_quality
from reports.definition import Answer, Definition
from reports.look import Look, opened_whole
from reports.report import Question

COLUMNS = {
    "batch": "count", "imported_on": "day", "feed": "text", "table": "text", "file": "text", "state": "text", "read": "count",
    "accepted": "count", "rejected": "count", "duplicate": "count", "waiting": "count", "rejected_share": "ratio",
    "usual_rejected_share": "ratio", "days_missing": "count", "emptier": "text", "main_reason": "text",
}  # fmt: skip


def _imports_over_time(look: Look, question: Question) -> Answer:
    """One row per file that stands, newest first: its counts, the share rejected against the feed's usual one, days missing since the
    feed's last, columns that have become emptier, why most rejected rows were, and its state.

    Totals: read, rejected, rejected_share, and how many files there are of each state. Empty for who does not see all accounts.
    """
    told = import_quality(look.view.import_records().lazy(), look.view.filled_columns().lazy()).collect()
    rows = told.with_columns(imported_on=pl.col("imported_at").dt.date()).select(*COLUMNS)
    read, rejected = int(rows["read"].sum()), int(rows["rejected"].sum())
    totals = {"read": read, "rejected": rejected, "rejected_share": rejected / read if read else None}
    return Answer(rows.reverse(), totals | {state: (rows["state"] == state).sum() for state in STATES})


imports_over_time = Definition("import-quality", mark("Data quality over time"), COLUMNS, _imports_over_time, opens=opened_whole)
