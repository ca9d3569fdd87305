"""Erasure: take a person or an account out of everything, for good, once it is seen what goes and what stays."""

import streamlit as st

from language import tr
from pages.parts import erasure as erasure_parts
from pages.ui import filters, header

choice = filters.bar()
header.show(choice, tr("Erasure"))
if choice.company == "sample":
    st.info(tr("The sample company is made up: there is nobody to erase. Switch to your own data."), icon=":material/person_off:")
elif not choice.viewer.sees_all:
    st.info(tr("Erasure is for people who see all accounts. Clear “Looking as” above."))
else:
    erasure_parts.show(choice)
    erasure_parts.so_far(choice)
