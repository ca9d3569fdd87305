"""The inside of one file: how it is written, which column is which, its check, what it changes, and its own button."""

from dataclasses import replace

import streamlit as st

from data.importing.desk import Desk
from data.importing.settling import for_next_files
from data.store.store import Store
from language import tr
from language.formats import listed
from pages.importing import check, effect, layout, preview, words, writing
from pages.importing import mapping as import_mapping
from pages.ui import text
from pages.ui.choice import Choice
from reports.imports.import_plan import Planned
from reports.imports.spellings import joined, spellings

MOST = 6  # values that are named


def show(choice: Choice, store: Store, desk: Desk, one: Planned) -> None:
    """All steps of one file, as far as they can be taken."""
    layout.show(desk, one)
    if one.seen is None:
        return
    import_mapping.show(store, desk, one)
    effect.show(store, desk, one)
    if one.problems:
        check.turned_down(one)
    ready = one.ready
    if ready is None:
        return
    check.checked(store, desk, one, ready)
    _spellings(store, desk, one)
    import_mapping.keep(store, one.draft, for_next_files(ready.mapping))
    preview.show(choice, ready)
    st.markdown(tr("**5 · Import**"))
    if not _looked_at(choice, desk, one):
        return
    rows = words.counted(ready.staged.read - ready.staged.rejected, "row")
    if st.button(tr("Import {rows}", rows=rows), type="primary", key=f"{one.draft.key}-import"):
        writing.write(choice, store, desk, [one])


def _spellings(store: Store, desk: Desk, one: Planned) -> None:
    """Values that are written in several ways, to be joined by one click."""
    found = spellings(store, one.ready) if one.ready else []
    if not found or one.guess is None:
        return
    told = tr("; ").join(
        tr("{column}: {others} → {kept}", column=words.column(some.column), others=listed(some.others), kept=some.kept)
        for some in found[:MOST]
    )
    more = " …" if len(found) > MOST else ""
    st.markdown(tr("**Written in several ways** · {told}{more}", told=text.literal(told), more=more))
    mapping = joined(one.guess.mapping, found)
    if st.button(tr("Join {found}", found=words.counted(len(found), "value")), key=f"{one.draft.key}-join"):
        desk.say(one.draft, lambda told: told.mapped(mapping.to_toml()))
        st.rerun()


def _looked_at(choice: Choice, desk: Desk, one: Planned) -> bool:
    """Whether a snapshot may go in: one that ends much only once a person has said so."""
    why = preview.ends(choice, one.ready) if one.ready else None
    if why is None:
        return True
    st.warning(
        tr("{why} A line that an earlier file had and this one does not ends on the day that this one covers.", why=text.literal(why))
    )
    looked = st.checkbox(
        tr("I have looked at what changes, and these are all lines: import it"), one.told.looked, key=f"{one.draft.key}-looked-at"
    )
    if looked != one.told.looked:
        desk.say(one.draft, lambda told: replace(told, looked=looked))
        st.rerun()
    return looked
