"""Today: what needs me, and why?"""

import streamlit as st

from language import tr
from pages.parts import today as today_parts
from pages.ui import filters, header, loaders, states, tables
from pages.ui.figures import row

choice = filters.bar()
report = loaders.report(choice.company, "today", choice.viewer, choice.question)
accounts = loaders.report(choice.company, "accounts", choice.viewer, choice.question)

header.show(choice, tr("Today"), accounts)
if not states.empty(choice, accounts):
    with states.finding(today_parts.headline(report)):
        states.record(choice)
        states.unknown(report)
    row(today_parts.figures(report))
    today_parts.items(choice, report, accounts)
    if choice.viewer.sees_all:
        by_owner = loaders.report(choice.company, "today-by-owner", choice.viewer, choice.question)
        if by_owner.rows["owner"].null_count() < by_owner.rows.height:
            with st.expander(tr("By owner"), icon=":material/groups:"):
                tables.table(by_owner, "today-by-owner")
    if report.rows.height:
        with st.expander(tr("All items as a table"), icon=":material/table_rows:"):
            tables.table(report, "today")
