"""Files dropped on the page: each laid on a desk that outlives a reload, and shown as one plan; before the first, what is wanted."""

from contextlib import suppress

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from data.erasure.dropping import may_name
from data.erasure.keys import KeyLost
from data.importing import uploads
from data.importing.desk import Desk, left_behind, minutes_since
from data.importing.draft import Draft
from data.store.store import Store
from language import tr
from pages.importing import first_steps, plan, words
from pages.ui import address, text
from pages.ui.choice import Choice

SOMEBODY_AT_IT = 30  # minutes since the last word in which somebody may still be at work on them
MOST_LEFT = 3  # desks with files left half-way that are offered


def show(choice: Choice, store: Store) -> None:
    """The place to drop files, and below it what is to become of each."""
    above = st.container()
    desk = Desk(store, address.desk())
    for one in address.dropped(tr("Drop exports here: CSV, Excel, Parquet or JSON lines, several at once"), desk.take_back):
        if not desk.knows(one.file_id):
            _lay(store, desk, one)
    files = desk.files()
    if files:
        address.keep_desk(desk.name)
        plan.show(choice, store, desk, files)
        return
    with above:
        _left(store, desk)
        first_steps.show(store)


def _lay(store: Store, desk: Desk, one: UploadedFile) -> None:
    """Lay an upload on the desk; where the disk has no room for it, say so."""
    try:
        draft = uploads.keep(store.path, one.file_id, one.name, one.getbuffer())
        desk.put(draft, upload=one.file_id)
        _let_go(store, draft)
    except OSError as error:
        st.error(
            tr(
                "{name} could not be kept beside the store: {error}. Make room, and drop it again.",
                name=text.literal(one.name),
                error=text.literal(error),
            )
        )


def _let_go(store: Store, draft: Draft) -> None:
    """Keep no upload that brings nothing, being in already, and that names somebody who was erased, or may; say so. Where the key is lost,
    nobody can tell, and the import is refused anyway."""
    with suppress(KeyLost):
        if any(stands for _, stands in store.imports_of(draft.sha256)) and may_name(draft.path, store.erased()):
            uploads.let_go(draft)
            st.info(
                tr(
                    "{file} is in already. This upload is not kept: it names, or may name, somebody who was erased. To read it "
                    "differently, undo its import first.",
                    file=text.literal(draft.file),
                )
            )


def _left(store: Store, desk: Desk) -> None:
    """Files that somebody dropped and did not import, to go on with or to leave out."""
    for left in left_behind(store, but=desk.name)[:MOST_LEFT]:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            minutes = minutes_since(left.at)
            st.markdown(
                tr(
                    "Not imported yet, dropped {minutes}: **{files}**",
                    minutes=words.ago(minutes),
                    files=text.literal(tr(", ").join(left.files)),
                ),
                width="stretch",
            )
            st.button(tr("Go on with them"), key=f"go-on-{left.name}", on_click=address.keep_desk, args=(left.name,))
            if minutes >= SOMEBODY_AT_IT:
                st.button(tr("Leave them out"), key=f"leave-{left.name}", type="tertiary", on_click=_forget, args=(store, left.name))


def _forget(store: Store, name: str) -> None:
    desk = Desk(store, name)
    desk.take_off(*(one.draft for one in desk.files()))
