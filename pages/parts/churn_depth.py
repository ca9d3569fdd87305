"""The churn model in depth on its page: measures with ranges, quarters and segments, curves, drift, and what it cannot say."""

from math import exp, log10
from typing import Any

import plotly.graph_objects as go
import streamlit as st
from plotly.subplots import make_subplots

from language import mark, mark_n, tr, tr_n
from language.formats import clauses, listed
from pages.ui import charts, text
from pages.ui.charts import BLUE, CLEAR, GREY, styled, told
from reports.report import Report
from reports.words.model_inputs import SHARES, input_called

MOVED, MOVED_MUCH = 0.1, 0.25  # population stability index from which an input has moved, and has moved much
DRIFTED = 5  # inputs that are named
DRAWN = 6  # inputs whose curves are drawn, the weightiest first
ACROSS = 2  # curves beside each other, with room for their numbers on a phone
LESS, MORE = 0.5, 2.0  # times as likely: the least that an axis of curves holds
ROOM = 1.1  # above and below what is drawn
STABILITY = mark("AUC by quarter of the look and by segment, with the range of 95 of 100 draws of accounts; the dotted line is a coin")
CURVES = mark(
    "How many times as high the odds are as of the average look, by each of its weightiest inputs, all others as they are. A model that "
    "adds up its inputs does no more than this; of gradient boosting it is the average."
)
MORE_CURVES = mark_n(
    "The curve of {n:,} more input is in the card in full, below.", "The curves of {n:,} more inputs are in the card in full, below."
)
CALLED = mark(
    "With {calls} calls a month, the model would have led the team to {share} of the accounts that left{range}{money}; calls at random to "
    "{chance}."
)


def rows_of(report: Report, *sections: str) -> list[dict[str, Any]]:
    return [row for row in report.rows.iter_rows(named=True) if row["section"] in sections]


def depth(report: Report) -> None:
    """All of it; nothing where no model was tried."""
    if lines := measured(report):
        st.subheader(tr("What it would have found"))
        st.markdown("\n".join(f"- {line}" for line in lines))
    if rows_of(report, "quarter", "segment"):
        st.subheader(tr("Does it hold over time and for all?"))
        st.caption(tr(STABILITY))
        charts.draw(stability(report), "stability")
        if few := too_few(report):
            st.caption(few)
    if rows_of(report, "curve"):
        st.subheader(tr("What its inputs do"))
        st.caption(tr(CURVES))
        charts.draw(curves(report), "curves")
        if (more := len({row["name"] for row in rows_of(report, "curve")}) - DRAWN) > 0:
            st.caption(tr_n(*MORE_CURVES, more))
    if drift := drifted(report):
        st.subheader(tr("Has anything moved since it was trained?"))
        st.write(drift)
    if limits := rows_of(report, "cannot_say"):
        st.subheader(tr("What it cannot say"))
        st.markdown("\n".join(f"- {row['note']}" for row in limits))


def measured(report: Report) -> list[str]:
    """The measures in words, with their ranges; those that could not be told are left out."""
    found = {(row["name"], row["capacity"]): row for row in rows_of(report, "measure") if row["value"] is not None}
    calls = int(report.total("capacity") or 0)
    lines = []
    if recall := found.get(("recall", calls)):
        lines.append(_called(calls, recall, found[("recall_by_chance", calls)], found.get(("recall_by_amount", calls))))
    others = [row for (name, capacity), row in found.items() if name == "recall" and capacity != calls]
    if others:
        said = listed(tr("{share} with {calls}", share=text.percent(row["value"]), calls=row["capacity"]) for row in others)
        lines.append(tr("With more or fewer calls a month: {said}.", said=said))
    if precision := found.get(("average_precision", None)):
        lines.append(
            tr(
                "Average precision {value}{range}: of those above each account that left, how many left, on average.",
                value=text.decimal(precision["value"], 2),
                range=_range(precision, 2),
            )
        )
    if brier := found.get(("brier", None)):
        base = report.total("base_rate_brier")
        lines.append(
            tr(
                "Brier score {value}{range}, {base} for who says the average of all; 0 is perfect.",
                value=text.decimal(brier["value"], 3),
                range=_range(brier, 3),
                base=text.decimal(base, 3),
            )
        )
    if lift := found.get(("lift", None)):
        lines.append(tr("Lift of the top tenth {value}{range}.", value=text.decimal(lift["value"], 1), range=_range(lift, 1)))
    return lines


def _called(calls: int, recall: dict[str, Any], chance: dict[str, Any], worth: dict[str, Any] | None) -> str:
    money = tr(", and to {share} of their ARR{range}", share=text.percent(worth["value"]), range=_share_range(worth)) if worth else ""
    return tr(
        CALLED,
        calls=calls,
        share=text.percent(recall["value"]),
        range=_share_range(recall),
        money=money,
        chance=text.percent(chance["value"]),
    )


def _range(row: dict[str, Any], digits: int) -> str:
    if row["value_low"] is None:
        return ""
    return tr(" ({low} to {high})", low=text.decimal(row["value_low"], digits), high=text.decimal(row["value_high"], digits))


