"""People and roles: who uses Holdfast, to whom they report, whose accounts are lent to whom, and what each role may do."""

import streamlit as st

from data.access import administration
from language import InLanguage, mark, tr
from pages.parts import people as people_parts
from pages.parts import people_cover, people_list, people_roles
from pages.ui import address, filters, header

PARTS = InLanguage({"people": mark("People"), "tree": mark("Org tree"), "cover": mark("Holiday cover"), "roles": mark("Roles")})

choice = filters.bar()
header.show(choice, tr("People and roles"))
seen = people_parts.seen(choice)
may_change = administration.may(choice.viewer)
people_parts.broken_roles()
people_parts.warnings(choice, seen)
part = address.one_of(tr("Shown"), "part", PARTS)
if part == "people":
    people_list.show(choice, seen, may_change)
elif part == "tree":
    people_list.tree(seen)
elif part == "cover":
    people_cover.show(choice, seen)
else:
    people_roles.show(choice, seen, may_change)
if may_change and part != "roles":
    people_parts.last_changes(choice)
with st.expander(tr("What these words mean"), icon=":material/menu_book:"):
    people_parts.words()
