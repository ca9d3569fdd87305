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


BANDS: dict[str, Pill] = {
    "at_risk": Pill("At risk", ":material/trending_down:", "red"),
    "watch": Pill("Watch", ":material/visibility:", "orange"),
    "healthy": Pill("Healthy", ":material/check_circle:", "green"),
    "little_known": Pill("Little known", ":material/help:", "gray"),
}
STATES: dict[str, Pill] = {
    "paying": Pill("Paying", ":material/check_circle:", "green"),
    "in_grace": Pill("In grace", ":material/hourglass_bottom:", "orange"),
    "trial": Pill("Trial", ":material/science:", "blue"),
    "free": Pill("Free time", ":material/redeem:", "blue"),
    "churned": Pill("Churned", ":material/cancel:", "red"),
    "prospect": Pill("Prospect", ":material/person_search:", "gray"),
    "fresh": Pill("Fresh", ":material/check_circle:", "green"),
    "late": Pill("Late", ":material/schedule:", "orange"),
    "stopped": Pill("Stopped", ":material/pause_circle:", "red"),
    "no days": Pill("No due day", ":material/inventory_2:", "gray"),
}


def in_line(pill: Pill) -> str:
    """A pill within a text or a table of markdown."""
    return f":{pill.colour}-badge[{pill.icon} {text.literal(pill.words)}]"
