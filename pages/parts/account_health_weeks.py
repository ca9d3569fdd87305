"""An account's health week by week: behaviour as a line, changes of the score itself as marks beside it, and bands set by hand as spans."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from html import escape
from itertools import groupby
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from language import InLanguage, mark, tr
from metrics.health import LITTLE_KNOWN
from pages.parts.account_asked import asked
from pages.ui import charts, loaders, tables, text
from pages.ui.choice import Choice
from reports.health.health_history import NOW, THEN, Turn
from reports.words.health_words import band_called

WAYS = InLanguage({THEN: mark("As it was then"), NOW: mark("Under today's version")})
HALF = timedelta(days=3.5)
WIDEST = 48  # signs of a line beside the pointer
TOP, ABOVE = 100, 106  # the ends of the axis: above the score there is room for what was set by hand
GROUNDS = ("rgba(207, 106, 31, 0.13)", "rgba(128, 134, 150, 0.07)", "rgba(18, 144, 143, 0.12)")  # lowest band, those between, highest
Row = Mapping[str, Any]


def show(choice: Choice, account: str) -> None:
    """The chart, under the versions that were in force or under today's; what each version changed; and the weeks as a file."""
    turns = loaders.score_turns(choice.company, choice.viewer, choice.question)
    way = _chosen(account) if len(turns) > 1 else THEN
    report = loaders.report(choice.company, "health-history", choice.viewer, replace(asked(choice, account), version=way))
    rows = report.rows.to_dicts()
    if not any(row["score"] is not None for row in rows):
        st.caption(tr("There is no score of any week yet: the account was no customer on its last day, or nothing of it was measured."))
        return
    by_hand = loaders.by_hand(choice.company, choice.viewer, asked(choice, account), account)
    st.caption(
        tr(
            "The score on the last day of each week, seen from that day alone. Along a line the customer changed; where the score "
            "itself was changed, the line ends and begins anew."
        )
    )
    charts.draw(drawn(rows, turns, by_hand), f"health-weeks-{account}-{way}")
    st.markdown("\n".join(f"- {text.literal(told)}" for told in changes(rows, turns, by_hand)))
    tables.downloads(report, "health-history")


def _chosen(account: str) -> str:
    return st.segmented_control(
        tr("Under which version"), [THEN, NOW], default=THEN, required=True, format_func=WAYS.__getitem__, key=f"version-{account}",
        label_visibility="collapsed",
    )  # fmt: skip


def stretches(rows: Sequence[Row]) -> list[list[Row]]:
    """The weeks under one version after the other."""
    return [list(own) for _, own in groupby(rows, key=lambda row: row["version"])]


def turned(rows: Sequence[Row], turns: Iterable[Turn]) -> list[Turn]:
    """The versions that came into force between two of the weeks."""
    known = {one.version: one for one in turns}
    return [known[own[0]["version"]] for own in stretches(rows)[1:] if own[0]["version"] in known]


def changes(rows: Sequence[Row], turns: Iterable[Turn], by_hand: Iterable[Row] = ()) -> list[str]:
    """What is no behaviour, in words, the latest first: versions that came into force between two of the weeks, and bands set by hand."""
    told = [(one.since or date.min, _told(one)) for one in turned(rows, turns)]
    told += [(row["starts_on"], _set(row)) for row in by_hand if _shown(row, rows[0]["week"], rows[-1]["week"])]
    return [words for _, words in sorted(told, reverse=True)]


def _told(turn: Turn) -> str:
    said = tr("; ").join(words for words in (turn.words, turn.note) if words)
    day = text.day(turn.since)
    return tr("{day}, version {version} by {who}: {words}", day=day, version=turn.version, who=turn.who or text.MISSING, words=said)


def _set(row: Row) -> str:
    ends = min(one for one in (row["ends_on"], row["withdrawn_on"]) if one is not None)
    told = tr("{day} to {end}, set by hand by {who}: {band}. {reason}")
    return told.format(
        day=text.day(row["starts_on"]), end=text.day(ends), who=row["owner"], band=band_called(row["band"]), reason=row["reason"]
    )


def _shown(row: Row, first: date, last: date) -> tuple[date, date] | None:
    """From when to when a band was set by hand, as far as that lies within the weeks; None where it does not."""
    ends = min(one for one in (row["ends_on"], row["withdrawn_on"], last + HALF) if one is not None)
    starts = max(row["starts_on"], first - HALF)
    return (starts, ends) if starts < ends else None


