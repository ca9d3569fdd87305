"""Forecast: what will today's customers pay, how sure is that, and what is it made of?"""

import streamlit as st

from language import tr
from pages.parts import forecast as parts
from pages.parts import forecast_calls, forecast_log, forecast_targets
from pages.ui import address, charts, filters, header, loaders, states, tables
from pages.ui.figures import row
from reports.report import Report

choice = filters.bar()


def ask(name: str) -> Report:
    return loaders.report(choice.company, name, choice.viewer, choice.now)


arr = ask("arr")
header.show(choice, tr("Forecast"), arr)
if not states.empty(choice, arr):
    report, behind = ask("forecast"), ask("forecast-renewals")
    found = st.container()
    at = address.one_of(tr("Quarter"), "quarter", parts.quarters(report))
    with found, states.finding(parts.headline(report, at)):
        states.unknown(report)
    if parts.told(report):
        st.caption(parts.rests_on(report, at))
        row(parts.figures(report, behind, at))
        forecast_targets.show(choice)
        st.subheader(tr("ARR by quarter"), anchor=False, help=tr(parts.CHART))
        charts.draw(parts.chart(ask("arr-quarters"), report), "forecast")
        st.subheader(tr("Quarter by quarter"), anchor=False)
        tables.table(report, "forecast", columns=parts.COLUMNS)
    else:
        st.info(parts.why_not(report), icon=":material/hourglass_empty:")
        forecast_targets.show(choice)
    st.subheader(parts.due_title(report, at), anchor=False)
    parts.due(behind, report, at)
    forecast_calls.show(choice)
    parts.trust(choice)
    forecast_log.show(choice)
