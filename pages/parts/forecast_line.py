"""The forecast and the gap to target in one line, for who leads: what today's customers are expected to pay, and what is missing."""

from collections.abc import Iterator, Mapping
from typing import Any

import streamlit as st

from data.viewer import VIEW
from language import tr
from pages.parts.forecast_targets import MEASURES, quarter_in_words
from pages.ui import address, loaders, text
from pages.ui.choice import Choice, unfiltered
from reports.forecast.keeping import WHOLE
from reports.report import Report

AMOUNTS = {"arr": "expected_arr", "low": "expected_arr_low", "high": "expected_arr_high"}
AHEAD = ("closed", "closable", "not_closable")  # states of targets that are not reached yet, of which something is expected
MOST = 3  # targets in the line, the soonest first; the page has all
Line = list[tuple[str, str]]  # what it says, and what that means


def show(choice: Choice) -> None:
    """The line, each part of which opens the forecast; nothing for who may not see revenue."""
    if not choice.viewer.may(VIEW, "revenue"):
        return
    report = loaders.report(choice.company, "forecast", choice.viewer, choice.question)
    gap = loaders.report(choice.company, "forecast-gap", choice.viewer, unfiltered(choice.now))
    if report.rows.height:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="summary-forecast"):
            st.markdown(f"**{tr('Forecast')}**", width=190)
            for number, (said, about) in enumerate([*in_a_line(report), *gaps(gap)]):
                if st.button(text.literal(said), key=f"summary-forecast-{number}", type="tertiary", help=text.literal(about)):
                    address.go_to("forecast.py")


def in_a_line(report: Report) -> Line:
    """ARR expected at the end of the quarter under way and of the fourth one, each with its range; or that nothing is forecast, and why."""
    rows = report.rows.to_dicts()
    told = [_at_the_end(report, row) for row in (rows[0], rows[-1]) if row["expected_arr"] is not None]
    return told or [(tr("Nothing is forecast"), rows[0]["rests_on"])]


def _at_the_end(report: Report, row: Mapping[str, Any]) -> tuple[str, str]:
    amounts = {name: text.money(report.shown(column, row[column]), report.currency) for name, column in AMOUNTS.items()}
    said = tr("{day}: {arr} ARR ({low} to {high})", day=text.day(row["ends_on"]), **amounts)
    about = tr("ARR that today's customers are expected to pay on that day; in 8 of 10 cases it lies in the range. Opens the forecast.")
    return said, about if row["nrr"] is None else tr("NRR to then {nrr}. {about}", nrr=text.percent(row["nrr"]), about=about)


def gaps(report: Report) -> Line:
    """The company's targets that lie ahead, the soonest first: what is missing, or by how much more is expected."""
    return list(_gaps(report))[:MOST]


def _gaps(report: Report) -> Iterator[tuple[str, str]]:
    for row in report.rows.sort("quarter").iter_rows(named=True):
        if row["owner"] == WHOLE and row["gap_state"] in AHEAD:
            worth = text.money(abs(report.shown("gap", row["gap"]) or 0), report.currency)
            missing = (
                tr("{worth} ARR missing", worth=worth) if row["gap"] > 0 else tr("{worth} ARR more than the target", worth=worth)
            )  # fmt: skip
            named = tr(
                "{quarter} {measure}: {missing}",
                quarter=quarter_in_words(row["quarter"]),
                measure=MEASURES[row["measure"]],
                missing=missing,
            )
            yield named, tr("The gap to the target of the whole company. Opens the forecast with what would close it.")
