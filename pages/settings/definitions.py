"""Definitions: what every figure means, in the words that all pages use."""

import streamlit as st

from language import InLanguage, mark, tr
from metrics.registry import METRICS
from pages.ui import filters, header, loaders, text
from reports.words.codes import said
from reports.words.figure_codes import UNITS

WORDS = InLanguage(
    {
        **UNITS,
        "higher": mark("higher"), "lower": mark("lower"), "neither": mark("neither"),
    }
)  # fmt: skip

choice = filters.bar()
header.show(choice, tr("Definitions"))
st.caption(tr("The same words stand on hover on every page, and in the files that you download."))
search = st.text_input(
    tr("Search"),
    placeholder=tr("Search for a term"),
    label_visibility="collapsed",
    icon=":material/search:",
    key="term",
    bind="query-params",
)
found = [metric for metric in METRICS.values() if search.lower() in f"{metric.title} {metric.name} {metric.definition}".lower()]
if not found:
    st.info(tr("No term has these words. Clear the search."))
for metric in sorted(found, key=lambda metric: metric.title.lower()):
    with st.container(border=False):
        st.header(metric.title, anchor=metric.name)
        st.markdown(metric.definition)
        st.caption(
            tr(
                "{formula} · unit: {unit} · better: {better} · source: {source}",
                formula=metric.formula.rstrip(".\u3002"),
                unit=WORDS[metric.unit],
                better=WORDS[metric.better],
                source=said("source", metric.source),
            )
        )
        if metric.name == "health":
            st.caption(text.literal(loaders.said_of_score(choice.company, choice.viewer)))
        if metric.excludes:
            st.caption(tr("Leaves out: {excludes}", excludes=metric.excludes))
