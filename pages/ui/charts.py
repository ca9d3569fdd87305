"""Reports as plotly figures."""

from datetime import timedelta
from html import escape
from itertools import accumulate

import plotly.graph_objects as go

from pages.ui import text
from reports.files import tables
from reports.report import Report

CONFIG = {"displaylogo": False, "showSendToCloud": False, "displayModeBar": False}
# One meaning each: what is or grew, what shrank, what is compared with, what lies behind. They hold on a light and on a dark ground.
BLUE, ORANGE, GREY, SOFT = "#5b5bea", "#cf6a1f", "#8a8f9c", "rgba(128, 134, 150, 0.25)"
CLEAR, GRID = "rgba(0, 0, 0, 0)", "rgba(128, 134, 150, 0.15)"
UP, DOWN = ("new", "reactivation", "expansion", "entering"), ("contraction", "churn", "leaving")


def styled(figure: go.Figure, height: int = 320) -> go.Figure:
    """The look that all charts share; ground and words are the theme's."""
    figure.update_layout(
        margin={"l": 8, "r": 8, "t": 24, "b": 8}, height=height, plot_bgcolor=CLEAR, paper_bgcolor=CLEAR, showlegend=False,
        separators=".,", font={"size": 12}, bargap=0.35,
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
        x=[text.title(name) for name, _, _ in shown], y=[value for _, value, _ in shown], measure=[kind for *_, kind in shown],
        increasing={"marker": {"color": BLUE}}, decreasing={"marker": {"color": ORANGE}}, totals={"marker": {"color": GREY}},
        text=[text.money(value, report.currency) for _, value, _ in shown], textinfo="text", textposition="outside",
        cliponaxis=False, connector={"line": {"color": SOFT}}, hovertemplate="%{x}: %{customdata}<extra></extra>",
        customdata=[text.money_in_full(value, report.currency) for _, value, _ in shown],
    )  # fmt: skip
    return _zoomed(styled(go.Figure(drawn)), [value or 0 for _, value, kind in shown if kind != "total"], report.currency)


def _zoomed(figure: go.Figure, steps: list[float], currency: str) -> go.Figure:
    """The axis of a waterfall from just below its lowest level on, where all levels lie close together."""
    levels = list(accumulate(steps))
    low, high = min(levels), max(levels)
    if low <= 0 or high - low > high / 2:
        return figure
    room = max(high - low, high / 100)
    start = max(low - room / 2, 0)
    figure.update_yaxes(range=[start, high + room / 4])
    return figure.update_xaxes(title={"text": f"Axis begins at {text.money(start, currency)}", "font": {"size": 11}})


def line(report: Report, x: str, y: str, *, hover: str = "%{x}: %{y:,}", height: int = 280) -> go.Figure:
    """One series over time, its last known value written at its end; what is not known is a gap."""
    frame = tables.to_table(report)
    days, values = frame[x].to_list(), frame[y].to_list()
    known = [at for at, value in enumerate(values) if value is not None] or [-1]
    end = known[-1]
    last = text.money(values[end], report.currency) if report.units.get(y) == "money" else text.count(values[end])
    figure = go.Figure(
        go.Scatter(x=days, y=values, mode="lines", line={"color": BLUE, "width": 2.5}, hovertemplate=hover + "<extra></extra>")
    )
    figure.add_scatter(
        x=[days[end]], y=[values[end]], mode="markers+text", marker={"color": BLUE, "size": 8}, text=[last], textposition="top left",
        cliponaxis=False, hoverinfo="skip",
    )  # fmt: skip
    return styled(figure, height).update_yaxes(rangemode="tozero")


def ratios(report: Report, x: str, names: tuple[str, ...], height: int = 280) -> go.Figure:
    """Ratios over time as lines in percent, each with its name and last value at its end."""
    figure = go.Figure()
    for name, colour in zip(names, (BLUE, ORANGE, GREY), strict=False):
        rows = tables.to_table(report).drop_nulls(name)
        if rows.is_empty():
            continue
        days, values = rows[x].to_list(), rows[name].to_list()
        figure.add_scatter(
            x=days, y=values, mode="lines", line={"color": colour, "width": 2.5},
            hovertemplate=text.title(name) + " %{y:.1%}, twelve months to %{x}<extra></extra>",
        )  # fmt: skip
        last = f" {text.title(name)} {text.percent(values[-1])}"
        figure.add_annotation(x=days[-1], y=values[-1], text=last, showarrow=False, xanchor="left", font={"color": colour})
    return styled(figure, height).update_yaxes(tickformat=".0%").update_layout(margin={"r": 150})


