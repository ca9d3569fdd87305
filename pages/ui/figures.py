"""Rows of headline figures: value, comparison and a small line each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from pages.ui import text


@dataclass(frozen=True)
class Figure:
    """One headline figure: what it is called, its value, its change in words, and the definition on hover."""

    title: str
    value: str
    change: str | None = None
    against: str = ""
    about: str | None = None
    better: str = "higher"


def row(figures: Sequence[Figure], key: str = "figures") -> None:
    """At most four figures side by side; two in a row on a phone."""
    with st.container(horizontal=True, key=key, gap="small"):
        for figure in figures:
            st.metric(
                figure.title, figure.value, text.minus(figure.change) if figure.change else None, help=figure.about,
                delta_color=_colour(figure), delta_description=figure.against if figure.change else None, delta_arrow=_arrow(figure),
                border=True, height="stretch",
            )  # fmt: skip


def _arrow(figure: Figure) -> Literal["off", "down", "up"]:
    return "off" if _colour(figure) == "gray" else "down" if (figure.change or "").startswith("-") else "up"


def _colour(figure: Figure) -> Literal["gray", "blue", "orange"]:
    """Blue for better, orange for worse, grey for no change: never red and green."""
    if figure.better == "neither" or not figure.change or not any(digit in figure.change for digit in "123456789"):
        return "gray"
    rose = not figure.change.startswith("-")
    return "blue" if rose == (figure.better == "higher") else "orange"
