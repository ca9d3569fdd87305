"""Today: what needs me, and why?"""

import streamlit as st

from language import tr
from pages.parts import today as today_parts
from pages.ui import filters, header, loaders, states, tables, text
from pages.ui.figures import Figure, row

choice = filters.bar()
report = loaders.report(choice.company, "today", choice.viewer, choice.question)
accounts = loaders.report(choice.company, "accounts", choice.viewer, choice.question)
of = report.total

header.show(choice, tr("Today"), accounts)
if not states.empty(choice, accounts):
    with states.finding(today_parts.headline(report)):
        states.record(choice)
        states.unknown(report)
    row(
        [
            Figure(tr("ARR of these accounts"), text.money(of("arr"), report.currency), about=tr("Each account's ARR counts once.")),
            Figure(tr("Renewals without a conversation"), f"{of('renewal_unprepared'):,}", about=today_parts.about("renewal_unprepared")),
            Figure(tr("Health or usage fell"), f"{of('health_or_usage_fell'):,}", about=today_parts.about("health_fell")),
            Figure(tr("Never started"), f"{of('never_started'):,}", about=today_parts.about("never_started")),
        ]
    )
    today_parts.items(choice, report, accounts)
    if choice.viewer.sees_all:
        by_owner = loaders.report(choice.company, "today-by-owner", choice.viewer, choice.question)
        if by_owner.rows["owner"].null_count() < by_owner.rows.height:
            with st.expander(tr("By owner"), icon=":material/groups:"):
                tables.table(by_owner, "today-by-owner")
    if report.rows.height:
        with st.expander(tr("All items as a table"), icon=":material/table_rows:"):
            tables.table(report, "today")
