"""The time line of an account: filtered by kind, with how many there are of each, and every entry with its source."""

from functools import partial
from typing import Any

import streamlit as st

from language import tr, tr_n
from pages.parts.account_asked import of
from pages.ui import folds, tables, text
from pages.ui.choice import Choice
from reports.customers.timeline_words import TITLES
from reports.narrow import where
from reports.report import Report
from reports.words import codes

SHOWN = 12  # entries; all of them in the table
UNASKED = ("imports",)  # kinds that are shown once they are chosen
NO_BREAK = "\u00a0"
COLUMNS = ("day", "kind", "what", "who", "source", "file", "line")
ICONS = {
    "money": "payments", "health": "favorite", "usage": "monitoring", "tickets": "support_agent", "surveys": "rate_review",
    "people": "group", "conversations": "forum", "notes": "sticky_note_2", "tasks": "task_alt", "plays": "playlist_play", "goals": "flag",
    "offers": "sell",
    "imports": "upload_file",
}  # fmt: skip


@st.fragment
def show(choice: Choice, account: str) -> None:
    """The newest entries of the kinds that are chosen (where none is, of all but UNASKED), and all of them as a table."""
    report = of(choice, "timeline", account)
    counts = {kind: report.totals[kind] for kind in TITLES if report.totals[kind]}
    st.header(tr("Time line"), anchor=False)
    if not counts:
        st.caption(tr("Nothing has been recorded yet: no conversation, ticket, survey or contract."))
        return
    labels = {kind: f"{TITLES[kind]} {number:,}" for kind, number in counts.items()}
    kinds = st.pills(
        tr("Kinds"),
        list(labels),
        selection_mode="multi",
        format_func=labels.__getitem__,
        key=f"kinds-{account}",
        label_visibility="collapsed",
    )
    shown = where(report, "kind", *(kinds or [kind for kind in counts if kind not in UNASKED] or counts))
    st.markdown("\n".join([tr("| Day | What |"), "|:--|:--|", *(_line(row) for row in shown.rows.head(SHOWN).iter_rows(named=True))]))
    label = tr_n("{n:,} entry, with its source", "All {n:,} entries, each with its source", shown.rows.height)
    folds.fold(label, f"timeline-{account}", partial(_table, shown), ":material/table_rows:")
    for note in report.notes:
        st.caption(note)


def _table(report: Report) -> None:
    tables.table(report, "timeline", columns=COLUMNS)
    tables.downloads(report, "timeline")


def _line(row: dict[str, Any]) -> str:
    told = [text.literal(row["who"])] if row["who"] else []
    about = f":small[:gray[· {' · '.join([*told, _source(row)])}]]"
    return f"| {text.day(row['day']).replace(' ', NO_BREAK)} | :material/{ICONS[row['kind']]}: {text.cell(row['what'])} {about} |"


def _source(row: dict[str, Any]) -> str:
    """Where an entry stands: a file and its line, what was written in the app, or the report that it was worked out by."""
    if row["line"] is not None:
        return text.cell(tr("{file}, line {line}", file=row["file"], line=row["line"]))
    if row["kind"] in ("health", "usage"):
        return text.cell(tr("report {name}", name=row["kind"]))
    return text.cell(codes.said("feed", row["file"]) if row["file"] else row["source"])