def drawn(rows: Sequence[Row], turns: Sequence[Turn], by_hand: Iterable[Row]) -> go.Figure:
    """The line under each version by itself within its bands, a mark where one came into force, and spans of what was set by hand."""
    figure, cards = go.Figure(), {one.version: one.card for one in turns}
    named: object = None
    for own in stretches(rows):
        bands = cards[own[0]["version"]].bands
        _grounds(figure, own, bands, named=bands != named)
        _line(figure, own)
        named = bands
    for turn in turned(rows, turns):
        _mark(figure, turn)
    for row in by_hand:
        _span(figure, row, _shown(row, rows[0]["week"], rows[-1]["week"]))
    last = next(row for row in reversed(rows) if row["score"] is not None)
    _end(figure, last)
    charts.styled(figure, 300).update_yaxes(range=[0, ABOVE], tickvals=[0, 25, 50, 75, TOP], zeroline=False)
    figure.update_xaxes(range=[rows[0]["week"] - HALF, rows[-1]["week"] + HALF], nticks=charts.MOST_TICKS + 1)
    figure.update_xaxes(tickformatstops=[{"dtickrange": ["M1", "M12"], "value": tr("%b<br>%Y")}], tickangle=0)
    return charts.told(figure.update_layout(margin={"r": 40, "t": 30}), _in_words(rows, last))


def _in_words(rows: Sequence[Row], last: Row) -> str:
    return tr(
        "Health score of {n} weeks, {first} to {last}: at the end {score}",
        n=len(rows), first=text.day(rows[0]["week"]), last=text.day(rows[-1]["week"]), score=text.score(last["score"]),
    )  # fmt: skip


def _grounds(figure: go.Figure, own: Sequence[Row], bands: Sequence[tuple[str, float]], *, named: bool) -> None:
    """What the bands were, behind the weeks of a version; with their names where they are not those of the weeks before."""
    low: float = 0
    for at, (name, upper) in enumerate(bands):
        ground = GROUNDS[0] if at == 0 else GROUNDS[2] if at == len(bands) - 1 else GROUNDS[1]
        x0, x1, high = own[0]["week"] - HALF, own[-1]["week"] + HALF, min(upper, TOP)
        figure.add_shape(type="rect", x0=x0, x1=x1, y0=low, y1=high, fillcolor=ground, line={"width": 0}, layer="below")
        figure.add_annotation(
            x=x0, y=high, text=escape(band_called(name)) if named else "", showarrow=False, xanchor="left", yanchor="top", xshift=3,
            font={"size": 11, "color": charts.GREY},
        )  # fmt: skip
        low = upper


def _line(figure: go.Figure, own: Sequence[Row]) -> None:
    """The score; where little is known of it a thin line of its own, so that nothing falls or rises from one to the other."""
    for little, look in ((False, {"color": charts.BLUE, "width": 2.5}), (True, {"color": charts.GREY, "width": 1.5, "dash": "dot"})):
        scores = [row["score"] if (row["band"] == LITTLE_KNOWN) == little else None for row in own]
        figure.add_scatter(
            x=[row["week"] for row in own], y=scores, mode="lines+markers" if little else "lines", line=look, marker={"size": 3},
            customdata=[_hover(row) for row in own], hovertemplate="%{customdata}<extra></extra>",
        )  # fmt: skip


def _hover(row: Row) -> str:
    """The week, the score and what makes the band another one than the score alone."""
    told = [tr("Week to {week}: {score}", week=text.day(row["week"]), score=text.score(row["score"])), band_called(row["band"] or "")]
    told += [text.our(row["exception"])] if row["exception"] else []
    return "<br>".join(escape(words) for words in told if words)


def _mark(figure: go.Figure, turn: Turn) -> None:
    """Where the score itself was changed: a line across, with its number above and its words on hover."""
    figure.add_vline(x=turn.since, line={"color": charts.GREY, "width": 1.5, "dash": "dot"})
    figure.add_annotation(
        x=turn.since, yref="paper", y=1.1, text=tr("version {version}", version=turn.version), showarrow=False,
        font={"size": 11, "color": charts.GREY}, hovertext=_in_lines(_told(turn)),
    )  # fmt: skip


def _span(figure: go.Figure, row: Row, shown: tuple[date, date] | None) -> None:
    """How long a band was set by hand, above the score."""
    if shown:
        figure.add_scatter(
            x=[*shown], y=[(TOP + ABOVE) / 2] * 2, mode="lines", line={"color": charts.ORANGE, "width": 7},
            hovertemplate=f"{_in_lines(_set(row))}<extra></extra>",
        )  # fmt: skip


def _in_lines(words: str) -> str:
    """Words that are read beside the pointer, in lines of which none is long."""
    return "<br>".join(escape(line) for line in wrap(words, WIDEST))


def _end(figure: go.Figure, row: Row) -> None:
    figure.add_scatter(
        x=[row["week"]], y=[row["score"]], mode="markers", marker={"color": charts.BLUE, "size": 8}, cliponaxis=False, hoverinfo="skip"
    )
    figure.add_annotation(
        x=row["week"], y=row["score"], text=f" <b>{text.score(row['score'])}</b>", showarrow=False, xanchor="left",
        font={"color": charts.BLUE, "size": 12},
    )  # fmt: skip
