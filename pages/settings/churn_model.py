"""Churn model: may it be used, and how do we know?"""

import streamlit as st

from language import tr
from pages.parts import churn_depth
from pages.parts import churn_model as model_parts
from pages.ui import charts, filters, header, loaders, states, tables
from pages.ui.figures import row

choice = filters.bar()
report = loaders.report(choice.company, "churn-model", choice.viewer, choice.question)
arr = loaders.report(choice.company, "arr", choice.viewer, choice.now)

header.show(choice, tr("Churn model"), arr)
if not states.empty(choice, arr):
    st.header(model_parts.headline(report))
    st.write(report.total("words"))
    st.write(model_parts.spread(report) if model_parts.in_use(report) else tr(model_parts.FALLBACK))
    if report.total("warnings"):
        st.caption(f":material/history: {report.total('warnings')}")
    if report.rows.height:
        row(model_parts.figures(report))
    if averages := model_parts.on_average(report):
        st.write(averages)
    if carries := model_parts.carried(report):
        st.caption(carries)
    if report.total("auc") is not None:
        left, right = st.columns(2, gap="large")
        with left:
            st.subheader(tr("Predicted and actual churn"))
            st.caption(
                tr("Held-out observations in fifths, from the least to the most at risk; each is an account some time before its renewal")
            )
            charts.draw(model_parts.reliability(report), "reliability")
        with right:
            st.subheader(tr("Against its baselines"))
            st.caption(tr("AUC on the same held-out observations; the line at 0.5 is a coin"))
            charts.draw(model_parts.baselines(report), "baselines")
    churn_depth.depth(report)
    model_parts.train_button(choice)
    model_parts.chance(choice)
    with st.expander(tr("What the words mean")):
        st.markdown(tr(model_parts.WORDS))
    if report.rows.height:
        with st.expander(tr("The card in full")):
            tables.table(report, "churn-model")
