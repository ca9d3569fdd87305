"""Reports as plotly figures."""

from collections.abc import Mapping
from datetime import date, timedelta
from html import escape
from itertools import accumulate
from math import ceil, floor, log10
from typing import Literal

import plotly.graph_objects as go
import streamlit as st

from language import tr
from pages.ui import text
from reports.files import tables
from reports.report import Report
from reports.words.titles import title as title_of

# On hover one button, which saves the chart as a picture; the page adds the one for full screen.
CONFIG = {"displaylogo": False, "showSendToCloud": False, "modeBarButtons": [["toImage"]]}
# One meaning each: what is or grew, what shrank or was lost, a second measure beside it, what is compared with, what lies behind.
# They hold on a light and on a dark ground, and for eyes that tell red from green badly.
BLUE, ORANGE, TEAL, GREY, SOFT = "#5b5bea", "#cf6a1f", "#12908f", "#8a8f9c", "rgba(128, 134, 150, 0.25)"
MOST_TICKS = 6
MOST_PRODUCTS, LONGEST_NAME = 12, 24  # of a time line: products, and signs of their names
NEAR = 60  # days, below which the first of some days has no mark of its own
LABEL = 16  # pixels that a word at the end of a line is high
CLEAR, GRID = "rgba(0, 0, 0, 0)", "rgba(128, 134, 150, 0.15)"
UP, DOWN = ("new", "reactivation", "expansion", "entering"), ("contraction", "churn", "leaving")


def draw(figure: go.Figure, key: str, width: int | Literal["stretch"] = "stretch") -> None:
    """A chart on the page, with what it shows in words for who cannot see it."""
    st.plotly_chart(figure, config=CONFIG, key=key, width=width, alt=(figure.layout.meta or {}).get("alt"))


def told(figure: go.Figure, words: str) -> go.Figure:
    """The same chart, with what it shows in words."""
    return figure.update_layout(meta={"alt": words})


def styled(figure: go.Figure, height: int = 320) -> go.Figure:
    """The look that all charts share; ground and words are the theme's."""
    figure.update_layout(
        margin={"l": 8, "r": 8, "t": 24, "b": 8}, height=height, plot_bgcolor=CLEAR, paper_bgcolor=CLEAR, showlegend=False,
        separators=".,", font={"size": 12}, bargap=0.35, modebar={"bgcolor": CLEAR, "color": GREY, "activecolor": BLUE},
    )  # fmt: skip
    figure.update_xaxes(gridcolor=CLEAR, linecolor=SOFT, automargin=True)
    return figure.update_yaxes(gridcolor=GRID, zerolinecolor=GREY, automargin=True)


def waterfall(report: Report) -> go.Figure:
    """From the opening to the closing of the whole period; steps of nothing are left out.

    Where the steps are small beside the whole, the axis begins above zero so that they can be seen, and says so.
    """
    steps = [("opening", report.total("opening"), "absolute"), *((name, report.total(name) or 0, "relative") for name in UP)]
    steps += [(name, -(report.total(name) or 0), "relative") for name in DOWN]
    steps += [("fx", report.total("fx"), "relative"), ("closing", report.total("closing"), "total")]
    shown = [step for step in steps if step[1] or step[2] != "relative"]
    drawn = go.Waterfall(
        x=[title_of(name) for name, _, _ in shown], y=[value for _, value, _ in shown], measure=[kind for *_, kind in shown],
        increasing={"marker": {"color": BLUE}}, decreasing={"marker": {"color": ORANGE}}, totals={"marker": {"color": GREY}},
        text=[text.money(value, report.currency) for _, value, _ in shown], textinfo="text", textposition="outside",
        cliponaxis=False, connector={"line": {"color": SOFT}}, hovertemplate=tr("%{x}: %{customdata}<extra></extra>"),
        customdata=[text.money_in_full(value, report.currency) for _, value, _ in shown],
    )  # fmt: skip
    figure = _zoomed(styled(go.Figure(drawn)), [value or 0 for _, value, kind in shown if kind != "total"], report.currency)
    return told(figure, tr("; ").join(f"{title_of(name)} {text.money(value, report.currency)}" for name, value, _ in shown))


def _zoomed(figure: go.Figure, steps: list[float], currency: str) -> go.Figure:
    """The axis of a waterfall from just below its lowest level on, where all levels lie close together."""
    levels = list(accumulate(steps))
    low, high = min(levels), max(levels)
    if low <= 0 or high - low > high / 2:
        return _money_axis(figure, min(low, 0), high, currency)
    room = max(high - low, high / 100)
    start = max(low - room / 2, 0)
    _money_axis(figure, start, high + room / 4, currency).update_yaxes(range=[start, high + room / 4])
    return figure.update_xaxes(
        title={"text": tr("Zoomed: the axis begins at {start}, not at zero", start=text.money(start, currency)), "font": {"size": 11}}
    )


