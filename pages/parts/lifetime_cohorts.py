"""What cohorts have brought and are foreseen to bring, against what winning an account cost."""

from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from language import InLanguage, mark, tr
from pages.ui import address, charts, tables, text
from reports.files.cohort_tables import cohort_called
from reports.narrow import apart
from reports.report import Report

PER = InLanguage({"quarter": mark("Quarter"), "month": mark("Month")})
PAYBACK = (
    "cohort", "size", "months_seen", "margin_per_account", "cac", "payback_month", "payback_is", "margin_ahead", "margin_ahead_low",
    "margin_ahead_high", "why_null",
)  # fmt: skip
HEIGHT = 360
BAND = "rgba(91, 91, 234, 0.13)"
PALE = "rgba(138, 143, 156, 0.45)"
MOST_OTHERS = 4


def show(ask: Callable[..., Report]) -> None:
    """One cohort before the others, with what an account of it cost, and the table of all."""
    st.header(tr("What cohorts bring, against what they cost"), anchor=False)
    per = address.one_of(tr("Cohorts by"), "per", PER, "quarter")
    paid = ask("cohort-payback", per=per)
    known = [line for line in paid.rows.to_dicts() if line["months_seen"]]
    if not known:
        st.info(text.literal(paid.notes[0]) if paid.notes else tr("No month has closed yet."), icon=":material/payments:")
        return
    st.caption(tr(HOW, currency=paid.currency))
    which = _chosen(known, per)
    line = next(one for one in known if str(one["cohort"]) == which)
    st.subheader(in_words(paid, line, per), anchor=False)
    charts.draw(drawn(ask("cohort-lifetime-value", per=per), line, per), "cohort-value")
    if line["why_null"]:
        st.caption(tr("Nothing is foreseen: {why}.", why=line["why_null"]))
    tables.table(paid, "cohort-payback", columns=PAYBACK, height=320)


HOW = mark(
    "Gross margin for each account that the cohort began with, month by month: solid as seen, as on the page Cohorts, dashed as the "
    "curve of renewals foresees it, each month at what the last one brought. Not discounted. Money in {currency}."
)


def _chosen(known: list[dict[str, Any]], per: str) -> str:
    """The cohort looked at: until another is chosen the newest of which something is foreseen, else the newest."""
    ahead = [line for line in known if line["margin_ahead"] is not None] or known
    words = {str(line["cohort"]): cohort_called(line["cohort"], per) for line in reversed(known)}
    address.in_own_words("cohort", words, words.__getitem__)
    return st.selectbox(
        tr("Cohort"), list(words), list(words).index(str(ahead[-1]["cohort"])), format_func=words.__getitem__, key="cohort",
        bind="query-params", width=200,
    )  # fmt: skip


def in_words(paid: Report, line: dict[str, Any], per: str) -> str:
    """When the cohort has paid back, and whether that was seen."""
    name, cost = cohort_called(line["cohort"], per), text.money(paid.shown("cac", line["cac"]), paid.currency)
    is_ = line["payback_is"]
    if line["cac"] is None:
        return tr("{cohort}: what winning an account cost is not known", cohort=name)
    if is_ == "seen":
        return tr("{cohort} had paid back {cost} an account in its month {month}", cohort=name, cost=cost, month=line["payback_month"])
    if is_ == "foreseen":
        return tr(
            "{cohort} is foreseen to pay back {cost} an account in its month {month}", cohort=name, cost=cost, month=line["payback_month"]
        )
    if is_ == "not_within":
        return tr("{cohort} is not foreseen to pay back {cost} an account within five years", cohort=name, cost=cost)
    return tr("{cohort} has not paid back {cost} an account yet", cohort=name, cost=cost)


