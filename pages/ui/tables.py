"""Tables with their downloads."""

import polars as pl
import streamlit as st

from pages.ui.text import STATES
from reports import files
from reports.report import Report

TITLES = {"arr": "ARR", "mrr": "MRR", "carr": "CARR", "arr_without_grace": "ARR without grace", "nrr": "NRR", "grr": "GRR", "fx": "FX",
          "dau": "Daily actives", "wau": "Weekly actives", "mau": "Monthly actives"}  # fmt: skip


def table(report: Report, key: str, search: str = "") -> None:
    """A report's rows, with CSV and Excel; `search` keeps rows whose name or id contains it."""
    frame = files.to_units(report.rows, dict(report.units))
    if "state" in frame.columns:
        frame = frame.with_columns(pl.col("state").replace(STATES))
    if search:
        frame = frame.filter(pl.any_horizontal(pl.col("account_id", "name").str.to_lowercase().str.contains(search.lower(), literal=True)))
    if frame.is_empty():
        st.info("No rows. Clear the search or a filter in the bar on the left.")
        return
    st.dataframe(
        frame,
        hide_index=True,
        width="stretch",
        column_config={name: _column(name, report.units.get(name, "")) for name in frame.columns},
        key=key,
    )
    left, right, _ = st.columns([1, 1, 4])
    left.download_button("CSV", lambda: files.as_csv(report), files.file_name(report, "csv"), key=f"{key}-csv")
    right.download_button("Excel", lambda: files.as_xlsx(report), files.file_name(report, "xlsx"), key=f"{key}-xlsx")


def _column(name: str, unit: str) -> object:
    title = TITLES.get(name, name.replace("_", " ").capitalize())
    if unit == "money":
        return st.column_config.NumberColumn(title, format="accounting")
    if unit == "ratio":
        return st.column_config.NumberColumn(title, format="percent")
    if unit in ("day", "month"):
        return st.column_config.DateColumn(title, format="YYYY-MM" if unit == "month" else "YYYY-MM-DD")
    return st.column_config.Column(title)
