"""Files dropped on the page: each kept once beside the store, worked on by itself, and committed alone or together."""

import streamlit as st

from data.importing import uploads
from data.schema import TABLES
from data.store.store import Store
from pages.importing import first_steps, words
from pages.importing import steps as import_steps
from pages.ui import filters, text


def show(choice: filters.Choice, store: Store) -> None:
    """The place to drop files, and the steps of each; before the first file, what is wanted."""
    above = st.container()
    uploaded = st.file_uploader(
        "Drop exports here: CSV, Excel, Parquet or JSON lines, several at once", accept_multiple_files=True, key="upload"
    )
    kept = {draft.sha256: draft for draft in (uploads.keep(store.path, one.file_id, one.name, one.getbuffer()) for one in uploaded)}
    if not kept:
        with above:
            first_steps.show(store)
        return
    files = list(kept.values())
    places = st.tabs([text.literal(draft.file) for draft in files]) if len(files) > 1 else [st.container()]
    ready = []
    for draft, place in zip(files, places, strict=True):
        with place:
            found = import_steps.one_file(choice, store, draft)
            ready += [found] if found else []
    if len(ready) > 1 and st.button(f"Import all {words.counted(len(ready), 'file')} that are ready", type="primary", key="import-all"):
        import_steps.write(store, sorted(ready, key=lambda one: list(TABLES).index(one.staged.table)))
