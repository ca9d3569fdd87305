"""Reasons and states at a glance: an icon, words and a colour, never the colour alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from language import InLanguage, mark, mark_of
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


BANDS: InLanguage[str, Pill] = InLanguage(
    {
        "at_risk": Pill(mark("At risk"), ":material/trending_down:", "red"),
        "watch": Pill(mark("Watch"), ":material/visibility:", "orange"),
        "healthy": Pill(mark("Healthy"), ":material/check_circle:", "green"),
        "little_known": Pill(mark("Little known"), ":material/help:", "gray"),
    }
)
STATES: InLanguage[str, Pill] = InLanguage(
    {
        "paying": Pill(mark("Paying"), ":material/check_circle:", "green"),
        "in_grace": Pill(mark("In grace"), ":material/hourglass_bottom:", "orange"),
        "trial": Pill(mark("Trial"), ":material/science:", "blue"),
        "free": Pill(mark("Free time"), ":material/redeem:", "blue"),
        "churned": Pill(mark("Churned"), ":material/cancel:", "red"),
        "prospect": Pill(mark("Prospect"), ":material/person_search:", "gray"),
        "fresh": Pill(mark("Fresh"), ":material/check_circle:", "green"),
        "late": Pill(mark_of("a feed", "Late"), ":material/schedule:", "orange"),
        "stopped": Pill(mark("Stopped"), ":material/pause_circle:", "red"),
        "no days": Pill(mark("No due day"), ":material/inventory_2:", "gray"),
    }
)


def in_line(pill: Pill) -> str:
    """A pill within a text or a table of markdown."""
    return f":{pill.colour}-badge[{pill.icon} {text.literal(pill.words)}]"
