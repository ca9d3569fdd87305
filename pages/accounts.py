"""Accounts: what each pays, how it uses the product, and when it ends."""

import streamlit as st

from pages.ui import filters, loaders, states, tables, text

choice = filters.bar()
arr = loaders.report(choice.company, "arr", choice.viewer, choice.question)
usage = loaders.report(choice.company, "usage", choice.viewer, choice.question)

st.title("Accounts")
states.fresh(choice, arr)
if not states.empty(choice, arr):
    figures = st.columns(4)
    figures[0].metric("ARR", text.money(arr.totals["arr"], arr.currency), help=text.money_in_full(arr.totals["arr"], arr.currency))
    figures[1].metric("Paying accounts", f"{arr.totals['accounts_paying']:,}")
    figures[2].metric(
        "In grace", f"{arr.totals['accounts_in_grace']:,}", help="Lapsed without notice; still counted for the days of grace."
    )
    figures[3].metric("Unused", f"{usage.totals['unused']:,}", help="Live and tracked, and without an event in 30 days.")
    search = st.text_input("Search", placeholder="Name or id", label_visibility="collapsed")
    revenue, use = st.tabs(["Revenue", "Usage"])
    with revenue:
        tables.table(arr, "accounts-arr", search)
    with use:
        tables.table(usage, "accounts-usage", search)
