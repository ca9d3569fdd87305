"""Approvals: what waits for one's consent, what one has asked for, what was decided, and what needs consent at all."""

import streamlit as st

from data.access import administration
from language import InLanguage, mark, mark_of, tr
from pages.parts import approval_rules
from pages.parts import approvals as parts
from pages.ui import address, filters, header

PARTS = InLanguage({"waiting": mark_of("a request", "Waiting"), "decided": mark("Decided"), "rules": mark("What needs consent")})

choice = filters.bar()
header.show(choice, tr("Approvals"))
parts.where_nobody_signs_in(choice)
found = parts.seen(choice)
part = address.one_of(tr("Shown"), "part", PARTS)
if part == "waiting":
    parts.waiting(choice, found)
elif part == "decided":
    parts.decided(found)
else:
    approval_rules.show(choice, administration.may(choice.viewer))
with st.expander(tr("What these words mean"), icon=":material/menu_book:"):
    parts.words()