def _money_axis(figure: go.Figure, low: float, high: float, currency: str) -> go.Figure:
    """At most six marks at round amounts, written as short as everywhere."""
    if high <= low:
        return figure
    size = 10 ** floor(log10((high - low) / 5))
    step = next(size * one for one in (1, 2, 5, 10) if size * one * 5 >= high - low)
    marks = [step * at for at in range(ceil(low / step), floor(high / step) + 1)]
    return figure.update_yaxes(tickvals=marks, ticktext=[text.money(mark, currency) for mark in marks])


def _months(figure: go.Figure, days: list[date]) -> go.Figure:
    """Marks on the very days that are drawn, a month each, so that none stands between two points; some are left out where many are."""
    apart = ceil(len(days) / MOST_TICKS)
    marks = days[::-1][::apart][::-1]
    weeks = len({(day.year, day.month) for day in days}) < len(days)
    return figure.update_xaxes(tickvals=marks, ticktext=_in_two_lines(marks, weeks), tickangle=0)


def _in_two_lines(days: list[date], weeks: bool) -> list[str]:
    """Each month, of weeks each day, its year below it where that is another than before. Short, so that a phone has room: the first
    is left without its year where the next has another one."""
    said = [tr("{day.day} {day:%b}", day=day) if weeks else tr("{day:%b}", day=day) for day in days]
    yearly = len({day.year for day in days[:3]}) == len(days[:3])
    years = [days[0].year if len(days) > 2 and days[1].year != days[0].year and not yearly else None, *(day.year for day in days)]
    return [words if day.year == before else f"{words}<br>{day.year}" for words, day, before in zip(said, days, years, strict=False)]


def line(report: Report, x: str, y: str, *, hover: str = "%{x}: %{y:,}", height: int = 280) -> go.Figure:
    """One series over time, its last known value written at its end; what is not known is a gap."""
    frame = tables.to_table(report)
    days, values = frame[x].to_list(), frame[y].to_list()
    known = [at for at, value in enumerate(values) if value is not None] or [-1]
    end, money = known[-1], report.units.get(y) == "money"
    last = text.money(values[end], report.currency) if money else text.count(values[end])
    figure = go.Figure(
        go.Scatter(x=days, y=values, mode="lines", line={"color": BLUE, "width": 2.5}, hovertemplate=hover + "<extra></extra>")
    )
    figure.add_scatter(
        x=[days[end]], y=[values[end]], mode="markers", marker={"color": BLUE, "size": 8}, cliponaxis=False, hoverinfo="skip"
    )  # fmt: skip
    _at_the_end(styled(figure, height), days[end], [(values[end] or 0, f"<b>{last}</b>", BLUE)])
    _months(figure, days).update_yaxes(rangemode="tozero")
    if money:
        _money_axis(figure, 0, max((value for value in values if value is not None), default=0), report.currency)
    return told(
        figure,
        tr(
            "{y}, {days} to {days_2}: at the end {last}",
            y=title_of(y),
            days=text.day(days[known[0]]),
            days_2=text.day(days[end]),
            last=last,
        ),
    )


def banded(report: Report, x: str, y: str, low: str, high: str, *, ratio: bool = False, height: int = 300) -> go.Figure:
    """One series over time within the band of what chance allows for, its last value written at its end; no band where none is known."""
    rows = report.rows.drop_nulls(y)
    days, values = rows[x].to_list(), rows[y].to_list()
    figure = go.Figure()
    for name, fill in ((high, None), (low, "tonexty")):
        figure.add_scatter(x=days, y=rows[name].to_list(), mode="lines", line={"width": 0}, fill=fill, fillcolor=SOFT, hoverinfo="skip")
    shape = ":.1%" if ratio else ":.0f"
    figure.add_scatter(
        x=days, y=values, mode="lines+markers", line={"color": BLUE, "width": 2.5}, customdata=rows.select(low, high, "answers").rows(),
        hovertemplate=f"%{{y{shape}}} (%{{customdata[0]{shape}}} – %{{customdata[1]{shape}}}), n = %{{customdata[2]:,}}<extra></extra>",
    )  # fmt: skip
    last = text.percent(values[-1]) if ratio else text.decimal(values[-1], 0)
    _at_the_end(styled(figure, height), days[-1], [(values[-1], f"<b>{last}</b>", BLUE)])
    said = tr("{y}, {days} to {days_2}: at the end {last}", y=title_of(y), days=text.day(days[0]), days_2=text.day(days[-1]), last=last)
    return told(_months(figure, days).update_yaxes(tickformat=".0%" if ratio else None), said)


