"""A board of the feeds: is each in, up to when, and when is more expected?"""

from typing import Any

import streamlit as st

from language import tr, tr_n
from pages.importing import words
from pages.ui import loaders, tables, text
from pages.ui.choice import Choice, of_today
from pages.ui.pills import STATES, in_line
from reports.report import Report

CARDS = 12  # feeds; of more, all stand in the table
ORDER = ("stopped", "late", "fresh", "no days")


def board(choice: Choice) -> None:
    """A card for each feed, what needs somebody first."""
    asked = choice.now if choice.company == "sample" else of_today(choice.question)  # nothing more comes in for a made-up company
    report = loaders.report(choice.company, "feeds", choice.viewer, asked)
    st.header(headline(report), anchor=False)
    if report.totals["stopped"]:
        stopped = words.counted(report.totals["stopped"], "feed")
        st.warning(tr("{stopped} stopped: nothing came for three times the usual gap. Silence there is not zero use.", stopped=stopped))
    found = sorted(report.rows.iter_rows(named=True), key=lambda row: ORDER.index(row["state"]))
    with st.grid(3, min_column_width=280, gap="small", key="feeds"):
        for row in found[:CARDS]:
            _card(row)
    if len(found) > CARDS:
        with st.expander(tr("All {found:,} feeds", found=len(found)), key="all-feeds"):
            tables.table(report, "feeds-table")


def headline(report: Report) -> str:
    """How many feeds there are, and how many of them are not as they should be."""
    stopped, late = report.totals["stopped"], report.totals["late"]
    said = [tr("{stopped:,} stopped", stopped=stopped)] if stopped else []
    said += [tr("{late:,} late", late=late)] if late else []
    feeds = tr_n("{n:,} feed", "{n:,} feeds", report.rows.height)
    return tr("{feeds}: {said}", feeds=feeds, said=tr(", ").join(said) or tr("all as they should be"))


def _card(row: dict[str, Any]) -> None:
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.markdown(f"**{text.cell(row['feed'])}** {in_line(STATES[row['state']])}")
        st.caption("  \n".join(line for line in _lines(row) if line))


def _lines(row: dict[str, Any]) -> list[str | None]:
    covers = (
        tr("Covers {covers_from} to {covers_to}", covers_from=text.day(row["covers_from"]), covers_to=text.day(row["covers_to"]))
        if row["covers_to"]
        else None
    )
    expected = tr(", more expected by {expected_on}", expected_on=text.day(row["expected_on"])) if row["expected_on"] else ""
    rejected = tr(", {rejected:,} rejected", rejected=row["rejected"]) if row["rejected"] else ""
    return [
        tr("{table} · last import {last_import_on}", table=words.title(row["table"]), last_import_on=text.day(row["last_import_on"])),
        f"{covers}{expected}" if covers else None,
        tr("{batches}, {read:,} rows{rejected}", batches=words.counted(row["batches"], "file"), read=row["read"], rejected=rejected),
    ]
