"""The list of people as a file: what it would change, before it comes in by the same way as every import."""

import streamlit as st

from data.importing import uploads
from data.importing.draft import Draft
from data.importing.run import import_draft
from data.schema import PEOPLE
from data.store import open_stores
from language import again, tr, tr_n
from pages.parts import people as shared
from pages.ui import text
from pages.ui.choice import Choice

EXAMPLE = "email,name,role,team,manager\nlee@example.com,Lee Ong,manager,North,\ndana@example.com,Dana Ito,csm,North,lee@example.com\n"
SHOWN = 20  # lines at fault that are listed


def upload(choice: Choice) -> None:
    """The place to drop the list; what it says, and the button that brings it in."""
    st.caption(tr("Columns: email, name, role, team, manager, owner, is_active. The list comes in whole, or not at all."))
    st.download_button(tr("Example file"), EXAMPLE, "people.csv", icon=":material/csv:", type="tertiary", on_click="ignore")
    file = st.file_uploader(tr("List of people: CSV or Excel"), type=["csv", "xlsx"], key="people-file")
    if file is None:
        return
    store = open_stores.store(choice.company)
    draft = uploads.keep(store.path, file.file_id, file.name, file.getbuffer())
    if _fits(choice, draft) and st.button(tr("Bring it in"), type="primary", key="bring-people"):
        outcome = import_draft(store, draft, table=PEOPLE.name, who=shared.WHO, once=True, viewer=choice.viewer)
        if outcome.batch:
            st.toast(tr("Saved as import {batch}. Undo it below.", batch=outcome.batch.batch), icon=":material/check:")
            st.rerun()


def _fits(choice: Choice, draft: Draft) -> bool:
    """Whether the file may come in; says what it holds, or line by line what cannot be."""
    store = open_stores.store(choice.company)
    outcome = import_draft(store, draft, table=PEOPLE.name, dry_run=True, who=shared.WHO, viewer=choice.viewer)
    if outcome.batch:
        st.success(tr_n("{n:,} person in the file fits.", "{n:,} people in the file fit.", outcome.batch.accepted), icon=":material/check:")
        return True
    for problem in outcome.problems[:SHOWN]:
        where = tr("Line {line}, {column}: ", line=problem.line, column=problem.column or "") if problem.line else ""
        st.error(text.literal(f"{where}{again(problem.reason)}"))
    return False
