"""A deed behind a button: what refuses it is told beside it, and nothing that was typed is lost."""

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from data.store.edits import EditRefused
from data.viewer import NotAllowed
from data.work.writing import ChangedSince
from language import again
from pages.ui import text


@dataclass
class Seen:
    """The batch of a row as its reader saw it: kept from when it was drawn to the click, and raised once they are told of a newer one."""

    batch: int


def done(deed: Callable[[], object], seen: Seen | None = None, newest: Callable[[], tuple[int, str]] | None = None) -> bool:
    """Do it. Where it is refused, say why, and where somebody else had written meanwhile also what stands now; a second click then counts.

    newest: the batch of the row as it stands, and what it says in words.
    """
    try:
        deed()
    except ChangedSince as changed:
        st.warning(text.literal(again(changed)), icon=":material/sync_problem:")
        if seen and newest:
            seen.batch, said = newest()
            st.caption(text.literal(said))
        return False
    except (EditRefused, NotAllowed) as refused:
        st.error(text.literal(again(refused)), icon=":material/error:")
        return False
    return True


def done_and_drawn(deed: Callable[[], object], refused: tuple[type[Exception], ...]) -> None:
    """Do it and draw the page anew; what refuses it, by an error of these kinds, is told where it was clicked."""
    try:
        deed()
    except refused as error:
        st.error(text.literal(again(error)), icon=":material/error:")
        return
    st.rerun()