def of_quarters(figure: go.Figure, days: list[date], currency: str, words: str) -> go.Figure:
    """Money at the ends of quarters, with marks on some of these days, from zero on; words: what it shows."""
    highest = max((one for line in figure.data for one in line.y if one is not None), default=0)
    shown = _months(styled(figure), sorted(set(days))) if days else styled(figure)
    return told(_money_axis(shown.update_yaxes(rangemode="tozero"), 0, highest, currency), words)


def ratios(report: Report, x: str, names: tuple[str, ...], height: int = 280, hover: str = "") -> go.Figure:
    """Ratios over time as lines in percent, each with its name and last value at its end. hover: of when a value is; else of the twelve
    months to its day."""
    figure, ends, days = go.Figure(), [], []
    for name, colour in zip(names, (BLUE, TEAL, GREY), strict=False):
        rows = tables.to_table(report).drop_nulls(name)
        if rows.is_empty():
            continue
        days, values = rows[x].to_list(), rows[name].to_list()
        figure.add_scatter(
            x=days, y=values, mode="lines", line={"color": colour, "width": 2.5},
            hovertemplate=title_of(name) + (hover or tr(" %{y:.1%}, twelve months to %{x|%-d %b %Y}<extra></extra>")),
        )  # fmt: skip
        ends.append((values[-1], f"<b>{title_of(name)} {text.percent(values[-1])}</b>", colour))
    styled(figure, height).update_yaxes(tickformat=".0%")
    if days:
        _months(_at_the_end(figure, days[-1], ends), days)
    said = tr(", ").join(words[3:-4] for _, words, _ in ends)
    return told(
        styled(figure, height).update_yaxes(tickformat=".0%"),
        tr("{said} at the end of {days} months", said=said, days=len(days)) if days else tr("Nothing known"),
    )


def _at_the_end(figure: go.Figure, day: date, ends: list[tuple[float, str, str]]) -> go.Figure:
    """What each line is called, at its end, in its colour; where two would lie on each other, they are moved apart."""
    values = [value for line in figure.data for value in line.y if value is not None]
    height, least, free = 200 / ((max(values, default=0) - min(values, default=0)) or 1), min(values, default=0), -1.0
    for value, words, colour in sorted(ends):
        own = (value - least) * height
        place, free = max(own, free), max(own, free) + LABEL
        figure.add_annotation(
            x=day, y=value, text=f" {words}", showarrow=False, xanchor="left", yshift=place - own, font={"color": colour, "size": 12}
        )
    return figure.update_layout(margin={"r": 24 + 7 * max((len(words) - 7 for _, words, _ in ends), default=0)})


def named_at_the_end(figure: go.Figure, day: date, value: float, words: str) -> go.Figure:
    """One more line's name at its end, quiet, in two lines where it has a space, away from other names and above the axis; and the room."""
    known = [one for line in figure.data for one in line.y if one is not None]
    least, pixel = min(0, *known), ((max(known) - min(0, *known)) or 1) / 200  # pixel: in values, one of the chart's height
    near = [one.y for one in figure.layout.annotations if abs(one.y - value) < 1.5 * LABEL * pixel]
    shift = -1.5 * LABEL if near and near[0] >= value else 1.5 * LABEL if near else 0
    lines, low = words.rsplit(" ", 1), value - least < LABEL * pixel
    figure.add_annotation(
        x=day, y=value, text="<br>".join(lines), align="left", showarrow=False, xanchor="left", yanchor="bottom" if low else "middle",
        xshift=4, yshift=0 if low and shift < 0 else shift, font={"size": 11, "color": GREY},
    )  # fmt: skip
    return figure.update_layout(margin={"r": max(figure.layout.margin.r or 0, 24 + 6 * max(map(len, lines)))})


