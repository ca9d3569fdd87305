"""Design: every element of the pages, live, with made-up figures. Not in the menu: for those who change the pages."""

import streamlit as st

from language import tr
from pages.parts import design as parts
from pages.ui import charts, figures, filters, header, tables

choice = filters.bar()
header.show(choice, tr("Design"))
st.caption(tr("Every element that pages are made of, with made-up figures. Look at it in both themes, and at 375 px."))
st.header(tr("Type, spacing, colours"))
parts.type_scale()
parts.spacing()
parts.colours()
st.header(tr("Status: icon, word and colour"))
parts.status()
st.header(tr("Figures"))
figures.row(parts.figures_shown())
st.header(tr("Table"))
tables.table(parts.accounts(), "design", columns=parts.SHOWN)
st.header(tr("Charts"))
left, right = st.columns(2, gap="large")
with left:
    parts.finding(tr("MRR grew by $24.5K, on expansion"), tr("MRR, January to June 2026"))
    charts.draw(charts.waterfall(parts.months()), "design-waterfall")
with right:
    parts.finding(tr("NRR is at 104.0%, and rises"), tr("Twelve months that close on each month's end"))
    charts.draw(charts.ratios(parts.months(), "closes_on", ("nrr", "grr")), "design-ratios")
    charts.draw(charts.line(parts.months(), "closes_on", "closing"), "design-line")
st.header(tr("When there is little to show"))
parts.states()
st.header(tr("Form, dialog, drawer"))
parts.form()
parts.overlays()
