"""The difference that plays made in renewals, each with the line that holds the true one 95 times of 100."""

import plotly.graph_objects as go

from language import tr
from language.formats import clauses
from pages.ui import text
from pages.ui.charts import BLUE, CLEAR, GREY, GRID, ORANGE, styled
from pages.ui.charts import told as with_words
from reports.report import Report

ROW, AXIS = 46, 72  # pixels
COLOURS = {"more": BLUE, "less": ORANGE}
EDGE = 0.02


def of_renewals(report: Report) -> go.Figure:
    """Each play of which the difference in renewals is told, those by chance named so."""
    rows = [row for row in report.rows.iter_rows(named=True) if row["difference"] is not None]
    figure, told = go.Figure(), []
    for row in rows:
        name, value = _name(row), row["difference"]
        ends = {"array": [row["difference_high"] - value], "arrayminus": [value - row["difference_low"]]}
        figure.add_scatter(
            x=[value], y=[name], mode="markers", marker={"size": 11, "color": COLOURS.get(row["effect"], GREY)}, showlegend=False,
            error_x={"type": "data", "symmetric": False, "thickness": 2, "width": 0, **ends}, cliponaxis=False,
            hovertemplate="%{x:+.1%}<extra></extra>",
        )  # fmt: skip
        told.append(tr("{name}: {value}", name=name, value=text.percent(value)))
    with_words(styled(figure, AXIS + ROW * len(rows)), clauses(*told))
    far = max(max(abs(row["difference_low"]), abs(row["difference_high"])) for row in rows) + EDGE
    figure.update_xaxes(range=[-far, far], tickformat="+.0%", gridcolor=GRID, title=tr("difference in renewals"))
    return figure.update_yaxes(autorange="reversed", gridcolor=CLEAR).add_vline(x=0, line={"color": GREY, "dash": "dot"})


def _name(row: dict) -> str:
    return tr("{play}, by chance", play=row["play"]) if row["compared_by"] == "by_chance" else row["play"]
