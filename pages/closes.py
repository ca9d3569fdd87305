"""Closes: the period's figures as a board pack, frozen when they are published, and what changed since."""

import streamlit as st

from language import tr
from pages.parts import closes as closing_parts
from pages.ui import filters, header, loaders, states, tables, text
from pages.ui.figures import row

choice = filters.bar()
arr = loaders.report(choice.company, "arr", choice.viewer, choice.now)
header.show(choice, tr("Board pack and closes"), arr)
if not states.empty(choice, arr):
    st.header(tr("Board pack"))
    st.caption(text.literal(closing_parts.covers(choice, arr)))
    closing_parts.downloads(choice, closing_parts.pack_form(choice))
    st.header(tr("What changed since it was published"))
    report = loaders.report(choice.company, "restatement", choice.viewer, closing_parts.latest(choice))
    if not report.totals:
        st.info(
            tr("Nothing is closed yet. Close a period below when its figures are published; from then on, every change is explained here.")
        )
    else:
        for note in report.notes:
            st.caption(note)
        row(closing_parts.figures(report))
        if report.rows.height:
            st.caption(tr("What each account changed since then, and why; every column adds up to the change above it."))
            tables.table(report, "restatement")
        else:
            st.success(tr("Nothing has changed."), icon=":material/check:")
    closed = loaders.report(choice.company, "closes", choice.viewer, choice.question)
    if closed.rows.height:
        st.header(tr("Closed periods"))
        tables.table(closed, "closes")
    if choice.viewer.sees_all:
        closing_parts.close_form(choice)
