"""Sources: what comes by itself, how each source is, and what it needs; and what leaves."""

import streamlit as st

from data.store import open_stores
from language import tr
from pages.parts import deliveries, source_form
from pages.parts import sources as parts
from pages.ui import address, filters, header, states

choice = filters.bar()
header.show(choice, tr("Sources"))
if not choice.viewer.sees_all:
    st.info(tr("Importing is for people who see all accounts. Clear “Looking as” above."))
    st.stop()
if choice.company == "sample":
    st.info(tr("The sample company has no sources. Your own data come from yours."))
    st.button(tr("Use my own data"), on_click=address.use_own_data, type="primary", icon=":material/upload:")
    st.stop()
store = open_stores.store(choice.company)
part = address.one_of(tr("What to look at"), "part", parts.PARTS)
if part == "in":
    found = parts.found(choice, store)
    with states.finding(parts.headline(found)):
        source_form.add_button(choice, store)
    if not found:
        parts.nothing_yet(choice, store)
    parts.board(choice, store, found)
    parts.log(choice)
else:
    deliveries.show(choice)
