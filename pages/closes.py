"""Closes: the period's figures as a board pack, frozen when they are published, and what changed since."""

import streamlit as st

from data.viewer import EDIT, VIEW
from language import tr
from pages.parts import closes as closing_parts
from pages.ui import filters, header, loaders, states, text

choice = filters.bar()
arr = loaders.report(choice.company, "arr", choice.viewer, choice.now)
header.show(choice, tr("Board pack and closes"), arr)
if not states.empty(choice, arr):
    st.header(tr("Board pack"))
    st.caption(text.literal(closing_parts.covers(choice, arr)))
    closing_parts.downloads(choice, closing_parts.pack_form(choice))
    if choice.viewer.may(VIEW, "closes"):
        closing_parts.since_published(choice)
    if choice.viewer.sees_all and choice.viewer.may(EDIT, "closes"):
        closing_parts.close_form(choice)
