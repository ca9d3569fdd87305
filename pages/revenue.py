"""Revenue: how much, and why it moved."""

import streamlit as st

from pages.ui import charts, filters, loaders, states, tables, text

choice = filters.bar()
arr = loaders.report(choice.company, "arr", choice.viewer, choice.question)

st.title("Revenue")
states.fresh(choice, arr)
if not states.empty(choice, arr):
    kept = loaders.report(choice.company, "retention", choice.viewer, choice.question)
    moves = loaders.report(choice.company, "movements", choice.viewer, choice.question)
    of, span = kept.totals.get, f"{kept.parameters['from']} to {kept.parameters['to']}"
    figures = st.columns(4)
    figures[0].metric("ARR", text.money(arr.totals["arr"], arr.currency), help=text.money_in_full(arr.totals["arr"], arr.currency))
    figures[1].metric("NRR", text.percent(of("nrr")), help=f"MRR kept and grown of the accounts there at the start, {span}.")
    figures[2].metric("GRR", text.percent(of("grr")), help=f"MRR kept, no account above its opening, {span}.")
    figures[3].metric(
        "Logo retention",
        text.percent(of("logo_retention")),
        help=f"{of('retained_accounts')} of {of('opening_accounts')} accounts, {span}.",
    )
    bare = text.money_in_full(arr.totals["arr_without_grace"], arr.currency)
    st.caption(f"Without grace: ARR {bare}, NRR {text.percent(of('nrr_without_grace'))}.")
    if moves.rows.height:
        st.subheader("Movements of MRR")
        st.plotly_chart(charts.waterfall(moves), config=charts.CONFIG, key="waterfall")
        st.subheader("MRR at the end of each month")
        st.plotly_chart(charts.closing_line(moves), config=charts.CONFIG, key="closing")
        tables.table(moves, "movements")
