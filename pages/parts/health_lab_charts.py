"""The health lab in charts: shares that renewed and areas under the curve, each with the line that holds the true one."""

from collections.abc import Iterable
from typing import Any

import plotly.graph_objects as go

from language import tr
from language.formats import clauses
from pages.ui import text
from pages.ui.charts import BLUE, CLEAR, GREY, GRID, ORANGE, styled
from pages.ui.charts import told as with_words
from reports.report import Report
from reports.words.health_words import band_called

COLOURS = {"predicts": BLUE, "against": ORANGE}
COIN = 0.5
ROW, BAND_ROW, AXIS = 30, 46, 64  # pixels
Row = dict[str, Any]


def of_bands(rows: list[Row]) -> go.Figure:
    """What share renewed of the accounts in each band, so many days ahead."""
    figure, told = go.Figure(), []
    for row in rows:
        name, value = band_called(row["band"]), row["renewed_share"]
        _point(figure, name, value, row["renewed_low"], row["renewed_high"], BLUE)
        words = tr("{share} (n = {n})", share=text.percent(value), n=text.count(row["observations"]))
        _beside(figure, name, value, words)
        told.append(tr("{name}: {value}", name=name, value=words))
    with_words(styled(figure, AXIS + BAND_ROW * len(rows)), clauses(*told))
    figure.update_xaxes(range=[-0.02, 1.04], tickformat=".0%", tickvals=[0, 0.5, 1], gridcolor=GRID)
    return figure.update_yaxes(gridcolor=CLEAR)


def areas(report: Report) -> go.Figure:
    """How often an account that renewed had more points than one that left, for the score and all that it is made of."""
    rows = [row for row in report.rows.iter_rows(named=True) if row["auc"] is not None]
    figure, told = go.Figure(), []
    for row in rows:
        name, colour = _name(row), COLOURS.get(row["found"], GREY)
        _point(figure, name, row["auc"], row["auc_low"], row["auc_high"], colour)
        _at_the_right(figure, name, row["auc"], colour)
        told.append(tr("{name}: {value}", name=row["name"], value=text.percent(row["auc"])))
    with_words(styled(figure, AXIS + ROW * len(rows)), clauses(*told)).update_layout(margin={"r": 52})
    lowest = min(0.3, *(row["auc_low"] for row in rows))
    figure.update_xaxes(range=[lowest, 1.02], tickformat=".0%", title=tr("how often the one that renewed had more points"))
    return figure.update_yaxes(autorange="reversed", gridcolor=CLEAR).add_vline(x=COIN, line={"color": GREY, "dash": "dot"})


def by_score(report: Report) -> go.Figure:
    """What share renewed in each fifth of the accounts by score."""
    rows = [*report.rows.iter_rows(named=True)]
    names = [f"{text.score(row['score_low'])} – {text.score(row['score_high'])}" for row in rows]
    values = [row["renewed_share"] for row in rows]
    ranges = _ranges(values, (row["renewed_low"] for row in rows), (row["renewed_high"] for row in rows))
    figure = go.Figure(
        go.Scatter(
            x=names, y=values, mode="lines+markers", line={"color": BLUE, "width": 2.5}, marker={"size": 9}, cliponaxis=False,
            error_y=ranges, customdata=[row["observations"] for row in rows],
            hovertemplate=tr("score %{x}: %{y:.1%} renewed, n = %{customdata:,}<extra></extra>"),
        )
    )  # fmt: skip
    told = (tr("{name}: {value}", name=name, value=text.percent(value)) for name, value in zip(names, values, strict=True))
    with_words(styled(figure, 280), clauses(*told)).update_xaxes(title=tr("score"), type="category")
    lowest = min(0.5, *(row["renewed_low"] for row in rows))
    return figure.update_yaxes(tickformat=".0%", range=[lowest, 1.02], title=tr("share that renewed"))


def _name(row: Row) -> str:
    if row["tested"] == "score":
        return tr("Score, {days} days", days=row["lead_days"])
    return f"<b>{row['name']}</b>" if row["tested"] == "group" else row["name"]


def _point(figure: go.Figure, name: str, value: float, low: float, high: float, colour: str) -> None:
    """A value with the line that holds the true one."""
    figure.add_scatter(
        x=[value], y=[name], mode="markers", marker={"size": 10, "color": colour}, cliponaxis=False,
        error_x=_ranges([value], [low], [high]),
        hovertemplate=f"%{{y}}: %{{x:.1%}} ({text.percent(low)} – {text.percent(high)})<extra></extra>",
    )  # fmt: skip


def _ranges(values: Iterable[float], lows: Iterable[float], highs: Iterable[float]) -> dict[str, Any]:
    ends = [(value - low, high - value) for value, low, high in zip(values, lows, highs, strict=True)]
    return {"type": "data", "symmetric": False, "arrayminus": [down for down, _ in ends], "array": [up for _, up in ends], "color": GREY}


def _beside(figure: go.Figure, name: str, value: float, words: str) -> None:
    """Words above a point, to the side where there is room."""
    anchor = "right" if value > COIN else "left"
    figure.add_annotation(x=value, y=name, text=words, showarrow=False, yshift=15, xanchor=anchor, font={"size": 11})


def _at_the_right(figure: go.Figure, name: str, value: float, colour: str) -> None:
    font = {"size": 12, "color": colour}
    figure.add_annotation(x=1, xref="paper", xanchor="left", y=name, text=f" {text.percent(value)}", showarrow=False, font=font)
