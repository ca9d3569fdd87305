"""Every request comes through here: the look of all pages, and the way between them."""

import streamlit as st

from pages.ui import filters, states

st.set_page_config(page_title="Holdfast", layout="wide", initial_sidebar_state="collapsed")
st.html("""<style>
[data-testid=stMainBlockContainer] { padding: 4.2rem 2.5rem 3rem; max-width: 1500px }
h1 { font-size: 1.75rem !important; padding: 0.4rem 0 0 !important }
h2 { font-size: 1.2rem !important; padding: 1.2rem 0 0 !important }
h3 { font-size: 1.2rem !important }
[data-testid=stMetricValue] { font-variant-numeric: tabular-nums; font-size: 1.9rem }
div[class*=st-key-figures] { margin-top: 0.5rem }
[data-testid=stCaptionContainer] { margin-bottom: 0 !important; color: #56606b !important; opacity: 1 !important }
[data-testid=stCaptionContainer] :is(p, a) { color: inherit !important }
[data-testid=stMetricDelta] ~ * { color: #56606b !important }
[data-testid=stCaptionContainer] p { margin-bottom: 0 }
.st-key-filter-chips button { min-height: 1.9rem; padding: 0 0.6rem; background: #eaf1f9; border-color: #c9dcf0 }
[class*="st-key-today-"] { border-top: 1px solid #e4e8ec; padding-top: 0.7rem }
[class*="st-key-today-"] button { justify-content: flex-start; text-align: left; min-height: 1.6rem; padding: 0 }
[class*="st-key-today-"] button p { text-align: left }
.st-key-heat-map { overflow-x: auto }
.st-key-heat-map > div, .st-key-heat-map [data-testid=stPlotlyChart] { max-width: none !important; flex-shrink: 0 }
@media (max-width: 640px) {
  [data-testid=stMainBlockContainer] { padding: 3.6rem 1rem 2rem }
  .st-key-filter-bar { flex-wrap: nowrap !important; overflow-x: auto; padding-bottom: 0.4rem }
  .st-key-filter-bar > * { flex-shrink: 0 !important }
  [data-testid=stMetricValue] { font-size: 1.5rem }
  [data-testid=stMetricLabel] :is(div, p), [data-testid=stMetric] [data-testid=stMetricDelta] ~ * { white-space: normal !important }
  [class*=st-key-figures] > * { flex: 1 1 42% !important; min-width: 42% !important }
}
</style>""")

PAGES = {
    "": [
        st.Page("today.py", title="Today", default=True),
        st.Page("accounts.py", title="Accounts", url_path="accounts"),
        st.Page("account.py", title="Account", url_path="account"),
        st.Page("revenue.py", title="Revenue", url_path="revenue"),
        st.Page("renewals.py", title="Renewals", url_path="renewals"),
        st.Page("activation.py", title="Activation", url_path="activation"),
        st.Page("cohorts.py", title="Cohorts", url_path="cohorts"),
        st.Page("imports.py", title="Import", url_path="import"),
    ],
    "More": [
        st.Page("matching.py", title="Account matching", url_path="matching"),
        st.Page("churn_model.py", title="Churn model", url_path="churn-model"),
        st.Page("closes.py", title="Board pack and closes", url_path="closes"),
        st.Page("compare_rules.py", title="Compare rules", url_path="compare-rules"),
        st.Page("reconcile.py", title="Reconcile with finance", url_path="reconcile"),
        st.Page("self_check.py", title="Self-check", url_path="self-check"),
        st.Page("definitions.py", title="Definitions", url_path="definitions"),
    ],
}
page = st.navigation(PAGES, position="top")
filters.draw()
states.open_to_network()
page.run()
