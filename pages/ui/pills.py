"""Reasons and states at a glance: an icon, words and a colour, never the colour alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from pages.ui import text

Colour = Literal["red", "orange", "green", "blue", "violet", "gray"]


@dataclass(frozen=True)
class Pill:
    """What it says, with which icon, in which colour, and what it means on hover."""

    words: str
    icon: str
    colour: Colour
    about: str | None = None


def pills(shown: Iterable[Pill]) -> None:
    """Side by side, wrapping where there is no room."""
    for pill in shown:
        st.badge(text.literal(pill.words), icon=pill.icon, color=pill.colour, help=pill.about)
