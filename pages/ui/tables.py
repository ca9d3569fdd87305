"""Tables with their downloads."""

from typing import Any

import streamlit as st

from pages.ui import text
from reports.files import tables
from reports.narrow import matching
from reports.report import Report
from reports.units import UNITS, is_number

ONE_DECIMAL_OF_PERCENT = 0.001


def table(report: Report, key: str, search: str = "", columns: tuple[str, ...] = (), opens: bool = False, height: int = 560) -> str | None:
    """A report's rows, with CSV and Excel; `search` keeps rows whose name or id contains it, `columns` chooses and orders.

    With `opens`, clicking a row returns its account_id.
    """
    shown = matching(report, search)
    cell = _table(shown, key, columns, opens, height)
    return shown.rows["account_id"][cell[0]] if cell else None


def cell(report: Report, key: str, columns: tuple[str, ...] = ()) -> tuple[dict[str, Any], str] | None:
    """A report's rows, of which a cell can be clicked: that cell's row and column; None where none is."""
    picked = _table(report, key, columns, True, 560)
    return (report.rows.row(picked[0], named=True), picked[1]) if picked else None


def _table(shown: Report, key: str, columns: tuple[str, ...], opens: bool, height: int) -> tuple[int, str] | None:
    if shown.rows.is_empty():
        st.info("No rows. Clear the search or a filter.")
        return None
    frame = tables.to_table(shown, text.WORDS)
    more: dict[str, Any] = {"on_select": "rerun", "selection_mode": "single-cell"} if opens else {}
    picked = st.dataframe(
        frame, hide_index=True, width="stretch", column_order=columns or None, placeholder=text.MISSING, key=key,
        column_config={name: column(name, shown.units.get(name, "")) for name in frame.columns},
        height=min(38 + 35 * frame.height, height) if frame.height > 14 else "content", alt=f"{shown.title}: {frame.height} rows", **more,
    )  # fmt: skip
    downloads(shown, key)
    cells = picked["selection"]["cells"] if opens else []
    return cells[0] if cells else None


def components(parts: list[dict], key: str) -> None:
    """The components of a health score."""
    rows = [part | {"name": text.title(part["name"]), "group": part["group"].capitalize()} for part in parts]
    columns = {
        "name": "Measure", "group": "Group",
        "value": st.column_config.NumberColumn("Value", format="%.2f"),
        "score": st.column_config.NumberColumn("Score, 0 to 100", format="%.0f"),
        "effective_weight": st.column_config.NumberColumn("Weight", format="percent", step=ONE_DECIMAL_OF_PERCENT),
        "points": st.column_config.NumberColumn("Points", format="%.1f"),
    }  # fmt: skip
    st.dataframe(rows, hide_index=True, column_order=list(columns), placeholder=text.MISSING, key=key, column_config=columns)


def downloads(report: Report, key: str) -> None:
    """Buttons for the report as CSV and Excel."""
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "CSV", lambda: tables.as_csv(report), tables.file_name(report, "csv"), key=f"{key}-csv", icon=":material/download:"
        )
        st.download_button(
            "Excel", lambda: tables.as_xlsx(report), tables.file_name(report, "xlsx"), key=f"{key}-xlsx", icon=":material/download:"
        )


def column(name: str, unit: str) -> Any:
    """How a column of a unit is shown, with its title and, on hover, its definition."""
    title, about = "30-day change" if (name, unit) == ("change", "score") else text.title(name), text.meaning(name)
    shape = UNITS[unit].page if unit in UNITS else ""
    if unit == "components":
        return None
    if not shape:
        return st.column_config.Column(title, help=about, width="large" if name == "reasons" else None)
    if is_number(unit):
        return st.column_config.NumberColumn(title, format=shape, step=ONE_DECIMAL_OF_PERCENT if unit == "ratio" else None, help=about)
    kind = st.column_config.DatetimeColumn if unit == "instant" else st.column_config.DateColumn
    return kind(title, format=shape, help=about)
