"""The steps of an import in the browser: propose, check, preview, commit; and the history with undo and redo."""

import tempfile
from pathlib import Path

import streamlit as st

from data import importing
from data.mapping import Mapping, propose
from data.staged import ImportRefused
from data.store import Store

__all__ = ["ImportRefused", "history", "proposed", "show"]


def _saved(store: Store, uploaded: object) -> Path:
    folder = store.path.parent / "staging"
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(tempfile.mkdtemp(dir=folder)) / "upload"
    path.write_bytes(uploaded.getvalue())
    return path


def proposed(store: Store, uploaded: object) -> str:
    """The mapping that the file's header proposes, as text to correct."""
    seen = importing.inspect(_saved(store, uploaded), file=uploaded.name)
    st.dataframe(seen.sample, hide_index=True, width="stretch")
    found = propose(seen.header) or Mapping("accounts", columns={})
    return found.to_toml()


def show(store: Store, uploaded: object, mapping: Mapping) -> None:
    """What the import would do, its problems, and the button that does it."""
    path = _saved(store, uploaded)
    trial = importing.run(store, path, mapping=mapping, file=uploaded.name, dry_run=True)
    _problems(trial)
    if trial.batch is None:
        return
    counts = ", ".join(f"{getattr(trial.batch, name):,} {name}" for name in ("read", "accepted", "rejected", "duplicate", "waiting"))
    st.write(f"This would be batch {trial.batch.batch} of {trial.batch.table}: {counts}.")
    if st.button("Import", type="primary"):
        bar = st.progress(0.0)
        done = importing.run(
            store, path, mapping=mapping, file=uploaded.name, who="browser", progress=lambda share, text: bar.progress(share, text)
        )
        st.success(f"Batch {done.batch.batch}: {done.batch.accepted:,} rows accepted. It can be undone below.")


def _problems(outcome: importing.Outcome) -> None:
    for question in outcome.questions:
        st.warning(f'{question["text"]} Add to the mapping under [options]: {question["option"]} = "{question["choices"][0]}"')
    if outcome.problems:
        st.write("Rows that are turned away, and remarks:")
        st.dataframe(outcome.problems, hide_index=True, width="stretch")


def history(store: Store, *, changeable: bool) -> None:
    """Every import with its counts, and undo or redo of one."""
    imports = store.imports()
    if imports.is_empty():
        st.info("Nothing is imported yet. Begin with a list of accounts.")
        return
    st.subheader("History")
    st.dataframe(imports, hide_index=True, width="stretch")
    if changeable:
        batch = st.selectbox("Batch", imports["batch"].to_list())
        standing = dict(zip(imports["batch"], imports["standing"], strict=True))[batch]
        st.button("Undo" if standing else "Redo", on_click=store.undo if standing else store.redo, args=(batch, "browser"))
