"""Every request comes through here: the look of all pages, and the way between them."""

import streamlit as st

from language import tr
from pages.ui import address, filters, languages, look, search, states, who

st.set_page_config(page_title="Holdfast", page_icon=look.ICON, layout="wide", initial_sidebar_state="auto")
st.logo("pages/static/logo.svg", size="medium", icon_image=look.ICON)
st.html(look.STYLE + (look.PRESENTING if address.presenting() else ""))

PAGES = {
    tr("Customers"): [
        st.Page("today.py", title=tr("Today"), icon=":material/wb_sunny:", default=True),
        st.Page("accounts.py", title=tr("Accounts"), icon=":material/domain:", url_path="accounts"),
        st.Page("renewals.py", title=tr("Renewals"), icon=":material/event_repeat:", url_path="renewals"),
        st.Page("activation.py", title=tr("Activation"), icon=":material/rocket_launch:", url_path="activation"),
        st.Page("account.py", title=tr("Account"), url_path="account", visibility="hidden"),
    ],
    tr("Revenue"): [
        st.Page("revenue.py", title=tr("Overview"), icon=":material/trending_up:", url_path="revenue"),
        st.Page("cohorts.py", title=tr("Cohorts"), icon=":material/grid_view:", url_path="cohorts"),
        st.Page("closes.py", title=tr("Board pack and closes"), icon=":material/lock_clock:", url_path="closes"),
        st.Page("compare_rules.py", title=tr("Compare rules"), icon=":material/compare_arrows:", url_path="compare-rules"),
        st.Page("reconcile.py", title=tr("Reconcile"), icon=":material/balance:", url_path="reconcile"),
    ],
    tr("Data"): [
        st.Page("imports.py", title=tr("Import"), icon=":material/upload_file:", url_path="import"),
        st.Page("matching.py", title=tr("Matching"), icon=":material/join_inner:", url_path="matching"),
    ],
    tr("Settings"): [
        st.Page("definitions.py", title=tr("Definitions"), icon=":material/menu_book:", url_path="definitions"),
        st.Page("churn_model.py", title=tr("Churn model"), icon=":material/psychology:", url_path="churn-model"),
        st.Page("self_check.py", title=tr("Self-check"), icon=":material/verified:", url_path="self-check"),
        st.Page("design.py", title=tr("Design"), url_path="design", visibility="hidden"),
    ],
}
UNFILTERED = ("import", "definitions", "self-check")  # no filter changes what they show
page = st.navigation(PAGES, expanded=True, position="sidebar" if who.may_look() and not address.presenting() else "hidden")
st.set_page_config(page_title=f"{page.title} · Holdfast")
who.viewer(page.url_path)
states.stop_where_held()
filters.draw(used=page.url_path not in UNFILTERED)
search.draw(one for pages in PAGES.values() for one in pages)
states.open_to_network()
who.draw()
languages.draw(page.url_path)
with states.said_where_it_fails(page.title):
    page.run()
