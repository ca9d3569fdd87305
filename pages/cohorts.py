"""Cohorts: how do accounts that began together hold out, and what is a customer worth?"""

from dataclasses import replace

import streamlit as st

from language import tr
from language.formats import sentences
from pages.parts import cohorts as cohort_charts
from pages.ui import address, charts, filters, header, loaders, states, tables, text
from pages.ui.figures import row
from reports.report import Report

ECONOMICS = ("month", "arpa", "gross_margin", "customer_churn", "ltv", "cac", "ltv_to_cac", "payback_months", "renewal_rate")
VARIANTS = ("month", "ltv", "ltv_low", "ltv_high", "ltv_without_margin", "ltv_by_renewal", "renewal_period", "annual_churn", "quick_ratio")
MEASURES = cohort_charts.MEASURES

choice = filters.bar()
arr = loaders.report(choice.company, "arr", choice.viewer, choice.now)
header.show(choice, tr("Cohorts"), arr)
if not states.empty(choice, arr):
    found = st.container()
    with st.container(horizontal=True, gap="medium"):
        per = address.one_of(tr("Cohorts by"), "per", cohort_charts.PER, "quarter")
        shown = address.one_of(tr("Show"), "measure", MEASURES, "net")

    def ask(name: str) -> Report:
        return loaders.report(choice.company, name, choice.viewer, replace(choice.question, per=per))

    report, averages, economics = ask("cohorts"), ask("cohort-averages"), ask("unit-economics")
    found.header(cohort_charts.headline(averages))
    st.caption(sentences((text.meaning(shown) or "").split("\n")[0], tr("The number behind each cohort is its accounts.")))
    if shown == "margin_per_account" and not report.rows["margin"].count():
        st.info(report.notes[0], icon=":material/payments:")
    else:
        with st.container(key="heat-map"):
            figure, wide = cohort_charts.heat_map(report, averages, shown), cohort_charts.width(averages, shown)
            charts.draw(figure, "heat", wide)
            tables.downloads(report, "heat")  # what scrolls needs something that a key can reach
    st.caption(cohort_charts.kept_without_grace(averages, shown))
    with st.expander(tr("The numbers behind it")):
        tables.table(report, "cohorts")
        st.caption(tr("On average, over the cohorts old enough, weighted by their opening size"))
        tables.table(averages, "cohort-averages")
    st.header(tr("What a customer is worth, and costs"))
    st.caption(cohort_charts.of_when(economics))
    first, second = cohort_charts.economics(economics)
    row(first, "figures-worth")
    row(second, "figures-cost")
    st.caption(cohort_charts.without_grace(economics))
    for note in economics.notes:
        st.caption(f":material/info: {note}")
    monthly, variants = st.tabs([tr("Month by month"), tr("LTV in three variants")])
    with monthly:
        tables.table(economics, "unit-economics", columns=ECONOMICS)
    with variants:
        tables.table(economics, "ltv-variants", columns=VARIANTS)
