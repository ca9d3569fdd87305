"""What if: the next four quarters if renewals, prices or churn were otherwise; saved as scenarios, and compared."""

from dataclasses import replace

import streamlit as st

from language import tr
from pages.parts import scenarios
from pages.parts import what_if as parts
from pages.ui import address, filters, header, loaders, states
from pages.ui.figures import row

choice = filters.bar()
arr = loaders.report(choice.company, "arr", choice.viewer, choice.now)
header.show(choice, tr("What if"), arr)
if not states.empty(choice, arr):
    found = st.container()
    assumed = parts.assumptions(choice)
    report = parts.worked_out(choice, replace(choice.now, what_if=assumed))
    with found, states.finding(parts.headline(report)):
        pass
    row(parts.figures(report))
    parts.chart(report)
    states.notes(report)
    parts.numbers(report)
    scenarios.show(choice, assumed)
    address.link("forecast.py", tr("What is expected, and what it rests on"), ":material/query_stats:")
