"""My access: who one is here, what one's roles let one do, and the tokens with which one's scripts ask."""

import streamlit as st

from data.viewer import ADMINISTER, EDIT
from language import tr
from pages.parts import my_access, my_digest
from pages.ui import filters, header

choice = filters.bar()
header.show(choice, tr("My access"))
mine = my_access.own(choice.company)
if mine:
    my_access.about(mine)
    if mine.viewer.may(EDIT, "views"):
        st.header(tr("Digest by mail"), anchor=False)
        my_digest.choose(choice, mine.viewer, tuple(mine.person.groups))
        my_digest.not_arrived(choice, mine.viewer)
    if mine.viewer.may(EDIT, "tokens"):
        st.header(tr("API tokens"), anchor=False)
        my_access.make_form(mine)
        my_access.listed(mine)
    if mine.viewer.may(ADMINISTER, "tokens"):
        st.header(tr("Tokens of everybody else"), anchor=False)
        my_access.everybodys(mine)