def money_lines(figure: go.Figure, ends: list[tuple[float, str, str]], currency: str, height: int = 320) -> go.Figure:
    """Lines of money over days in the shared look. ends: of each line its last value, as it is written there, and its colour; what lines
    are called stands above them, since a phone has no room at their ends. The axis begins below the lowest value, since what matters is how
    far the lines lie apart."""
    styled(figure, height)
    days = sorted({day for line in figure.data for day in line.x})
    values = [value for line in figure.data for value in line.y if value is not None]
    if not days or not values:
        return figure
    _at_the_end(figure, days[-1], ends)
    low, high = min(values), max(values)
    room = (high - low) / 5 or abs(high) / 10 or 1
    _money_axis(figure, low - room, high + room, currency)
    figure.update_yaxes(range=[low - room, high + room])
    figure.update_layout(showlegend=True, legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"})
    return _months(figure, [day for at, day in enumerate(days) if at != 0 or (days[1] - day).days > NEAR])


def bars(names: list[str], values: list[float], labels: list[str], colours: list[str] | str = BLUE, height: int | None = None) -> go.Figure:
    """Horizontal bars, the first on top, each with its label."""
    bar = go.Bar(
        x=values, y=names, orientation="h", text=labels, textposition="outside", cliponaxis=False, marker={"color": colours},
        hovertemplate=tr("%{y}: %{text}<extra></extra>"),
    )  # fmt: skip
    figure = styled(go.Figure(bar), height or 60 + 34 * len(names))
    told(figure, tr("; ").join(f"{name}: {label}" for name, label in zip(names, labels, strict=True)))
    return figure.update_yaxes(autorange="reversed", gridcolor=CLEAR).update_xaxes(visible=False)


def timeline(report: Report) -> go.Figure:
    """Contract lines from start to end, the day looked at marked; open ends run a year past it. Of many products those that began last."""
    today = report.parameters["as_of"]
    figure, far = go.Figure(), today + timedelta(days=365)
    rows = tables.to_table(report).sort("starts_on", descending=True).to_dicts()
    shown = products(report)
    drawn = [row for row in rows if (row["product"] or tr("Line")) in shown]
    for row in drawn:
        end, product = min(row["ends_on"] or far, far), row["product"] or tr("Line")
        figure.add_scatter(
            x=[row["starts_on"], end], y=[shown.index(product)] * 2, mode="lines",
            line={"color": GREY if end <= today else BLUE, "width": 12},
            hovertemplate=tr("{product}: {row}<extra></extra>", product=escape(product), row=_worth(row)),  # read as HTML
        )  # fmt: skip
    figure.add_vline(x=today, line={"color": GREY, "width": 1.5, "dash": "dot"})
    figure.update_xaxes(tickformatstops=[{"dtickrange": ["M1", "M6"], "value": tr("%b %Y")}])
    told(figure, tr("; ").join(_span(row) for row in drawn))
    names = {"tickvals": [*range(len(shown))], "ticktext": [_short(product) for product in shown], "range": [-0.6, len(shown) - 0.4]}
    return styled(figure, 90 + 32 * len(shown)).update_yaxes(zeroline=False, **names)


def _span(row: Mapping[str, object]) -> str:
    """A contract line in words: what, from when to when."""
    product, start, end = row["product"] or tr("Line"), row["starts_on"], row["ends_on"]
    return (
        tr("{product} {start} to {end}", product=product, start=start, end=end)
        if end
        else tr("{product} from {start} on", product=product, start=start)
    )


def products(report: Report) -> list[str]:
    """The products of a time line, those that began last first; no more than can be told apart."""
    rows = report.rows.sort("starts_on", descending=True)["product"]
    return list(dict.fromkeys(product or tr("Line") for product in rows))[:MOST_PRODUCTS]


def _short(name: str) -> str:
    """A name beside an axis: a long one would leave no room for what is drawn."""
    return escape(name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…")


def _worth(row: dict) -> str:
    return tr(
        "{arr} a year, {starts_on} to {ends_on}",
        arr=text.money_in_full(row["arr"], row["currency"]),
        starts_on=row["starts_on"],
        ends_on=row["ends_on"] or "open",
    )


def shares_by_feed(report: Report, height: int = 240) -> go.Figure:
    """The share of rows that each file had rejected, in the order of import, a line for each feed."""
    figure = go.Figure()
    for (feed,), rows in tables.to_table(report).drop_nulls("rejected_share").sort("batch").group_by("feed", maintain_order=True):
        files = [tr("{file}, imported {day}", file=escape(file), day=day) for file, day in rows.select("file", "imported_on").rows()]
        figure.add_scatter(
            x=rows["batch"].to_list(), y=rows["rejected_share"].to_list(), mode="lines+markers", name=escape(feed), customdata=files,
            line={"width": 2}, hovertemplate=tr("%{customdata}: %{y:.1%} rejected<extra></extra>"),
        )  # fmt: skip
    figure = styled(figure, height).update_yaxes(tickformat=".0%", rangemode="tozero").update_xaxes(title=tr("Import"), tickformat="d")
    told(figure, tr("The share of rows that each import had rejected, by feed"))
    return figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.15})
