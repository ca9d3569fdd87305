"""Reconcile: finance's own ARR list beside ours, account by account."""

import streamlit as st

from language import tr
from pages.ui import address, filters, header, loaders, tables, text
from pages.ui.figures import Figure, row

choice = filters.bar()
report = loaders.report(choice.company, "reconcile", choice.viewer, choice.now)
arr = loaders.report(choice.company, "arr", choice.viewer, choice.now)
header.show(choice, tr("Reconcile with finance"), arr)
if report.parameters["day"] is None:
    st.info(
        tr("Bring finance's ARR list: account_id, day, amount. It is imported like any file, and can be undone."),
        icon=":material/upload_file:",
    )
    address.link("imports.py", tr("Import the list"), ":material/upload_file:", main=True)
else:
    st.header(
        tr(
            "{matched:,} of {height:,} accounts agree on {day}",
            matched=report.total("matched"),
            height=report.rows.height,
            day=text.day(report.parameters["day"]),
        )
    )
    ours, theirs = report.total("arr"), report.total("finance")
    row(
        [
            Figure(
                tr("ARR here"),
                text.money(ours, report.currency),
                text.more(ours, theirs, report.currency),
                tr("against finance"),
                better="neither",
            ),
            Figure(tr("ARR in finance's list"), text.money(theirs, report.currency)),
            Figure(tr("Different"), text.count(report.total("different"))),
            Figure(
                tr("On one side only"),
                tr(
                    "{ours} here, {theirs} there",
                    ours=text.count(report.total("only ours")),
                    theirs=text.count(report.total("only finance")),
                ),
            ),
        ]
    )
    tables.table(report, "reconcile")
