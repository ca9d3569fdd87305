"""Rows of headline figures: value, comparison and a small line each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from language import tr
from pages.ui import text


@dataclass(frozen=True)
class Figure:
    """One headline figure: what it is called, its value, its change in words, and the definition on hover.

    exact: the value in full, on hover. past: its last values, oldest first, as a small line; line: what they are of, where that is
    more than the figure before. opens: draws the rows that make it up, in a
    drawer that a click on the figure opens.
    """

    title: str
    value: str
    change: str | None = None
    against: str = ""
    about: str | None = None
    better: str = "higher"
    exact: str = ""
    past: Sequence[float | None] = ()
    line: str = ""
    opens: Callable[[], object] | None = None


def row(figures: Sequence[Figure], key: str = "figures") -> None:
    """At most four figures side by side, all of one size; two in a row on a phone."""
    with st.container(horizontal=True, key=key, gap="small"):
        for at, figure in enumerate(figures):
            with st.container(key=f"{key}-{at}", gap=None, height="stretch"):
                _metric(figure)
                if figure.opens:
                    _opening(figure, figure.opens, f"{key}-{at}-opens")


def _metric(figure: Figure) -> None:
    st.metric(
        figure.title, figure.value, text.minus(figure.change) if figure.change else None, help=_on_hover(figure),
        delta_color=_colour(figure), delta_description=figure.against if figure.change else None, delta_arrow=_arrow(figure),
        border=True, height="stretch", chart_data=_known(figure.past), chart_type="line",
    )  # fmt: skip


def _on_hover(figure: Figure) -> str | None:
    """The value in full, and what it means."""
    line = tr("The small line: {line}.", line=figure.line) if figure.line and _known(figure.past) else ""
    return "\n\n".join(words for words in (text.literal(figure.exact), figure.about, line) if words) or None


def _known(past: Sequence[float | None]) -> list[float] | None:
    """The values that are known: a line needs two."""
    known = [value for value in past if value is not None]
    return known if len(known) > 1 else None


def _opening(figure: Figure, draws: Callable[[], object], key: str) -> None:
    """A button over the whole card: it opens the rows in a drawer."""
    if st.button(tr("Show what {title} is made of", title=figure.title), key=key, type="tertiary"):
        st.dialog(text.literal(f"{figure.title}: {figure.exact or figure.value}"), width="large", position="right")(draws)()


def _arrow(figure: Figure) -> Literal["off", "down", "up"]:
    return "off" if _colour(figure) == "gray" else "down" if (figure.change or "").startswith("-") else "up"


def _colour(figure: Figure) -> Literal["gray", "blue", "orange"]:
    """Blue for better, orange for worse, grey for no change: never red and green."""
    if figure.better == "neither" or not figure.change or not any(digit in figure.change for digit in "123456789"):
        return "gray"
    rose = not figure.change.startswith("-")
    return "blue" if rose == (figure.better == "higher") else "orange"
