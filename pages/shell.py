"""Every request comes through here: the look of all pages, and the way between them."""

import streamlit as st

st.set_page_config(page_title="Holdfast", layout="wide")

PAGES = [
    st.Page("accounts.py", title="Accounts", default=True),
    st.Page("account.py", title="Account", url_path="account"),
    st.Page("revenue.py", title="Revenue", url_path="revenue"),
    st.Page("imports.py", title="Import", url_path="import"),
    st.Page("definitions.py", title="Definitions", url_path="definitions"),
]
st.navigation(PAGES, position="top").run()
