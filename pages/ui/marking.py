"""Undo and redo behind a button: what refuses it is told, and nothing else of the page fails."""

import streamlit as st

from data.approvals.gate import NeedsConsent
from data.approvals.undoing import mark
from data.store.edits import EditRefused
from data.store.store import Store, StoreError
from data.store.writing import LinesCutAnew
from data.viewer import Actor, NotAllowed, Viewer
from language import again
from pages.ui import consent, text


def marked(store: Store, action: str, batch: int, viewer: Viewer, who: str | Actor) -> None:
    """Undo or redo a batch. A second click finds it as it was wanted already."""
    try:
        mark(store, action, batch, viewer, who)
    except NeedsConsent as needs:
        consent.keep(store, needs, viewer)
    except (EditRefused, NotAllowed, LinesCutAnew) as refused:
        st.toast(text.literal(again(refused)), icon=":material/error:", duration="long")
    except StoreError:
        return  # it is so already
