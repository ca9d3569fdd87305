"""Renewals: what comes up, what is at risk, and with whom has nobody talked?"""

from dataclasses import replace

import streamlit as st

from data.viewer import UNDO, VIEW
from language import tr
from pages.parts import churn_model as model_parts
from pages.parts import product_pairs, renewal_calls, task_dialogs
from pages.parts import renewals as renewal_parts
from pages.ui import address, filters, header, loaders, states, tables
from pages.ui.choice_words import DAYS
from pages.ui.figures import row
from reports.report import Report

COLUMNS = (  # on a phone the first that fit: who, what is at stake, until when, and why
    "name", "arr", "ends_on", "reasons", "notice_by", "at_risk", "call", "unprepared", "churn_probability",
    "owner",
)  # fmt: skip

choice = filters.bar()
arr = loaders.report(choice.company, "arr", choice.viewer, choice.now)
header.show(choice, tr("Renewals"), arr)
if not states.empty(choice, arr):
    found = st.container()
    within = address.one_of(tr("Coming up in"), "within", DAYS, 90)

    def ask(name: str) -> Report:
        return loaders.report(choice.company, name, choice.viewer, replace(choice.question, within=within))

    report = ask("renewals")
    with found, states.finding(renewal_parts.headline(report)):
        if report.rows.height:
            states.record(choice)
            states.unknown(report)
    row(renewal_parts.figures(report, arr))
    if report.rows.height:
        task_dialogs.last_done(choice, renewal_calls.PLACE)
        tables.table(report, "renewals", columns=COLUMNS, actions=renewal_parts.logging(choice))
        st.caption(tr("Those at risk first, then those with whom nobody has talked in three months, then the soonest."))
    else:
        st.info(tr("No line ends in these days. Look further ahead, or clear a filter."), icon=":material/event_available:")
    product_pairs.ask(choice)
    if report.rows.height:
        if choice.viewer.may(VIEW, "model"):
            model_parts.record(choice)
        if choice.viewer.may(UNDO, "activities"):
            renewal_parts.take_back(choice, ask("logged"))
