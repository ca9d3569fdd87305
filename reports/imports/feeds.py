"""How fresh is each feed, and what is expected when?"""

import polars as pl

from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from metrics.freshness import freshness
from reports.parameters import as_of, printed
from reports.report import Question, Report

UNITS = {
    "feed": "text", "table": "text", "state": "text", "last_import_on": "day", "covers_from": "day", "covers_to": "day",
    "expected_on": "day",
    "usual_gap_days": "number", "batches": "count", "read": "count", "rejected": "count",
}  # fmt: skip
TYPES = {"text": pl.String, "day": pl.Date, "number": pl.Float64, "count": pl.Int64}


def feeds(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per feed and table: days covered, when more is expected, fresh, late or stopped. Empty for who does not see all."""
    with View(store, viewer, question.known_at) as view:
        day, found = as_of(view, question), view.feeds()
        parameters, version = printed(view, viewer, question, day), view.data_version
    rows = pl.DataFrame(schema={name: TYPES[unit] for name, unit in UNITS.items()})
    if day and found.height and viewer.sees_all:
        told = freshness(found.lazy(), today=day).collect()
        rows = told.with_columns(last_import_on=pl.col("last_import_at").dt.date()).select(*UNITS).sort("feed", "table")
    stopped = {state: (rows["state"] == state).sum() for state in ("fresh", "late", "stopped")}
    return Report("feeds", "Feeds", parameters, question.rules, "", version, rows, stopped, UNITS | dict.fromkeys(stopped, "count"))
