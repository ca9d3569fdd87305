"""Churn reasons: why do accounts leave, what does each reason cost, and what had been said before?"""

from dataclasses import replace

import streamlit as st

from data.viewer import VIEW
from language import tr
from metrics.cohorts import COHORTS
from metrics.sizes import SIZE_BAND
from pages.parts import churn_answers, churn_reason_list
from pages.parts import churn_reasons as parts
from pages.ui import filters, header, loaders, states
from pages.ui.figures import row
from reports.report import Report

choice = filters.bar()
arr = loaders.report(choice.company, "arr", choice.viewer, choice.now)
header.show(choice, tr("Churn reasons"), arr)
if not states.empty(choice, arr):

    def ask(name: str, by: str | None = None) -> Report:
        return loaders.report(choice.company, name, choice.viewer, replace(choice.question, by=by))

    reasons, churned = ask("churn-reasons"), ask("churned-accounts")
    with states.finding(parts.headline(reasons)):
        states.record(choice)
        states.unknown(churned)
    st.caption(parts.of_when(reasons))
    if churned.rows.height:
        row(parts.figures(reasons, churned))
        churn_answers.waiting(choice, replace(choice.question, by=None))
        parts.pareto(choice, reasons, churned)
        parts.split(ask, filters.split_by([*loaders.columns(choice.company, choice.viewer), SIZE_BAND, *COHORTS]))
        churn_answers.in_files(choice, churned)
        parts.every_churn(choice, churned)
    churn_answers.uncounted(choice, ask("uncounted-churn-answers"))
    if choice.viewer.may(VIEW, "plays"):
        churn_reason_list.show(choice)
