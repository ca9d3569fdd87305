"""Activation: who uses what they bought, and who is not onboarded yet?"""

from dataclasses import replace

import streamlit as st

from language import tr
from pages.parts import activation as activation_parts
from pages.parts import activation_curve as curves
from pages.parts import milestones
from pages.parts import renewals as renewal_parts
from pages.ui import filters, header, loaders, states, tables
from pages.ui.figures import row
from reports.report import Question, Report

NOT_STARTED = ("name", "days_since_start", "arr", "owner")
COLUMNS = ("name", "state", "milestones", "days_to_activate", "activated_on", "live_on", "account_id")

choice = filters.bar()


def ask(name: str, question: Question = choice.question) -> Report:
    return loaders.report(choice.company, name, choice.viewer, question)


report = ask("activation")
header.show(choice, tr("Activation"), report)
if not states.empty(choice, report):
    funnel, waiting = ask("activation-funnel"), ask("not-started")
    with states.finding(activation_parts.headline(report, funnel)):
        states.unknown(report)
    earlier = ask("activation", replace(choice.before, as_of=choice.before.end)) if choice.before else None
    row(activation_parts.figures(report, waiting, earlier, choice.comparison))
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(tr("From start to activated"))
        st.caption(tr("Accounts whose start usage covers; in brackets the share that gets from one milestone to the next"))
        activation_parts.funnels(funnel)
    with right:
        st.subheader(tr("Paid, not onboarded"))
        st.caption(tr("Paying and tracked, and no milestone reached; largest ARR first"))
        if waiting.rows.height:
            tables.table(waiting, "not-started", columns=NOT_STARTED, height=300, actions=renewal_parts.logging(choice))
        else:
            st.caption(tr("Every paying account that is tracked has started."))
    curves.show(ask("activation-curve"), ask("activation-cohorts"))
    milestones.show(choice)
    st.subheader(tr("Every account"))
    tables.table(report, "activation", columns=COLUMNS)
