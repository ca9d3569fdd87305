"""The forecast in one line, for who leads: what today's customers are expected to pay at the end of this quarter and of the year ahead."""

from typing import Any

import streamlit as st

from data.viewer import VIEW
from language import tr
from pages.ui import filters, loaders, text
from reports.report import Report


def show(choice: filters.Choice) -> None:
    """The line; why there is none where nothing can be forecast; nothing for who may not see revenue."""
    if not choice.viewer.may(VIEW, "revenue"):
        return
    report = loaders.report(choice.company, "forecast", choice.viewer, choice.question)
    if report.rows.height:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="summary-forecast"):
            st.markdown(f"**{tr('Forecast')}**", width=190)
            st.markdown(text.literal(in_a_line(report)), width="stretch")


def in_a_line(report: Report) -> str:
    """ARR expected at the end of the quarter under way and of the fourth one, each with its range."""
    rows = report.rows.to_dicts()
    if rows[0]["expected_arr"] is None:
        return tr("Nothing is forecast. {why}", why=rows[0]["rests_on"])
    return tr("{first}; {last}", first=_at_the_end(report, rows[0]), last=_at_the_end(report, rows[-1]))


def _at_the_end(report: Report, row: dict[str, Any]) -> str:
    if row["expected_arr"] is None:
        return tr("for {day} nothing is told", day=text.day(row["ends_on"]))
    amounts = {name: text.money(report.shown(column, row[column]), report.currency) for name, column in AMOUNTS.items()}
    told = tr("{arr} ARR of today's customers on {day} ({low} to {high} in 8 of 10 cases)", day=text.day(row["ends_on"]), **amounts)
    return told if row["nrr"] is None else tr("{told}, NRR {nrr}", told=told, nrr=text.percent(row["nrr"]))


AMOUNTS = {"arr": "expected_arr", "low": "expected_arr_low", "high": "expected_arr_high"}
