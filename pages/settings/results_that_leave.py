"""Results that leave: where each report goes, when last and next, what failed and what to do; tried, made, paused and described."""

import streamlit as st

from language import tr
from pages.parts import deliveries as parts
from pages.ui import filters, header

choice = filters.bar()
header.show(choice, tr("Results that leave"))
if choice.company == "sample":
    st.info(tr("The sample company is made up, and nothing of it leaves. Switch to your own data."), icon=":material/outbox:")
elif not choice.viewer.sees_all:
    st.info(tr("Deliveries are about the whole company: they are for people who see all accounts. Clear “Looking as” above."))
else:
    parts.show(choice)
