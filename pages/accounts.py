"""Accounts: who is in trouble?"""

import streamlit as st

from pages.ui import filters, loaders, states, tables, text
from pages.ui.figures import Figure, row

COLUMNS = (
    "name",
    "band",
    "score",
    "change",
    "trend",
    "usage_state",
    "mau",
    "seats",
    "arr",
    "state",
    "next_end",
    "owner",
    "segment",
    "account_id",
)

choice = filters.bar()
report = loaders.report(choice.company, "accounts", choice.viewer, choice.question)
of = report.total

st.title("Accounts")
states.fresh(choice, report)
if not states.empty(choice, report):
    row(
        [
            Figure("ARR", text.money(of("arr"), report.currency), about=text.meaning("arr")),
            Figure("Customers", f"{of('customers'):,}", about="Accounts that pay, are in grace or on trial on the day looked at."),
            Figure(
                "At risk", f"{of('at_risk') or 0:,}", f"{text.money(of('arr_at_risk'), report.currency)} ARR",
                about="Customers whose health score is in the lowest band, and the ARR that they pay.", better="neither",
            ),
            Figure("Unused", f"{of('unused'):,}", about="Customers that are live and tracked, and had no event in 30 days."),
        ]
    )  # fmt: skip
    states.record(choice)
    search = st.text_input("Search", placeholder="Search by name or id", label_visibility="collapsed", icon=":material/search:")
    opened = tables.table(report, "accounts", search, COLUMNS, opens=True)
    if opened:
        filters.open_account(opened)
    st.caption("Worst health first. Click a row to open the account.")