def _share_range(row: dict[str, Any]) -> str:
    if row["value_low"] is None:
        return ""
    return tr(" ({low} to {high})", low=text.percent(row["value_low"]), high=text.percent(row["value_high"]))


def stability(report: Report) -> go.Figure:
    """The AUC of each quarter and segment with its range, and how many were lost."""
    shown = [row for row in rows_of(report, "quarter", "segment") if row["auc"] is not None]
    figure = go.Figure()
    for row in shown:
        low, high = row["auc_low"] or row["auc"], row["auc_high"] or row["auc"]
        figure.add_scatter(
            x=[row["auc"]],
            y=[_named(row)],
            mode="markers",
            marker={"size": 10, "color": BLUE},
            error_x={"type": "data", "symmetric": False, "array": [high - row["auc"]], "arrayminus": [row["auc"] - low], "color": GREY},
            hovertemplate=tr("%{y}: AUC %{x:.3f}<extra></extra>"),
        )
    words = clauses(*(tr("{name}: AUC {auc:.2f}", name=_named(row), auc=row["auc"]) for row in shown)) or tr("too few to say")
    told(styled(figure, 90 + 28 * max(len(shown), 1)), words)
    figure.update_xaxes(range=[min([0.3, *(row["auc_low"] or 1 for row in shown)]), 1.02], title=tr("AUC"))
    return figure.update_yaxes(autorange="reversed", gridcolor=CLEAR).add_vline(x=0.5, line={"color": GREY, "dash": "dot"})


def _named(row: dict[str, Any]) -> str:
    return tr("{name} ({lost} of {all} lost)", name=row["name"], lost=row["outcomes"], all=row["outcomes"] + row["kept"])


def too_few(report: Report) -> str | None:
    few = [_named(row) for row in rows_of(report, "quarter", "segment") if row["auc"] is None]
    return tr("Too few to say: {names}.", names=listed(few)) if few else None


def curves(report: Report) -> go.Figure:
    """A small chart for each of the weightiest inputs: times the odds of the average look."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(report, "curve"):
        if row["name"] in found or len(found) < DRAWN:
            found.setdefault(row["name"], []).append(row)
    across = min(ACROSS, len(found))
    down = -(-len(found) // across)
    titles = [input_called(name) for name in found]
    figure = make_subplots(down, across, subplot_titles=titles, shared_yaxes=True, vertical_spacing=0.3 / down)
    for at, (name, points) in enumerate(found.items()):
        known = [point for point in points if point["value_low"] is not None]
        figure.add_scatter(
            x=[point["value_low"] for point in known],
            y=[exp(point["value"]) for point in known],
            mode="lines",
            line={"color": BLUE, "width": 2.5},
            hovertemplate=tr("at %{x}: %{y:.2f} times the odds<extra></extra>"),
            row=at // across + 1,
            col=at % across + 1,
        )
        figure.update_xaxes(tickformat=".0%" if name in SHARES else "~g", row=at // across + 1, col=at % across + 1)
    told(styled(figure, 60 + 190 * down), clauses(*(_ends(name, points) for name, points in found.items())))
    times = [exp(point["value"]) for points in found.values() for point in points]
    low, high = min(LESS, *times) / ROOM, max(MORE, *times) * ROOM
    figure.update_annotations(font_size=12)
    figure.update_xaxes(nticks=4, tickangle=0)
    return figure.update_yaxes(type="log", range=[log10(low), log10(high)], tickvals=[0.1, 0.25, 0.5, 1, 2, 4, 10], tickformat="~g")


def _ends(name: str, points: list[dict[str, Any]]) -> str:
    known = [point for point in points if point["value_low"] is not None] or points
    first, last = (text.decimal(exp(point["value"]), 1) for point in (known[0], known[-1]))
    return tr("{name}: {first} times the odds at its lowest, {last} at its highest", name=input_called(name), first=first, last=last)


def drifted(report: Report) -> str | None:
    """What has moved since training, in words; None where no model was tried."""
    if report.total("capacity") is None:
        return None
    on = report.total("drift_on")
    if on is None:
        return tr(
            "Not known yet: it has looked at no later day than that of its training. It does with {command}.",
            command="`python cli.py train --keep`",
        )
    rows = rows_of(report, "drift")
    moved = [row for row in rows if row["value"] >= max(MOVED, row["value_high"] or 0)]
    said = listed(_moved(row) for row in moved[:DRIFTED])
    if not moved:
        return tr(
            "On {day}, inputs and probabilities lay about where they did on the day of training (PSI below 0.1, or within chance).",
            day=on,
        )
    return tr(
        "On {day}, of {all} inputs and probabilities {n} lay elsewhere than on the day of training: {said}. From 0.25 on, what it was "
        "tried on says little of today: train anew.",
        day=on,
        all=len(rows),
        n=len(moved),
        said=said,
    )


def _moved(row: dict[str, Any]) -> str:
    name = tr("its probabilities") if row["name"] == "probability" else input_called(row["name"])
    much = tr("{name} much (PSI {psi})") if row["value"] >= MOVED_MUCH else tr("{name} (PSI {psi})")
    return much.format(name=name, psi=text.decimal(row["value"], 2))
