"""Frames as plotly figures."""

import plotly.graph_objects as go

from reports.report import Report

CONFIG = {"displaylogo": False, "showSendToCloud": False, "displayModeBar": False}
BLUE, ORANGE, GREY = "#1f5fa8", "#c2571a", "#8a949e"
UP, DOWN = ("new", "reactivation", "expansion"), ("contraction", "churn")


def _plain(figure: go.Figure) -> go.Figure:
    figure.update_layout(margin={"l": 8, "r": 8, "t": 24, "b": 8}, height=340, plot_bgcolor="white", showlegend=False, separators=".,")
    return figure.update_yaxes(gridcolor="#e8ebee", zerolinecolor="#8a949e")


def waterfall(report: Report) -> go.Figure:
    """From the opening to the closing of the whole period."""
    totals = report.totals
    steps = [("opening", totals["opening"], "absolute"), *((name, totals[name], "relative") for name in UP)]
    steps += [
        *((name, -totals[name], "relative") for name in DOWN),
        ("fx", totals["fx"], "relative"),
        ("closing", totals["closing"], "total"),
    ]
    labels = [f"{round(value / 100):,}".replace("-", "−") for _, value, _ in steps]
    figure = go.Figure(
        go.Waterfall(
            x=[name.capitalize() for name, _, _ in steps], y=[value / 100 for _, value, _ in steps], measure=[kind for *_, kind in steps],
            increasing={"marker": {"color": BLUE}}, decreasing={"marker": {"color": ORANGE}}, totals={"marker": {"color": GREY}},
            text=labels, textinfo="text", textposition="outside", cliponaxis=False,
            connector={"line": {"color": "#d5dade"}},
        )
    )  # fmt: skip
    return _plain(figure)


def closing_line(report: Report) -> go.Figure:
    """Closing MRR month by month."""
    values = [cents / 100 for cents in report.rows["closing"]]
    figure = go.Figure(go.Scatter(x=report.rows["month"].to_list(), y=values, mode="lines+markers", line={"color": BLUE}))
    return _plain(figure).update_yaxes(rangemode="tozero")
