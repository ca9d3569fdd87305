"""Accounts: who is in trouble?"""

import streamlit as st

from language import tr
from pages.parts import renewals as renewal_parts
from pages.parts import silence
from pages.parts.accounts import headline, headline_figures
from pages.ui import filters, header, loaders, states, tables
from pages.ui.figures import row

COLUMNS = ("name", "band", "score", "exception", "churn_probability", "usage_state", "weekly_actives", "arr", "next_end", "owner")

choice = filters.bar()
report = loaders.report(choice.company, "accounts", choice.viewer, choice.question)

header.show(choice, tr("Accounts"), report)
if not states.empty(choice, report):
    with states.finding(headline(report)):
        states.record(choice)
        states.unknown(report)
    silence.notice(choice)
    row(headline_figures(report, loaders.report(choice.company, "movements", choice.viewer, choice.question)))
    tables.table(report, "accounts", columns=COLUMNS, actions=renewal_parts.logging(choice))
    st.caption(tr("Those at risk first, by risk: notice given, else churn probability, else health."))