def bars(names: list[str], values: list[float], labels: list[str], colours: list[str] | str = BLUE, height: int | None = None) -> go.Figure:
    """Horizontal bars, the first on top, each with its label."""
    bar = go.Bar(
        x=values, y=names, orientation="h", text=labels, textposition="outside", cliponaxis=False, marker={"color": colours},
        hovertemplate="%{y}: %{text}<extra></extra>",
    )  # fmt: skip
    figure = styled(go.Figure(bar), height or 60 + 34 * len(names))
    return figure.update_yaxes(autorange="reversed", gridcolor=CLEAR).update_xaxes(visible=False)


def health(components: list[dict]) -> go.Figure:
    """The points that each measure gives, of those it could."""
    known = [part for part in components if not part["missing"]]
    names = [text.title(part["name"]) for part in known]
    most = [100 * part["effective_weight"] for part in known]
    got = [part["points"] for part in known]
    figure = go.Figure(go.Bar(x=most, y=names, orientation="h", marker={"color": SOFT}, hoverinfo="skip"))
    figure.add_bar(
        x=got, y=names, orientation="h", marker={"color": BLUE}, hovertemplate="%{y}: %{text}<extra></extra>", textposition="none",
        text=[f"{points:.1f} of {most:.1f} points" for points, most in zip(got, most, strict=True)],
    )  # fmt: skip
    for name, points, whole in zip(names, got, most, strict=True):
        figure.add_annotation(x=whole, y=name, text=f" {points:.0f} of {whole:.0f}", showarrow=False, xanchor="left")
    figure.update_layout(barmode="overlay")
    return styled(figure, 70 + 36 * len(names)).update_yaxes(autorange="reversed", gridcolor=CLEAR).update_xaxes(visible=False)


def timeline(report: Report) -> go.Figure:
    """Contract lines from start to end, the day looked at marked; open ends run a year past it."""
    today = report.parameters["as_of"]
    figure, far = go.Figure(), today + timedelta(days=365)
    for row in tables.to_table(report).sort("starts_on", descending=True).iter_rows(named=True):
        end = min(row["ends_on"] or far, far)
        product = escape(row["product"] or "Line")  # hover texts are read as HTML
        figure.add_scatter(
            x=[row["starts_on"], end], y=[product] * 2, mode="lines", line={"color": GREY if end <= today else BLUE, "width": 12},
            hovertemplate=f"{product}: {_worth(row)}<extra></extra>",
        )  # fmt: skip
    figure.add_vline(x=today, line={"color": ORANGE, "width": 1.5, "dash": "dot"})
    return styled(figure, 90 + 32 * report.rows["product"].n_unique())


def _worth(row: dict) -> str:
    return f"{text.money_in_full(row['arr'], row['currency'])} a year, {row['starts_on']} to {row['ends_on'] or 'open'}"


def shares_by_feed(report: Report, height: int = 240) -> go.Figure:
    """The share of rows that each file had rejected, in the order of import, a line for each feed."""
    figure = go.Figure()
    for (feed,), rows in tables.to_table(report).drop_nulls("rejected_share").sort("batch").group_by("feed", maintain_order=True):
        told = [f"{escape(file)}, imported {day}" for file, day in rows.select("file", "imported_on").rows()]
        figure.add_scatter(
            x=rows["batch"].to_list(), y=rows["rejected_share"].to_list(), mode="lines+markers", name=escape(feed), customdata=told,
            line={"width": 2}, hovertemplate="%{customdata}: %{y:.1%} rejected<extra></extra>",
        )  # fmt: skip
    figure = styled(figure, height).update_yaxes(tickformat=".0%", rangemode="tozero").update_xaxes(title="Import", tickformat="d")
    return figure.update_layout(showlegend=True, legend={"orientation": "h", "y": 1.15})
