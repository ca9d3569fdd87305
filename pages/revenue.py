"""Revenue: how much, and why did it move?"""

from dataclasses import replace
from typing import Any

import streamlit as st

from language import tr
from metrics.sizes import SIZE_BAND
from pages.parts import revenue as revenue_parts
from pages.parts.revenue_compared import Period, beside
from pages.parts.revenue_figures import headline, headline_figures
from pages.ui import address, filters, header, loaders, states
from pages.ui.figures import row
from reports.report import Question, Report

choice = filters.bar()


def ask(name: str, question: Question = choice.question, **more: Any) -> Report:
    return loaders.report(choice.company, name, choice.viewer, replace(question, **more))


arr = ask("arr")
header.show(choice, tr("Revenue"), arr)
if not states.empty(choice, arr):
    level = filters.level() if revenue_parts.has_parents(arr) else "account"
    counted: dict[str, Any] = {"level": level, "segments": filters.segments(choice.question)}
    kept, moves = ask("retention", **counted), ask("movements", **counted)
    now = Period(tr("This period"), arr, kept, moves)
    before = revenue_parts.period_of(ask, choice.before, choice.compares, counted)
    year = revenue_parts.period_of(ask, choice.year_before, "year_before", counted) if choice.before != choice.year_before else None
    with states.finding(headline(kept, before.kept if before else None, moves)):
        revenue_parts.present()
    st.caption(revenue_parts.period(kept, arr))
    if counted["segments"] == "then":
        st.caption(tr("ARR counts accounts in their segments of now; retention and movements where they were."))
    series = ask("retention-series", **counted)
    other = (before.arr, before.kept) if before else (None, None)
    behind = (ask("arr", level=level), ask("retention-accounts", **counted))
    row(headline_figures(arr, kept, other, choice.comparison, moves, series, behind))
    st.caption(revenue_parts.without_grace(arr, kept))
    if address.presenting():
        revenue_parts.bridge(moves, before)
        st.stop()
    revenue_parts.behind_the_figures(*behind)
    revenue_parts.bridge(moves, before)
    beside(now, [one for one in (before, year) if one])
    revenue_parts.movements(ask, moves, counted)
    left, right = st.columns(2, gap="large")
    with left:
        revenue_parts.trailing(series)
    with right:
        revenue_parts.renewals(ask("renewal-rate"))
    revenue_parts.split(ask, filters.split_by([*loaders.columns(choice.company, choice.viewer), SIZE_BAND]), counted)
