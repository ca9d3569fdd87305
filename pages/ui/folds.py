"""What is folded away: drawn once somebody opens it, and so nobody waits for it who does not."""

from collections.abc import Callable, Mapping

import streamlit as st


@st.fragment
def fold(label: str, key: str, draws: Callable[[], object], icon: str | None = None) -> None:
    """A line that opens to what `draws` draws."""
    box = st.expander(label, icon=icon, key=key, on_change="rerun")
    if box.open:
        with box:
            draws()


@st.fragment
def tabs(draws: Mapping[str, Callable[[], object]], key: str) -> None:
    """Side by side by title; of which the one that is looked at is drawn."""
    for tab, draw in zip(st.tabs(list(draws), key=key, on_change="rerun"), draws.values(), strict=True):
        if tab.open:
            with tab:
                draw()
