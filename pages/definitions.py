"""Definitions: what every figure means, in the words that all pages use."""

import streamlit as st

from metrics.registry import METRICS

st.title("Definitions")
for metric in METRICS.values():
    st.subheader(metric.title)
    st.markdown(f"{metric.definition}\n\n*Formula:* {metric.formula}  \n*Unit:* {metric.unit}  \n*Source:* {metric.source}")
    if metric.excludes:
        st.caption(f"Leaves out: {metric.excludes}")
