"""Account: one account's money and usage."""

import streamlit as st

from pages.ui import filters, loaders, states, tables
from reports.one_account import only

choice = filters.bar()
arr = loaders.report(choice.company, "arr", choice.viewer, choice.question)
st.title("Account")
states.fresh(choice, arr)
if not states.empty(choice, arr):
    names = dict(zip(arr.rows["account_id"], arr.rows["name"], strict=True))
    account = st.selectbox("Account", list(names), format_func=names.get, key="account", bind="query-params", index=0)
    for name, title in (
        ("arr", "Revenue"),
        ("usage", "Usage"),
        ("contract-lines", "Contract lines"),
        ("quality", "What does not fit together"),
    ):
        part = only(loaders.report(choice.company, name, choice.viewer, choice.question), account)
        if part.rows.height:
            st.subheader(title)
            tables.table(part, f"account-{name}")
