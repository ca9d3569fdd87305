"""Lifetime: how long do customers stay, what is one worth, and when has it paid for what winning it cost?"""

from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from language import tr
from metrics.cohorts import COHORTS
from pages.parts import lifetime as parts
from pages.parts import lifetime_cohorts, lifetime_value
from pages.ui import address, filters, folds, header, loaders, states
from pages.ui.figures import row
from reports.report import Report

choice = filters.bar()
arr = loaders.report(choice.company, "arr", choice.viewer, choice.now)
header.show(choice, tr("Lifetime"), arr)


def ask(name: str, **more: Any) -> Report:
    return loaders.report(choice.company, name, choice.viewer, replace(choice.question, **more))


if not states.empty(choice, arr):
    found = st.container()
    with st.container(horizontal=True, gap="medium"):
        columns = parts.splits(loaders.columns(choice.company, choice.viewer), COHORTS)
        by = filters.split_by(columns, parts.usual_split(columns))
        weigh = address.one_of(tr("Count"), "weigh", parts.WEIGHED, about=tr(parts.ABOUT_WEIGHED))
        discount = int(address.one_of(tr("Discount a year"), "discount", parts.DISCOUNTS, "10", tr(parts.ABOUT_DISCOUNT)))
    groups, accounts = ask("survival-groups", by=by, weigh=weigh), ask("lifetime-accounts")
    with found, states.finding(parts.headline(groups)):
        states.unknown(groups)
    worth = ask("lifetime-value", by=by, discount=discount)
    row(parts.figures(groups, accounts, worth))
    parts.survival(ask("survival", by=by, weigh=weigh), groups, ask("survival-tests", by=by))
    lifetime_value.three_ways(worth, groups.notes)
    lifetime_value.renewals(ask("lifetime", by=by, discount=discount), partial(ask, "lifetime-curve", by=by, discount=discount))
    lifetime_cohorts.show(ask)
    folds.fold(tr("Every account"), "lifetime-accounts", partial(parts.everybody, accounts), ":material/domain:")
