"""The one bar of filters, kept in the URL. The only place that touches session and URL state."""

from dataclasses import dataclass
from datetime import date

import streamlit as st

from data import opened
from data.scope import Viewer
from pages.ui import loaders
from reports.report import Question

PRESETS = ("house", "strict", "chartmogul", "stripe")
COMMON = ("segment", "plan", "region", "owner")


@dataclass(frozen=True)
class Choice:
    """What the bar says: which company, who looks, and the question."""

    company: str
    viewer: Viewer
    question: Question


def company() -> str:
    """The company that the link names, else the own one once it is there."""
    named = st.query_params.get("company")
    return named if named in ("own", "sample") else opened.default_name()


def use_own_data() -> None:
    st.query_params["company"] = "own"


def bar() -> Choice:
    """Draw the bar and return what it says. Lists offer only what the viewer may see."""
    name = company()
    with st.sidebar:
        as_of = st.date_input(
            "As of", value=None, key="as_of", bind="query-params", help="The day looked at. Empty: the last day that usage covers."
        )
        start = st.date_input(
            "Compare from", value=None, key="from", bind="query-params", help="Opening balance day. Empty: a year before."
        )
        narrowing = st.container()
        with st.expander("More"):
            rules = st.selectbox("Rules", PRESETS, key="rules", bind="query-params", help="How contracts become ARR.")
            owners = loaders.values(name, "owner")
            owner = st.selectbox("Look as", owners, index=None, key="viewer", bind="query-params", help="See only what this CSM sees.")
        viewer = Viewer(owner)
        with narrowing:
            chosen = [(column, tuple(_many(name, column, viewer))) for column in COMMON]
    filters = tuple((column, values) for column, values in chosen if values)
    return Choice(name, viewer, Question(as_of=_day(as_of), start=_day(start), rules=rules, filters=filters))


def _many(name: str, column: str, viewer: Viewer) -> list[str]:
    options = loaders.values(name, column, viewer)
    return st.multiselect(column.capitalize(), options, key=column, bind="query-params") if options else []


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None
