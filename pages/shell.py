"""Every request comes through here: the look of all pages, and the way between them."""

import streamlit as st

from pages.ui import address, consent, filters, languages, look, looking, navigation, rights, saved_views, search, states, who

st.set_page_config(page_title="Holdfast", page_icon=look.ICON, layout="wide", initial_sidebar_state="auto")
st.logo("pages/static/logo.svg", size="medium", icon_image=look.ICON)
st.html(look.STYLE + (look.PRESENTING if address.presenting() else ""))

viewer = looking.at_first_sight()
PAGES = navigation.pages(viewer)
# No filter changes what these show.
UNFILTERED = ("import", "definitions", "self-check", "people", "my-access", "approvals", "erasure", "audit", "sources")
position = "sidebar" if who.may_look() and not address.presenting() else "hidden"
shown = st.navigation(navigation.with_asked_for(PAGES), expanded=True, position=position)
st.set_page_config(page_title=f"{shown.title} · Holdfast")
who.stop_to_sign_in(shown.url_path)
states.stop_where_held()
who.stop_without_role(address.company(), shown.url_path)
is_filtered = shown.url_path not in UNFILTERED and shown.url_path in navigation.paths(PAGES)
opening = [one for pages in PAGES.values() for one in pages if rights.opens(viewer, one.url_path)]
saved_views.settle(shown, opening, viewer)
filters.draw(used=is_filtered)
if is_filtered and rights.opens(viewer, shown.url_path):
    saved_views.draw(shown)
search.draw(opening)
states.open_to_network()
who.draw()
languages.draw(shown.url_path)
navigation.stop_where_nothing(PAGES, shown.url_path)
rights.stop_where_denied(viewer, shown.url_path)
consent.offer()
with states.said_where_it_fails(shown.title):
    shown.run()
