"""The flow between bands of health, drawn as ribbons: on the left where the customers stood, on the right where they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from language import InLanguage, mark, tr
from metrics.health_flow import CAME, FELL, FIRST_SEEN, GONE, LEFT, ROSE, UNKNOWN
from pages.ui import charts, folds, tables, text
from reports.narrow import where
from reports.report import Report
from reports.words.health_words import place_called

LINE, GAP, WHOLE = 34, 8, 250  # pixels: the least that a place takes, what lies between two, and all customers together
EDGE = 12  # points of a ribbon's edge
BAR, ROOM = 0.035, 104  # the width of a place, of the whole; pixels for the words beside it
COLOURS = {FELL: charts.ORANGE, LEFT: charts.ORANGE, ROSE: charts.BLUE, FIRST_SEEN: charts.BLUE}
DIRECTIONS = InLanguage(
    {
        FELL: mark("fell"), LEFT: mark("left"), ROSE: mark("rose"), FIRST_SEEN: mark("came"), "stayed": mark("stayed"),
        "less_known": mark("less is known"), "better_known": mark("more is known"),
    }
)  # fmt: skip
OF_CELL = ("name", "health_before", "health_after", "arr_at_stake", "why", "next_end", "owner")
COLUMNS = ("band_before", "band_after", "customers", "opening_arr", "closing_arr")


@dataclass(frozen=True)
class Place:
    """A place on one side: where its bar begins and how much it is (pixels from the top), how many customers, and what they pay."""

    top: float
    size: float
    customers: int
    money: float


def show(flow: Report, accounts: Report, bands: Sequence[str]) -> None:
    """The ribbons, and the table behind them."""
    st.subheader(tr("From where to where"), anchor=False)
    opens, closes = (text.day(flow.rows[name][0]) for name in ("opens_on", "closes_on"))
    about = tr("Customers on {opens} (left) and on {closes} (right). Orange went down or left, blue went up or came.")
    st.caption(about.format(opens=opens, closes=closes))
    charts.draw(ribbons(flow, bands), "health-flow")
    folds.fold(tr("The numbers behind it"), "flow-table", partial(_numbers, flow, accounts))


def _numbers(flow: Report, accounts: Report) -> None:
    """The cells as a table; a count that is clicked opens to its accounts."""
    picked = tables.cell(flow, "health-flow", ("customers",), COLUMNS)
    if picked:
        ends = {side: picked[0][side] for side in ("band_before", "band_after")}
        title = tr("{before} to {after}", before=place_called(ends["band_before"]), after=place_called(ends["band_after"]))
        st.markdown(f"**{text.literal(title)}**")
        tables.table(
            where(where(accounts, "band_before", ends["band_before"]), "band_after", ends["band_after"]), "flow-accounts", columns=OF_CELL
        )
    else:
        st.caption(tr("Click a number of customers: it opens to the accounts."))


def ribbons(flow: Report, bands: Sequence[str]) -> go.Figure:
    """The chart, the highest of the bands on top: as thick as there are customers; ARR beside each place and on hover of a ribbon."""
    cells = flow.rows.to_dicts()
    order = [*reversed(bands), *UNKNOWN, *CAME, *GONE]
    left, right = (_places(cells, side, order) for side in ("before", "after"))
    height = max(place.top + max(place.size, LINE) for side in (left, right) for place in side.values())
    figure = charts.styled(go.Figure(), int(height) + 24)
    _draw(figure, cells, (left, right), order, flow)
    for side, at in ((left, 0.0), (right, 1.0)):
        for name, place in side.items():
            _bar(figure, name, place, at, flow.currency)
    figure.update_layout(margin={"l": ROOM, "r": ROOM, "t": 8, "b": 8}, hovermode="closest")
    figure.update_xaxes(visible=False, range=[0, 1], fixedrange=True).update_yaxes(visible=False, range=[height, 0], fixedrange=True)
    return charts.told(figure, tr("; ").join(_in_words(cell, flow.currency) for cell in cells))


def _places(cells: Sequence[Mapping[str, Any]], side: str, order: Sequence[str]) -> dict[str, Place]:
    found: dict[str, Place] = {}
    whole, top = sum(cell["customers"] for cell in cells), 0.0
    for name in order:
        own = [cell for cell in cells if cell[f"band_{side}"] == name]
        if own:
            count = sum(cell["customers"] for cell in own)
            size = max(3.0, WHOLE * count / whole)
            found[name] = Place(top, size, count, sum(_worth(cell, side, name) for cell in own))
            top += max(size, LINE) + GAP
    return found


def _worth(cell: Mapping[str, Any], side: str, name: str) -> float:
    """What those of a cell pay on a side's day; of who is no customer then what it pays on the other."""
    other = "after" if side == "before" else "before"
    return cell["opening_arr" if (other if name in (*CAME, *GONE) else side) == "before" else "closing_arr"] / 100


