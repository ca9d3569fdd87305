"""The steps of an import in the browser: propose, check, preview, commit; and the history with undo and redo."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from data import importing
from data.mapping import Mapping, propose
from data.staged import ImportRefused
from data.store import Store

__all__ = ["ImportRefused", "history", "proposed", "show"]


@contextmanager
def _saved(store: Store, uploaded: object) -> Iterator[Path]:
    """The uploaded bytes as a file, for as long as it is read."""
    folder = store.path.parent / "staging"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as place:
        path = Path(place) / "upload"
        path.write_bytes(uploaded.getvalue())
        yield path


def proposed(store: Store, uploaded: object) -> str:
    """The mapping that the file's header proposes, as text to correct."""
    with _saved(store, uploaded) as path:
        seen = importing.inspect(path, file=uploaded.name)
    st.dataframe(seen.sample, hide_index=True, width="stretch")
    found = propose(seen.header) or Mapping("accounts", columns={})
    return found.to_toml()


def show(store: Store, uploaded: object, mapping: Mapping) -> None:
    """What the import would do, its problems, and the button that does it."""
    with _saved(store, uploaded) as path:
        _try_and_commit(store, path, uploaded.name, mapping)


def _try_and_commit(store: Store, path: Path, name: str, mapping: Mapping) -> None:
    trial = importing.run(store, path, mapping=mapping, file=name, dry_run=True)
    _problems(trial)
    if trial.batch is None:
        return
    counts = ", ".join(f"{getattr(trial.batch, name):,} {name}" for name in ("read", "accepted", "rejected", "duplicate", "waiting"))
    st.write(f"This would be batch {trial.batch.batch} of {trial.batch.table}: {counts}.")
    if st.button("Import", type="primary"):
        bar = st.progress(0.0)
        done = importing.run(store, path, mapping=mapping, file=name, who="browser", progress=bar.progress)
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
