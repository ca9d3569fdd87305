"""Revenue: how much, and why did it move?"""

from dataclasses import replace
from typing import Any

import streamlit as st

from metrics.sizes import SIZE_BAND
from pages.parts import revenue as revenue_parts
from pages.parts.revenue_figures import headline, headline_figures
from pages.ui import filters, header, loaders, states, text
from pages.ui.figures import row
from reports.report import Question, Report

choice = filters.bar()


def ask(name: str, question: Question = choice.question, **more: Any) -> Report:
    return loaders.report(choice.company, name, choice.viewer, replace(question, **more))


arr = ask("arr")
header.show(choice, "Revenue", arr)
if not states.empty(choice, arr):
    level = filters.level() if revenue_parts.has_parents(arr) else "account"
    counted: dict[str, Any] = {"level": level, "segments": filters.segments(choice.question)}
    kept, moves = ask("retention", **counted), ask("movements", **counted)
    earlier = (ask("arr", choice.before), ask("retention", choice.before, **counted)) if choice.before else (None, None)
    st.subheader(headline(kept, earlier[1], moves))
    st.caption(revenue_parts.period(kept, arr))
    if counted["segments"] == "then":
        st.caption("ARR counts accounts in their segments of now; retention and movements where they were.")
    row(headline_figures(arr, kept, *earlier, choice.comparison))
    bare = text.money_in_full(arr.total("arr_without_grace"), arr.currency)
    st.caption(f"Without grace: ARR {bare}, NRR {text.percent(kept.total('nrr_without_grace'))}.")
    revenue_parts.behind_the_figures(ask("arr", level=level), ask("retention-accounts", **counted))
    revenue_parts.movements(ask, moves, counted)
    left, right = st.columns(2, gap="large")
    with left:
        revenue_parts.trailing(ask("retention-series", **counted))
    with right:
        revenue_parts.renewals(ask("renewal-rate"))
    revenue_parts.split(ask, filters.split_by([*loaders.columns(choice.company, choice.viewer), SIZE_BAND]), counted)
