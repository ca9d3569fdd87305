"""Portfolio health: how do the customers stand, who moved between the bands over the period, why, and what is at stake?"""

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from language import tr
from pages.parts import health_flow, silence
from pages.parts import portfolio_health as parts
from pages.ui import filters, folds, header, loaders, states
from pages.ui.figures import row
from reports.health.portfolio import bands_of
from reports.health.portfolio_words import headline, usual_split
from reports.report import Report

choice = filters.bar()
arr = loaders.report(choice.company, "arr", choice.viewer, choice.now)
header.show(choice, tr("Portfolio health"), arr)


def ask(name: str, **more: Any) -> Report:
    return loaders.report(choice.company, name, choice.viewer, replace(choice.question, **more))


if not states.empty(choice, arr):
    flow, accounts, whole = ask("health-flow"), ask("portfolio-accounts"), ask("portfolio-health")
    with states.finding(headline(whole, accounts, choice.when)):
        states.record(choice)
        states.unknown(whole)
    silence.notice(choice)
    st.caption(parts.of_when(whole))
    if flow.rows.height:
        row(parts.figures(whole, accounts))
        parts.apart(flow, accounts)
        files = st.container()
        health_flow.show(flow, accounts, bands_of(whole))
        split = filters.split_by(parts.splits(choice, arr))
        by = split or usual_split(accounts)
        with files:
            parts.documents(choice, by)
        parts.groups(ask, by)
        parts.moves(choice, accounts)
        folds.fold(tr("Every customer"), "portfolio-accounts", partial(parts.everybody, accounts), ":material/domain:")
