"""The one bar of filters, kept in the URL. The only place that touches session and URL state."""

from dataclasses import dataclass
from datetime import date

import streamlit as st

from data import opened
from data.scope import Viewer
from pages.ui import loaders
from reports.report import Question

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


def account_id() -> str | None:
    return st.query_params.get("account")


def bar() -> Choice:
    """Draw the bar and return what it says."""
    name = company()
    owners = loaders.values(name, "owner")
    with st.sidebar:
        as_of = st.date_input(
            "As of", value=None, key="as_of", bind="query-params", help="The day looked at. Empty: the last day that usage covers."
        )
        start = st.date_input(
            "Compare from", value=None, key="from", bind="query-params", help="Opening balance day. Empty: a year before."
        )
        chosen = [(column, tuple(_many(name, column))) for column in COMMON]
        with st.expander("More"):
            rules = st.selectbox(
                "Rules", ["house", "strict", "chartmogul", "stripe"], key="rules", bind="query-params", help="How contracts become ARR."
            )
            owner = st.selectbox("Look as", owners, index=None, key="viewer", bind="query-params", help="See only what this CSM sees.")
    filters = tuple((column, values) for column, values in chosen if values)
    return Choice(name, Viewer(owner), Question(as_of=_day(as_of), start=_day(start), rules=rules, filters=filters))


def _many(name: str, column: str) -> list[str]:
    options = loaders.values(name, column)
    return st.multiselect(column.capitalize(), options, key=column, bind="query-params") if options else []


def _day(value: object) -> date | None:
    return value if isinstance(value, date) else None
