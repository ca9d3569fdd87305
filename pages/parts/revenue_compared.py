"""Revenue beside what it is compared with: the period chosen for it, and always the same a year earlier."""

from collections.abc import Callable
from dataclasses import dataclass

import plotly.graph_objects as go
import streamlit as st

from language import tr
from metrics.movements import PARTS
from pages.ui import charts, text
from reports.report import Report
from reports.words.titles import title as title_of

RATIOS = ("nrr", "grr", "logo_retention")


@dataclass(frozen=True)
class Period:
    """The three reports of a period, and what it is called."""

    words: str
    arr: Report
    kept: Report
    moves: Report

    @property
    def days(self) -> str:
        return text.span(self.kept.parameters["from"], self.kept.parameters["to"])


def beside(now: Period, others: list[Period]) -> None:
    """Figures and movements of the period and of those that it is compared with, with the change from each."""
    if not others:
        return
    said = tr("; ").join(tr("{words}: {days}", words=one.words, days=one.days) for one in others)
    st.caption(tr("This period: {days}. {said}.", days=now.days, said=said))
    head = [tr("Figure"), now.words, *(part for one in others for part in (one.words, tr("Change")))]
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, [":--", *["--:"] * (len(head) - 1)], *rows_beside(now, others))]
    with st.container(key="beside"):
        st.markdown("\n".join(lines))


def rows_beside(now: Period, others: list[Period]) -> list[list[str]]:
    """The cells of the table: title, the period's own value, and each other's with the change from it."""
    return [[title, say(now), *_against(now, others, say, change)] for title, say, change in _lines(now)]


Say = Callable[[Period], str]
Change = Callable[[Period, Period], str | None]


def _against(now: Period, others: list[Period], say: Say, change: Change) -> list[str]:
    return [cell for one in others for cell in (say(one), text.minus(change(now, one) or text.MISSING))]


def _lines(now: Period) -> list[tuple[str, Say, Change]]:
    """Each line of the table: its title, how a period says it, and how two periods differ in it."""
    arr = (tr("ARR at the end"), _amount(_arr, "arr"), _more(_arr, "arr"))
    ratios = [(title_of(name), _ratio(name), _points(name)) for name in RATIOS]
    moved = [(title_of(name), _amount(_moves, name), _more(_moves, name)) for name in PARTS if now.moves.total(name)]
    return [arr, *ratios, *moved]


def _arr(one: Period) -> Report:
    return one.arr


def _moves(one: Period) -> Report:
    return one.moves


def _amount(of: Callable[[Period], Report], name: str) -> Say:
    return lambda one: text.literal(text.money(of(one).total(name), of(one).currency))


def _more(of: Callable[[Period], Report], name: str) -> Change:
    def more(now: Period, then: Period) -> str | None:
        said = text.more(of(now).total(name), of(then).total(name), of(now).currency)
        return None if said is None else text.literal(text.minus(said))

    return more


def _ratio(name: str) -> Say:
    return lambda one: text.percent(one.kept.total(name))


def _points(name: str) -> Change:
    return lambda now, then: text.points(now.kept.total(name), then.kept.total(name))


def with_before(figure: go.Figure, now: Report, before: Report | None, words: str) -> go.Figure:
    """The line of MRR with that of the period compared with, month beside month, dashed and grey."""
    if before is None or not before.rows.height:
        return figure
    months = min(now.rows.height, before.rows.height)
    values = [before.shown("closing", cents) or 0 for cents in before.rows["closing"][:months]]
    days = before.rows["closes_on"][:months]
    figure.add_scatter(
        x=now.rows["closes_on"][:months].to_list(), y=values, mode="lines", line={"color": charts.GREY, "width": 2, "dash": "dash"},
        customdata=[text.day(day) for day in days], hovertemplate=tr("%{customdata}: %{y:,.2f}<extra></extra>"),
    )  # fmt: skip
    return charts.named_at_the_end(figure, now.rows["closes_on"][months - 1], values[-1], words)
