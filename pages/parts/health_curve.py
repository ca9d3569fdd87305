"""A curve typed as value and points, beside its chart, on which today's accounts are shown faintly."""

from collections.abc import Callable

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from language import tr, tr_n
from metrics.histogram import histogram
from metrics.scorecard import Curve
from metrics.scorecard_edits import one_more_point
from pages.parts.health_draft import Editor
from pages.ui import charts
from reports.words.health_words import is_share
from reports.words.titles import title as title_of

BARS = 24


def edited(edit: Editor, names: tuple[object, ...], measure: str, scale: Curve, values: pl.Series, put: Callable[[Curve], None]) -> None:
    """The points of a curve, and its chart. names: of the fields. put: takes the curve as it was typed."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        typed = _points(edit, names, measure, scale, put)
    with right:
        charts.draw(drawn(measure, typed, values), edit.key(*names, "chart"))
        st.caption(_bars(values.drop_nulls().len()))
    if typed != scale:
        put(typed)


def _points(edit: Editor, names: tuple[object, ...], measure: str, scale: Curve, put: Callable[[Curve], None]) -> Curve:
    """A line for each point: value, points, and the button that takes it out."""
    with st.container(horizontal=True, gap="small"):
        st.caption(tr("Value, %") if is_share(measure) else tr("Value"), width=120)
        st.caption(tr("Points"), width=110)
    typed = tuple(_point(edit, (*names, at), measure, scale, at, put) for at in range(len(scale)))
    if edit.may and st.button(tr("Add a point"), key=edit.key(*names, "add"), icon=":material/add:", type="tertiary"):
        put(one_more_point(typed))
        edit.anew(edit.card)
    return typed


def _point(
    edit: Editor, names: tuple[object, ...], measure: str, scale: Curve, at: int, put: Callable[[Curve], None]
) -> tuple[float, float]:  # fmt: skip
    value, points = scale[at]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        typed = edit.number(tr("Value of point {n}", n=at + 1), value, *names, "value", width=120, share=is_share(measure))
        given = edit.number(tr("Points of point {n}", n=at + 1), points, *names, "points", min_value=0.0, max_value=100.0)
        if edit.may and len(scale) > 2 and edit.remove(tr("Take point {n} out", n=at + 1), *names, "gone"):
            put((*scale[:at], *scale[at + 1 :]))
            edit.anew(edit.card)
    return value if typed is None else typed, points if given is None else given


def drawn(measure: str, scale: Curve, values: pl.Series) -> go.Figure:
    """Points by value, over how many of today's accounts have each value; those beyond the ends stand in the first and the last bar."""
    times, known = (100 if is_share(measure) else 1), values.drop_nulls()
    low, high = _ends(scale, known)
    figure = go.Figure()
    bars = histogram(known, low, high, BARS)
    figure.add_bar(
        x=[at * times for at in bars["middle"]], y=bars["count"].to_list(), yaxis="y2", marker={"color": charts.SOFT},
        width=(high - low) / BARS * times,
        hovertemplate=tr("%{y:,} accounts around %{x:.3g}") + "<extra></extra>",
    )  # fmt: skip
    points = sorted(scale)
    ends = [(min(low, points[0][0]), points[0][1]), *points, (max(high, points[-1][0]), points[-1][1])]
    figure.add_scatter(
        x=[value * times for value, _ in ends], y=[given for _, given in ends], mode="lines",
        line={"color": charts.BLUE, "width": 2.5}, hoverinfo="skip",
    )  # fmt: skip
    figure.add_scatter(
        x=[value * times for value, _ in points], y=[given for _, given in points], mode="markers",
        marker={"color": charts.BLUE, "size": 9},
        hovertemplate=tr("%{x:.4g}: %{y:.3g} points") + "<extra></extra>", cliponaxis=False,
    )  # fmt: skip
    return _axes(figure, measure, known.len())


def _axes(figure: go.Figure, measure: str, known: int) -> go.Figure:
    unit = tr("{measure}, %", measure=title_of(measure)) if is_share(measure) else title_of(measure)
    charts.styled(figure, 240).update_layout(
        bargap=0,
        yaxis2={"overlaying": "y", "side": "right", "showgrid": False, "showticklabels": False, "rangemode": "tozero", "zeroline": False},
        yaxis={"range": [-3, 106], "tickvals": [0, 25, 50, 75, 100], "title": tr("Points")},
        xaxis={"title": {"text": unit, "font": {"size": 11}}},
    )  # fmt: skip
    return charts.told(figure, tr("{measure} · {bars}", measure=unit, bars=_bars(known)))


def _bars(known: int) -> str:
    """What lies behind the curve."""
    if not known:
        return tr("No account of today has a value.")
    return tr_n(
        "Behind it: how today's {n:,} account that has a value is spread.",
        "Behind it: how today's {n:,} accounts that have a value are spread.",
        known,
    )


def _ends(scale: Curve, known: pl.Series) -> tuple[float, float]:
    """From where to where the chart goes: over the curve, and nearly all accounts."""
    own = [value for value, _ in scale]
    if known.len():
        own += [float(known.quantile(part, "nearest") or 0) for part in (0.02, 0.98)]
    low, high = min(own), max(own)
    return (low, high) if low < high else (low - 0.5, high + 0.5)