def _draw(
    figure: go.Figure, cells: Sequence[dict], sides: tuple[dict[str, Place], ...], order: list[str], flow: Report
) -> None:  # fmt: skip
    """The ribbons, what stayed first, so that what moved lies above it."""
    starts = [{name: place.top for name, place in side.items()} for side in sides]
    placed = []
    for cell in sorted(cells, key=lambda one: (order.index(one["band_before"]), order.index(one["band_after"]))):
        ends = []
        for at, name in enumerate((cell["band_before"], cell["band_after"])):
            place = sides[at][name]
            thick = place.size * cell["customers"] / place.customers
            ends.append((starts[at][name], thick))
            starts[at][name] += thick
        placed.append((cell, ends))
    for cell, ends in sorted(placed, key=lambda one: one[0]["direction"] in COLOURS):
        _ribbon(figure, cell, ends, flow.currency)


def _ribbon(figure: go.Figure, cell: dict, ends: Sequence[tuple[float, float]], currency: str) -> None:
    across = [at / EDGE for at in range(EDGE + 1)]
    smooth = [share * share * (3 - 2 * share) for share in across]
    x = [BAR + share * (1 - 2 * BAR) for share in across]
    (first, thick), (last, thick_after) = ends
    upper = [first + (last - first) * share for share in smooth]
    lower = [first + thick + (last + thick_after - first - thick) * share for share in smooth]
    figure.add_scatter(
        x=[*x, *x[::-1]], y=[*upper, *lower[::-1]], mode="lines", fill="toself", hoveron="fills", line={"width": 0},
        fillcolor=COLOURS.get(cell["direction"], charts.GREY), opacity=0.55 if cell["direction"] in COLOURS else 0.22,
        text=escape(_in_words(cell, currency)), hoverinfo="text",
    )  # fmt: skip


def _bar(figure: go.Figure, name: str, place: Place, side: float, currency: str) -> None:
    ends = sorted((side, BAR if side == 0 else 1 - BAR))
    figure.add_shape(
        type="rect", x0=ends[0], x1=ends[1], y0=place.top, y1=place.top + place.size, line={"width": 0},
        fillcolor=charts.SOFT if name in (*UNKNOWN, *CAME, *GONE) else charts.GREY,
    )  # fmt: skip
    words = f"<b>{escape(place_called(name))}</b> {place.customers:,}<br>{text.money(place.money, currency)}"
    figure.add_annotation(
        x=side, y=place.top + min(place.size, LINE) / 2 if place.size < LINE else place.top + place.size / 2, text=words, showarrow=False,
        xanchor="right" if side == 0 else "left", xshift=-6 if side == 0 else 6, yanchor="middle",
        align="right" if side == 0 else "left", font={"size": 12},
    )  # fmt: skip


def _in_words(cell: Mapping[str, Any], currency: str) -> str:
    money = _worth(cell, "before" if cell["band_after"] in GONE else "after", "")
    return tr(
        "{before} to {after}: {accounts}, {money} ARR ({how})",
        before=place_called(cell["band_before"]), after=place_called(cell["band_after"]), accounts=text.accounts(cell["customers"]),
        money=text.money(money, currency), how=DIRECTIONS[cell["direction"]],
    )  # fmt: skip
