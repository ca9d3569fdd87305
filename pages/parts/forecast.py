"""The forecast in words, figures and a chart; and what it is made of."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from data.viewer import VIEW
from language import InLanguage, mark, tr, tr_n
from language.formats import sentences
from models.forecast import RANGE_LEVEL
from pages.ui import address, charts, tables, text
from pages.ui.choice import Choice
from pages.ui.figures import Figure
from reports.narrow import where
from reports.report import Report

COLUMNS = (
    "quarter", "due_arr", "renewing_arr", "expected_loss", "expected_expansion", "expected_contraction", "expected_arr", "expected_arr_low",
    "expected_arr_high", "nrr", "grr", "renewing_low", "renewing_high", "source", "rests_on",
)  # fmt: skip
DUE = (
    "name", "due_arr", "ends_on", "renewal_probability", "renewing_arr", "expected_loss", "health_band", "owner", "source", "rests_on",
    "kind", "segment",
)  # fmt: skip
CHART = mark(
    "Solid: all customers of the day. Dashed: today's customers alone, at the end of the quarters ahead; in the band lie 80 % of what may "
    "come. New customers would come on top."
)
ABOUT = InLanguage(
    {
        "due_arr": mark("ARR that comes up for renewal in the quarter, as the page Renewals lists it for the same days."),
        "renewing_arr": mark(
            "Each renewal times its probability: by the churn model where it may be used and reaches that far, else by past rates."
        ),
        "expected_arr": mark(
            "ARR of today's customers at the end of the quarter: today's, less what is not renewed and who leaves without a term, plus "
            "expansion, less contraction. New customers are in none of it."
        ),
        "nrr": mark(
            "ARR expected of today's customers at the end of the quarter, over their ARR today. For GRR each counts with at most what it "
            "pays today."
        ),
    }
)
BAND = "rgba(91, 91, 234, 0.16)"


def quarters(report: Report) -> Mapping[str, str]:
    """Which quarter is looked at, by its place."""
    return {str(at): called(day) for at, day in enumerate(report.rows["quarter"])}


def called(day: date) -> str:
    return tr("Q{number} {year}", number=(day.month + 2) // 3, year=day.year)


def told(report: Report) -> bool:
    """Whether anything is forecast."""
    return report.rows["renewing_arr"].null_count() < report.rows.height


def why_not(report: Report) -> str:
    return text.literal(report.notes[-1])


def _row(report: Report, at: str) -> dict[str, Any]:
    return report.rows.row(int(at), named=True)


def _money(report: Report, name: str, value: int | None) -> str:
    return text.money(report.shown(name, value), report.currency)


def _between(report: Report, name: str, low: int | None, high: int | None) -> str:
    return tr("{low} to {high}", low=_money(report, name, low), high=_money(report, name, high)) if low is not None else ""


def headline(report: Report, at: str) -> str:
    """The finding: what of what is due should renew, or what today's customers should pay by then."""
    of = _row(report, at)
    quarter = called(of["quarter"])
    if of["renewing_arr"] is None:
        return tr("{quarter}: {due} ARR due, no forecast", quarter=quarter, due=_money(report, "due_arr", of["due_arr"]))
    if of["expected_arr"] is None:
        due, renewing = (_money(report, "due_arr", of[name]) for name in ("due_arr", "renewing_arr"))
        return tr("{quarter}: {renewing} of {due} ARR due should renew", quarter=quarter, renewing=renewing, due=due)
    ends = {name: _money(report, "expected_arr", of[f"expected_arr{name}"]) for name in ("", "_low", "_high")}
    return tr(
        "Today's customers should pay {arr} at the end of {quarter} ({low} to {high})",
        quarter=quarter, arr=ends[""], low=ends["_low"], high=ends["_high"],
    )  # fmt: skip


def rests_on(report: Report, at: str) -> str:
    """By what the quarter is told, and from which day on."""
    of = _row(report, at)
    days = tr("{start} to {end}.", start=text.day(of["starts_on"]), end=text.day(of["ends_on"]))
    share = tr("Ranges hold {share} of what may come.", share=f"{RANGE_LEVEL:.0%}")
    return text.literal(sentences(days, text.our(of["rests_on"] or ""), share))


def figures(report: Report, behind: Report, at: str) -> list[Figure]:
    """Due, expected to renew, ARR at the end, NRR with GRR: each with its range and what it is made of."""
    of = _row(report, at)
    rows = where(behind, "quarter", of["quarter"])
    opens = tables.behind(rows, "behind-forecast", DUE)
    wide = {
        name: _between(report, name, of[f"{low}_low"], of[f"{low}_high"])
        for name, low in (("renewing_arr", "renewing"), ("expected_arr", "expected_arr"))
    }
    share = text.share(of["renewing_arr"], of["due_arr"])
    return [
        Figure(
            tr("Due"), _money(report, "due_arr", of["due_arr"]), tr_n("{n:,} renewal", "{n:,} renewals", of["renewals"]),
            about=ABOUT["due_arr"], better="neither", opens=opens, exact=_in_full(report, of["due_arr"]),
        ),
        Figure(
            tr("Expected to renew"), _money(report, "renewing_arr", of["renewing_arr"]), wide["renewing_arr"] or None,
            against=tr("{share} of due", share=share) if share else "", about=ABOUT["renewing_arr"], better="neither",
            opens=opens, exact=_in_full(report, of["renewing_arr"]),
        ),
        Figure(
            tr("ARR at the end"), _money(report, "expected_arr", of["expected_arr"]), wide["expected_arr"] or None,
            about=ABOUT["expected_arr"], better="neither", opens=opens, exact=_in_full(report, of["expected_arr"]),
        ),
        Figure(
            tr("NRR by then"), text.percent(of["nrr"]), _ratios(of, "nrr"), about=ABOUT["nrr"], better="neither",
against=tr("GRR {grr}", grr=text.percent(of["grr"])) if of["grr"] is not None else "",
        ),
    ]  # fmt: skip


