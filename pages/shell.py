"""Every request comes through here: the look of all pages, and the way between them."""

import streamlit as st

st.set_page_config(page_title="Holdfast", layout="wide")
st.html("""<style>
[data-testid=stMainBlockContainer] { padding-top: 4.5rem }
h1 { font-size: 1.9rem !important }
[data-testid=stMetricValue] { font-variant-numeric: tabular-nums }
</style>""")

PAGES = [
    st.Page("accounts.py", title="Accounts", default=True),
    st.Page("account.py", title="Account", url_path="account"),
    st.Page("revenue.py", title="Revenue", url_path="revenue"),
    st.Page("imports.py", title="Import", url_path="import"),
    st.Page("definitions.py", title="Definitions", url_path="definitions"),
]
st.navigation(PAGES, position="top").run()
