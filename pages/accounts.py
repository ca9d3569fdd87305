"""Accounts: who is in trouble?"""

import streamlit as st

from pages.parts.accounts import headline_figures
from pages.ui import filters, header, loaders, states, tables
from pages.ui.figures import row

COLUMNS = (
    "name",
    "at_risk",
    "band",
    "score",
    "change",
    "exception",
    "churn_probability",
    "trend",
    "usage_state",
    "mau",
    "seats",
    "arr",
    "state",
    "next_end",
    "owner",
    "segment",
    "account_id",
)

choice = filters.bar()
report = loaders.report(choice.company, "accounts", choice.viewer, choice.question)

header.show(choice, "Accounts", report)
if not states.empty(choice, report):
    row(headline_figures(report))
    states.notes(report)
    states.record(choice)
    search = st.text_input("Search", placeholder="Search by name or id", label_visibility="collapsed", icon=":material/search:")
    opened = tables.table(report, "accounts", search, COLUMNS, opens=True)
    if opened:
        filters.open_account(opened)
    st.caption("Those at risk first, by risk: notice given, else churn probability, else health. Click a row to open the account.")
