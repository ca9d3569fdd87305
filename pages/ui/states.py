"""What a page says when it has little to show, and the line that says how fresh its data are."""

import streamlit as st

from data import opened
from pages.ui import filters
from reports.report import Report


def fresh(choice: filters.Choice, report: Report) -> None:
    """Data as of, last import, and which company this is."""
    imports = opened.store(choice.company).imports()
    last = f"{imports['imported_at'][0]:%Y-%m-%d %H:%M} UTC" if imports.height else "none yet"
    turned = f" · {imports['rejected'].sum():,} rows rejected" if choice.viewer.sees_all else ""
    st.caption(f"Data as of {report.parameters.get('as_of') or '–'} · last import {last}{turned} · rules: {report.rules}")
    if choice.company == "sample":
        left, right = st.columns([4, 1])
        left.caption("This is the sample company, made up to show the product at work.")
        right.button("Use my own data", on_click=filters.use_own_data)


def empty(choice: filters.Choice, report: Report) -> bool:
    """Say what to do when there is no account; true when that was said."""
    if report.rows.height:
        return False
    if choice.question.filters or not choice.viewer.sees_all:
        st.info("No account fits the filters on the left. Clear one of them.")
    else:
        st.info("Nothing is imported yet. Bring accounts, then contracts, then usage.")
        st.markdown(f"[Import files](/import?company={choice.company})")
    return True