def _in_full(report: Report, cents: int | None) -> str:
    return "" if cents is None else text.money_in_full(report.shown("due_arr", cents), report.currency)


def _ratios(of: dict[str, Any], name: str) -> str | None:
    if of[f"{name}_low"] is None:
        return None
    return tr("{low} to {high}", low=text.percent(of[f"{name}_low"]), high=text.percent(of[f"{name}_high"]))


def chart(past: Report, report: Report) -> go.Figure:
    """ARR at the end of past quarters, solid; that of today's customers ahead, dashed within its band."""
    figure = go.Figure()
    days, values = past.rows["ends_on"].to_list(), [past.shown("arr", one) for one in past.rows["arr"]]
    ahead = report.rows.drop_nulls("expected_arr")
    if ahead.height and days:
        seen = {
            name: [values[-1], *(report.shown(name, one) for one in ahead[name])]
            for name in ("expected_arr", "expected_arr_low", "expected_arr_high")
        }
        ends = [days[-1], *ahead["ends_on"].to_list()]
        for name, fill in (("expected_arr_high", None), ("expected_arr_low", "tonexty")):
            figure.add_scatter(x=ends, y=seen[name], mode="lines", line={"width": 0}, fill=fill, fillcolor=BAND, hoverinfo="skip")
        full = [[text.money_in_full(one, report.currency) for one in three] for three in zip(*seen.values(), strict=True)]
        dashed = {"color": charts.BLUE, "width": 2.5, "dash": "dash"}
        figure.add_scatter(
            x=ends, y=seen["expected_arr"], mode="lines+markers", line=dashed, customdata=full,
            hovertemplate=tr("%{x|%-d %b %Y}: %{customdata[0]} (%{customdata[1]} to %{customdata[2]})") + "<extra></extra>",
        )  # fmt: skip
    figure.add_scatter(
        x=days, y=values, mode="lines+markers", line={"color": charts.BLUE, "width": 2.5},
        customdata=[text.money_in_full(one, past.currency) for one in values],
        hovertemplate="%{x|%-d %b %Y}: %{customdata}<extra></extra>",
    )  # fmt: skip
    if ahead.height:
        last = ahead.row(-1, named=True)
        charts.named_at_the_end(
            figure,
            last["ends_on"],
            report.shown("expected_arr", last["expected_arr"]) or 0,
            _money(report, "expected_arr", last["expected_arr"]),
        )
    return charts.of_quarters(figure, [*days, *ahead["ends_on"].to_list()], report.currency, _in_words(past, report))


def _in_words(past: Report, report: Report) -> str:
    """What the chart shows, for who cannot see it."""
    now = past.rows.row(-1, named=True) if past.rows.height else {"ends_on": None, "arr": None}
    first = tr("ARR {arr} on {day}", arr=_money(past, "arr", now["arr"]), day=text.day(now["ends_on"]))
    later = [
        tr("{quarter}: {arr} ({range})", quarter=called(of["quarter"]), arr=_money(report, "expected_arr", of["expected_arr"]),
           range=_between(report, "expected_arr", of["expected_arr_low"], of["expected_arr_high"]))
        for of in report.rows.drop_nulls("expected_arr").iter_rows(named=True)
    ]  # fmt: skip
    return tr("; ").join([first, *later])


def due_title(report: Report, at: str) -> str:
    return tr("What {quarter} is made of", quarter=called(_row(report, at)["quarter"]))


def due(behind: Report, report: Report, at: str) -> None:
    """What comes up in the quarter, the largest first."""
    rows = where(behind, "quarter", _row(report, at)["quarter"])
    if rows.rows.height:
        tables.table(rows, "forecast-renewals", columns=DUE)
        st.caption(tr("The largest first. Summed they are the figures of the quarter."))
    else:
        st.info(tr("Nothing comes up in this quarter."), icon=":material/event_available:")


def trust(choice: Choice) -> None:
    """Where it is told how good the probabilities were."""
    st.caption(tr("How good this was in the past: the churn model is held against later renewals, and so are the health score's bands."))
    with st.container(horizontal=True, gap="small"):
        if choice.viewer.may(VIEW, "model"):
            address.link("settings/churn_model.py", tr("Open the churn model"), ":material/psychology:")
        address.link("settings/health_lab.py", tr("Open the health lab"), ":material/science:")
        address.link("renewals.py", tr("Open renewals"), ":material/event_repeat:")
