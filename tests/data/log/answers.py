"""A report's rows and totals, without what tells of the log itself, to set two stores side by side."""

from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from reports.catalogue import run
from reports.report import Question

# Which file a row came from, and what an import's own counts were at the moment it came in.
OF_THE_LOG = {
    "batch",
    "line",
    "file",
    "seq",
    "data_version",
    "imported_at",
    "last_import_on",
    "accepted",
    "duplicate",
    "waiting",
    "step_batch",
}
# Tells of each import what it counted on the day it came in, whatever stands now; and the time line tells of each file by itself.
BY_IMPORT = {"migration", "timeline"}


def answered(store: Store, name: str, question: Question, viewer: Viewer = EVERYONE) -> tuple:
    """Column names, rows as sorted texts, totals as texts; raises what the report raises."""
    report = run(name, store, viewer, question)
    columns = [column for column in report.rows.columns if column not in OF_THE_LOG]
    totals = {key: str(value) for key, value in report.totals.items() if key not in OF_THE_LOG}
    return columns, sorted(map(str, report.rows.select(columns).rows())), totals
