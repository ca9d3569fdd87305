"""How long usage events are kept one by one: said below the feeds, set there, and done once it is seen what goes."""

from datetime import UTC, datetime

import streamlit as st

from data.erasure.retention import ALL, LONGEST, Kept, RetentionRefused, kept, reduce, set_months
from data.store.store import Store, StoreError
from data.viewer import CONFIGURE, DELETE
from language import again, mark, tr
from pages.ui import loaders, text
from pages.ui.choice import Choice

ABOUT = mark(
    "Reports read rollups and stay the same. What goes of older events is their line in the file, their time of day, "
    "their id, and the quantity of each: the sums of days stay. "
    "A file that brings them again cannot be compared with them: they are left out of it, and counted."
)
OLDER = mark("Usage events: kept one by one from {kept_from} on; {events:,} older ones can become rollups")
MONTHS = mark("Months for which events are kept one by one; empty: all")
MEGABYTE = 2**20


def show(choice: Choice, store: Store, *, changeable: bool) -> None:
    """What is set, for everybody who sees the imports; the form for who may set it."""
    try:
        found = kept(store, choice.viewer, datetime.now(UTC).date())
    except RetentionRefused as why:
        st.error(text.literal(again(why)), icon=":material/error:")
        return
    with st.expander(_headline(found), icon=":material/auto_delete:", key="retention"):
        st.caption(tr(ABOUT))
        if changeable and choice.viewer.may(CONFIGURE, "imports"):
            _form(choice, store, found)
        if found.events and changeable and choice.viewer.may(DELETE, "imports"):
            _reduce(choice, store, found)


def _headline(found: Kept) -> str:
    if found.kept_from is None:
        return tr("Usage events: all are kept")
    kept_from = text.day(found.kept_from)
    if found.events:
        return tr(OLDER, kept_from=kept_from, events=found.events)
    return tr("Usage events: kept one by one from {kept_from} on, as rollups before", kept_from=kept_from)


def _form(choice: Choice, store: Store, found: Kept) -> None:
    with st.form("retention-months", border=False):
        wanted = st.text_input(tr(MONTHS), value=str(found.months or ""), key="retention-wanted", max_chars=4).strip()
        if st.form_submit_button(tr("Keep them so")):
            try:
                set_months(store, choice.viewer, wanted or ALL, "browser")
            except RetentionRefused:
                st.error(tr("Give a whole number of months from 1 to {longest}, or nothing.", longest=LONGEST))
                return
            st.rerun()


def _reduce(choice: Choice, store: Store, found: Kept) -> None:
    st.markdown(
        tr(
            "{events:,} events of {batches:,} imports are older, about {size:,.1f} MB of the store. There is no way back.",
            events=found.events,
            batches=found.batches,
            size=found.bytes / MEGABYTE,
        )
    )
    sure = st.checkbox(tr("They may go: rollups are enough"), key="retention-sure")
    if st.button(tr("Keep them as rollups only"), disabled=not sure, key="retention-reduce"):
        try:
            with st.spinner(tr("Writing the store anew ...")):
                reduce(store, choice.viewer, datetime.now(UTC).date(), "browser")
        except (RetentionRefused, StoreError) as why:
            st.error(text.literal(again(why)), icon=":material/error:")
            return
        loaders.forget()
        st.rerun()
