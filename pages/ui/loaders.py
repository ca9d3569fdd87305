"""Reports for pages: the only caching. Keys are the store's path, its data version, the viewer's scope and the question."""

import streamlit as st

from data import opened
from data.scope import EVERYONE, Viewer
from data.view import View
from reports.catalogue import run
from reports.report import Question, Report


def report(company: str, name: str, viewer: Viewer, question: Question) -> Report:
    """One report, from the cache where nothing it depends on has changed."""
    store = opened.store(company)
    return _report(str(store.path), store.version(), name, viewer.owner, question, company)


@st.cache_data(show_spinner="Computing ...", max_entries=500)
def _report(path: str, version: int, name: str, owner: str | None, question: Question, _company: str) -> Report:
    return run(name, opened.store(_company), Viewer(owner), question)


def values(company: str, column: str, viewer: Viewer = EVERYONE) -> list[str]:
    """The values of an account column, for filters."""
    store = opened.store(company)
    return _values(str(store.path), store.version(), column, viewer.owner, company)


@st.cache_data(show_spinner=False, max_entries=500)
def _values(path: str, version: int, column: str, owner: str | None, _company: str) -> list[str]:
    with View(opened.store(_company), Viewer(owner)) as view:
        return view.filter_values(column)
