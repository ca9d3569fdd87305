"""Revenue: how much, and why did it move?"""

from dataclasses import replace

import streamlit as st

from pages.ui import charts, filters, loaders, states, tables, text
from pages.ui.figures import row
from pages.ui.revenue_figures import headline, headline_figures
from reports.report import Question, Report

choice = filters.bar()


def ask(name: str, question: Question = choice.question) -> Report:
    return loaders.report(choice.company, name, choice.viewer, question)


arr = ask("arr")
st.title("Revenue")
states.fresh(choice, arr)
if not states.empty(choice, arr):
    kept, moves = ask("retention"), ask("movements")
    earlier = (ask("arr", choice.before), ask("retention", choice.before)) if choice.before else (None, None)
    st.subheader(headline(kept, earlier[1], moves))
    st.caption(
        f"From the balance of {text.day(kept.parameters['from'])} to that of {text.day(kept.parameters['to'])}. Money in {arr.currency}."
    )
    row(headline_figures(arr, kept, *earlier, choice.comparison))
    bare = text.money_in_full(arr.total("arr_without_grace"), arr.currency)
    st.caption(f"Without grace: ARR {bare}, NRR {text.percent(kept.total('nrr_without_grace'))}.")
    if moves.rows.height:
        left, right = st.columns(2, gap="large")
        with left:
            st.subheader("Why MRR moved")
            st.caption("Whole months of the period")
            st.plotly_chart(charts.waterfall(moves), config=charts.CONFIG, key="waterfall")
        with right:
            st.subheader("MRR at the end of each month")
            st.caption(text.meaning("mrr").split("\n")[0])
            st.plotly_chart(charts.line(moves, "month", "closing", hover="%{x|%b %Y}: %{y:,.2f}"), config=charts.CONFIG, key="closing")
        with st.expander("Month by month"):
            tables.table(moves, "movements")
    columns = loaders.columns(choice.company, choice.viewer)
    by = filters.split_by(columns)
    if by:
        tables.table(ask("retention", replace(choice.question, by=by)), "by-retention")
        with st.expander(f"Movements by {text.title(by).lower()}, month by month"):
            tables.table(ask("movements", replace(choice.question, by=by)), "by-movements")
