"""How good is what comes in, import by import, against what the feed usually brings?"""

import polars as pl

from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from metrics.import_quality import STATES, import_quality
from reports.parameters import as_of, printed
from reports.report import Question, Report

UNITS = {
    "batch": "count", "imported_on": "day", "feed": "text", "table": "text", "file": "text", "state": "text", "read": "count",
    "accepted": "count", "rejected": "count", "duplicate": "count", "waiting": "count", "rejected_share": "ratio",
    "usual_rejected_share": "ratio", "days_missing": "count", "emptier": "text", "main_reason": "text",
}  # fmt: skip
TYPES = {"text": pl.String, "day": pl.Date, "ratio": pl.Float64, "count": pl.Int64}


def imports_over_time(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per file that stands, newest first: its counts, the share rejected against the feed's usual one, days missing since the
    feed's last, columns that have become emptier, why most rejected rows were, and its state.

    Totals: read, rejected, rejected_share, and how many files there are of each state. Empty for who does not see all accounts.
    """
    with View(store, viewer, question.known_at) as view:
        parameters, version = printed(view, viewer, question, as_of(view, question)), view.data_version
        told = import_quality(view.import_records().lazy(), view.filled_columns().lazy()).collect()
    rows = told.with_columns(pl.col("batch").cast(pl.Int64), imported_on=pl.col("imported_at").dt.date()).select(
        pl.col(name).cast(TYPES[unit]) for name, unit in UNITS.items()
    )
    read, rejected = rows["read"].sum(), rows["rejected"].sum()
    counts = {state: (rows["state"] == state).sum() for state in STATES}
    totals = {"read": read, "rejected": rejected, "rejected_share": rejected / read if read else None} | counts
    units = UNITS | dict.fromkeys(counts, "count")
    return Report("import-quality", "Data quality over time", parameters, question.rules, "", version, rows.reverse(), totals, units)
