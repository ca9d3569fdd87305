"""How soon customers are activated, in words and curves, and whether newer ones are faster."""

from collections.abc import Sequence

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from language import InLanguage, mark, tr, tr_n
from pages.ui import charts, tables, text
from reports.narrow import apart
from reports.report import Report

COHORTS = (
    "cohort", "followed", "activated", "median_days", "median_low", "median_high", "share_30", "low_30", "high_30", "share_90", "low_90",
    "high_90",
)  # fmt: skip
NAMES = InLanguage({"all": mark("All"), "newer": mark("Newer"), "earlier": mark("Earlier")})
COLOURS = {"all": charts.BLUE, "newer": charts.BLUE, "earlier": charts.GREY}
BANDS = {charts.BLUE: "rgba(91, 91, 234, 0.14)", charts.GREY: charts.SOFT}
LEAST_DAYS, MORE = 30, 1.15  # of the axis: days at least, and room after the last activation
HEIGHT = 300
PIXELS, LABEL = 215, 16  # of the chart's height from 0 to 1, and of a name


def show(curve: Report, cohorts: Report) -> None:
    """Both curves side by side, and the cohorts below; nothing where nobody is followed from the start."""
    if not curve.rows.height:
        return
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader(tr("Activated by day since the start"), anchor=False, help=tr(HOW))
        st.caption(text.literal(in_words(curve)))
        charts.draw(steps(curve, ("all",)), "activation-curve")
    with right:
        st.subheader(tr("Are newer customers faster?"), anchor=False, help=tr(WHO))
        st.caption(text.literal(text.our(cohorts.notes[0])))
        charts.draw(steps(curve, ("earlier", "newer")), "newer-and-earlier")
    st.subheader(tr("By start"), anchor=False)
    st.caption(tr("Empty: not known yet, since nobody of the cohort was seen for so long, or half are not activated yet"))
    tables.table(cohorts, "activation-cohorts", columns=COHORTS, height=300)


HOW = mark(
    "Of the accounts followed from their start, those who are still on the way count for as long as they are seen; the band is what chance "
    "allows for (95 %). Who left without having been activated stays in the share as not activated."
)
WHO = mark(
    "Newer: started in the year up to the last day that usage covers. Earlier: all before. The bands are what chance allows for (95 %)."
)


def in_words(curve: Report) -> str:
    """After how many days half are activated, and what share is by day 90, or by day 30 where nobody was seen for so long."""
    of = curve.total
    days = of("median_days")
    half = tr("Of all who started, half are not activated yet") if days is None else _half(days, of("median_low"), of("median_high"))
    day = next((day for day in (90, 30) if of(f"share_{day}") is not None), None)
    if day is None:
        return half
    share = within(text.percent(of(f"share_{day}")), *(_percent(of(f"{name}_{day}")) for name in ("low", "high")))
    return tr("{half}; by day {day}, {share}", half=half, day=day, share=share)


def _percent(ratio: float | None) -> str | None:
    return None if ratio is None else text.percent(ratio)


def _half(days: float, low: float | None, high: float | None) -> str:
    limits = (None if low is None else f"{low:.0f}", None if high is None else f"{high:.0f}")
    if days < 1:
        return tr("Of all who started, half are activated on their first day")
    return tr("Of all who started, half are activated by day {days}", days=within(f"{days:.0f}", *limits))


def within(value: str, low: str | None, high: str | None) -> str:
    """A value with what chance allows for; an end that is not known is said to be open."""
    if low is None and high is None:
        return value
    if high is None:
        return tr("{value} ({low} or more)", value=value, low=low)
    return tr("{value} ({low} to {high})", value=value, low=low or text.MISSING, high=high)


def steps(curve: Report, groups: Sequence[str]) -> go.Figure:
    """The share activated by day since the start, of each group within its band, its name at its end."""
    every = apart(curve, "of")
    found = {of: every[of].rows for of in groups if of in every}
    last = max((_last(own) for own in found.values()), default=0)
    until = max(LEAST_DAYS, MORE * last)
    figure = go.Figure()
    for of, own in found.items():
        _one(figure, of, own, until)
    _named(figure, [(of, *_end(own, until)) for of, own in found.items()])
    charts.styled(figure, HEIGHT).update_yaxes(tickformat=".0%", range=[0, 1.05])
    figure.update_xaxes(range=[0, until], title={"text": tr("Days since the start"), "font": {"size": 11}}).update_layout(margin={"r": 96})
    said = [
        tr("{name}: {share} by day {day}", name=NAMES[of], share=text.percent(_end(own, until)[1]), day=int(until))
        for of, own in found.items()
    ]
    return charts.told(figure, tr("; ").join(said) or tr("Nothing known"))


def _last(rows: pl.DataFrame) -> int:
    """The last day on which somebody was activated."""
    days = [row["days"] for row in rows.to_dicts() if row["activated"]]
    return max(days, default=0)


def _one(figure: go.Figure, of: str, rows: pl.DataFrame, until: float) -> None:
    """One group: its band first, then its line, from nobody before the first day on, to the last day that anybody was seen for."""
    own = [row for row in rows.to_dicts() if row["days"] <= until]
    ends = min(until, max(row["days"] for row in rows.to_dicts()))
    days = [0, *(row["days"] for row in own), ends]
    shares, lows, highs = ([0.0, *told, told[-1] if told else 0.0] for told in _values(own))
    colour = COLOURS[of]
    for values, fill in ((highs, None), (lows, "tonexty")):
        line = {"width": 0, "shape": "hv"}
        figure.add_scatter(x=days, y=values, mode="lines", line=line, fill=fill, fillcolor=BANDS[colour], hoverinfo="skip")
    seen = ["", *(tr_n("{n:,} not activated yet", "{n:,} not activated yet", row["not_yet"]) for row in own), ""]
    hover = tr("Day %{x}: %{y:.1%}, %{customdata}<extra></extra>")
    line = {"color": colour, "width": 2.5, "shape": "hv"}
    figure.add_scatter(x=days, y=shares, mode="lines", line=line, customdata=seen, hovertemplate=hover)


def _end(rows: pl.DataFrame, until: float) -> tuple[float, float]:
    """The last day that is drawn of a group, and the share on it."""
    shares = [0.0, *(row["share"] for row in rows.to_dicts() if row["days"] <= until)]
    return min(until, max(row["days"] for row in rows.to_dicts())), shares[-1]


def _named(figure: go.Figure, ends: Sequence[tuple[str, float, float]]) -> None:
    """Each line's name at its end, in its colour, the lower one below the upper one where both would lie on each other."""
    free = None
    for of, day, share in sorted(ends, key=lambda one: -one[2]):
        place = share * PIXELS if free is None else min(share * PIXELS, free - LABEL)
        words = f" <b>{NAMES[of]} {text.percent(share)}</b>"
        figure.add_annotation(
            x=day,
            y=share,
            text=words,
            showarrow=False,
            xanchor="left",
            yshift=place - share * PIXELS,
            font={"color": COLOURS[of], "size": 12},
        )
        free = place


def _values(rows: list[dict]) -> tuple[list[float], list[float], list[float]]:
    """Shares and their limits; where the share is 0 or 1 there are none, and the band has no width."""
    shares = [row["share"] for row in rows]
    lows, highs = ([row["share"] if row[name] is None else row[name] for row in rows] for name in ("low", "high"))
    return shares, lows, highs
