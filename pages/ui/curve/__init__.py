"""A curve in the browser whose points are moved by hand, by finger or by arrow keys; plotly draws none that can be taken hold of."""

import json
from dataclasses import dataclass
from pathlib import Path

import orjson
import streamlit as st

from metrics.scorecard import Curve

FOLDER = Path(__file__).parent
HTML, CSS, JS = ((FOLDER / f"curve.{kind}").read_text() for kind in ("html", "css", "js"))


@dataclass(frozen=True)
class Drawn:
    """What is drawn. points: the values rising, in the unit that is shown. low, high: from where to where. bars: counts in steps of one
    width between them. marks: values written below. step: by which a point moves. moves: whether it can be moved. words: alt, x (the
    unit), bar ({n}, {from}, {to}), point ({n}), at ({value}, {points})."""

    points: Curve
    low: float
    high: float
    bars: list[int]
    marks: list[float]
    step: float
    moves: bool
    words: dict[str, str]


def draw(drawn: Drawn, key: str) -> Curve | None:
    """The curve; where a point was moved just now, its points as they are since."""
    component = st.components.v2.component("holdfast_curve", html=HTML, css=CSS, js=JS)
    said = component(key=key, data={"json": orjson.dumps(drawn).decode()}, on_moved_change=_heard, height="content")
    return read(said.moved) if drawn.moves else None


def read(moved: str | None) -> Curve | None:
    """The points that the browser sends; None where it sends none, or what are no points."""
    try:
        return tuple((float(value), float(points)) for value, points in json.loads(moved or ""))
    except (ValueError, TypeError):
        return None


def _heard() -> None:
    """What was moved comes with the answer of `draw`."""