def drawn(value: Report, line: dict[str, Any], per: str) -> go.Figure:
    """The chosen cohort within its band, others pale behind it, and what an account cost as a level line."""
    parts, figure = apart(value, "cohort"), go.Figure()
    others = [part for part in parts.values() if part.rows["cohort"][0] != line["cohort"]]
    for part in others[:: max(len(others) // MOST_OTHERS, 1)][:MOST_OTHERS]:
        _line(figure, value, _seen(part), (PALE, "solid"), cohort_called(part.rows["cohort"][0], per))
    own, name = parts[line["cohort"]], cohort_called(line["cohort"], per)
    seen, rows = _seen(own), own.rows.to_dicts()
    ahead = rows[max(len(seen) - 1, 0) :]
    _band(figure, value, ahead)
    _line(figure, value, seen, (charts.BLUE, "solid"), name)
    _line(figure, value, ahead, (charts.BLUE, "dash"), name)
    charts.styled(figure, HEIGHT).update_xaxes(title={"text": tr("Month of life"), "font": {"size": 11}}, rangemode="tozero", dtick=12)
    _cost(figure, value, line, rows[-1]["month_of_life"])
    figure.update_yaxes(rangemode="tozero", tickformat="~s")
    last = text.money(value.shown("margin_per_account", rows[-1]["margin_per_account"]), value.currency)
    return charts.told(
        figure, tr("{cohort}: {last} an account by its month {month}", cohort=name, last=last, month=rows[-1]["month_of_life"])
    )


def _seen(part: Report) -> list[dict[str, Any]]:
    return [row for row in part.rows.to_dicts() if not row["is_projected"]]


def _line(figure: go.Figure, value: Report, rows: list[dict[str, Any]], look: tuple[str, str], name: str) -> None:
    hover = tr("{name}, month %{x}: %{y:,.0f}<extra></extra>").replace("{name}", name)
    months, shown = _points(value, rows, "margin_per_account")
    colour, dash = look
    line = {"color": colour, "width": 1.5 if colour == PALE else 2.5, "dash": dash}
    figure.add_scatter(x=months, y=shown, mode="lines", line=line, hovertemplate=hover)


def _points(value: Report, rows: list[dict[str, Any]], column: str) -> tuple[list[int], list[float | None]]:
    """Months and money of a column; of what was seen there are no bounds, and they are what was seen."""
    told = [row["margin_per_account"] if row[column] is None else row[column] for row in rows]
    return [row["month_of_life"] for row in rows], [value.shown(column, one) for one in told]


def _band(figure: go.Figure, value: Report, ahead: list[dict[str, Any]]) -> None:
    """Between which bounds what is foreseen lies; from the last seen month on, where both are what was seen."""
    for name, fill in (("margin_high", None), ("margin_low", "tonexty")):
        months, shown = _points(value, ahead, name)
        figure.add_scatter(x=months, y=shown, mode="lines", line={"width": 0}, fill=fill, fillcolor=BAND, hoverinfo="skip")


def _cost(figure: go.Figure, value: Report, line: dict[str, Any], last: int) -> None:
    """What winning an account cost, as a level line, and the month in which it is paid back."""
    if line["cac"] is None:
        return
    cost = value.shown("cac", line["cac"])
    figure.add_scatter(
        x=[0, last], y=[cost, cost], mode="lines", line={"color": charts.ORANGE, "width": 1.5, "dash": "dot"}, hoverinfo="skip"
    )
    figure.add_annotation(
        x=0,  # of a young cohort the line is shorter than its words
        y=cost,
        text=f"<b>{tr('CAC')} {text.money(cost, value.currency)}</b>",
        showarrow=False,
        xanchor="left",
        yshift=10,
        font={"color": charts.ORANGE, "size": 12},
    )
    if line["payback_month"] is not None:
        marker = {"color": charts.ORANGE, "size": 10, "symbol": "circle" if line["payback_is"] == "seen" else "circle-open"}
        figure.add_scatter(
            x=[line["payback_month"]], y=[cost], mode="markers", marker=marker, hovertemplate=tr("Paid back in month %{x}<extra></extra>")
        )
