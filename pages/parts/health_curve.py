"""A curve typed as value and points, beside its chart, on which today's accounts are shown faintly."""

from collections.abc import Callable
from itertools import pairwise

import polars as pl
import streamlit as st

from language import tr, tr_n
from metrics.histogram import histogram, round_marks, round_step
from metrics.scorecard import Curve
from metrics.scorecard_edits import one_more_point
from pages.parts.health_draft import FINEST, Editor
from pages.ui import curve
from reports.words.health_words import is_share
from reports.words.titles import title as title_of

BARS, MARKS, STEPS = 24, 6, 100  # of the chart: bars, marks below it, and steps by which a point moves over its width


def edited(edit: Editor, names: tuple[object, ...], measure: str, scale: Curve, values: pl.Series, put: Callable[[Curve], None]) -> None:
    """The points of a curve, and its chart. names: of the fields. put: takes the curve as it was typed."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        typed = _points(edit, names, measure, scale, put)
    with right:
        _chart(edit, names, measure, typed, values, put)
        st.caption(_bars(values.drop_nulls().len()))
    if typed != scale:
        put(typed)


def _chart(
    edit: Editor, names: tuple[object, ...], measure: str, scale: Curve, values: pl.Series, put: Callable[[Curve], None]
) -> None:  # fmt: skip
    """The curve, whose points can be moved; what was moved is put in the place of what was typed."""
    moved = curve.draw(drawn(measure, scale, values, edit.may), "-".join(("curve", *(str(one) for one in names))))
    times = 100 if is_share(measure) else 1
    other = tuple((round(value / times, FINEST), points) for value, points in moved or ())
    if edit.may and other and len(other) == len(scale) and other != scale:
        put(other)
        edit.anew(edit.card)


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


def drawn(measure: str, scale: Curve, values: pl.Series, may: bool) -> curve.Drawn:
    """Points by value, over how many of today's accounts have each value; those beyond the ends stand in the first and the last bar. may:
    whether points are moved, which they are where values rise."""
    times, known = (100 if is_share(measure) else 1), values.drop_nulls()
    low, high = _ends(scale, known)
    bars = histogram(known, low, high, BARS)["count"].to_list()
    rises = all(left < right for (left, _), (right, _) in pairwise(scale))
    points = tuple((round(value * times, FINEST), given) for value, given in sorted(scale))
    low, high = low * times, high * times
    return curve.Drawn(
        points, low, high, bars, round_marks(low, high, MARKS), round_step(high - low, STEPS), may and rises, _words(measure, known.len())
    )


def _words(measure: str, known: int) -> dict[str, str]:
    unit = tr("{measure}, %", measure=title_of(measure)) if is_share(measure) else title_of(measure)
    return {
        "alt": tr("{measure} · {bars}", measure=unit, bars=_bars(known)), "x": unit, "bar": tr("{n} accounts from {from} to {to}"),
        "point": tr("Point {n}"), "at": tr("{value}: {points} points"),
    }  # fmt: skip


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
