"""Tables with their downloads."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from data.viewer import EXPORT
from language import tr
from pages.ui import filters, grid, text
from pages.ui.columns import described, stamp
from pages.ui.downloads import offer
from pages.ui.later import later
from pages.ui.looking import Looking
from reports.files import tables
from reports.files.exports import of_report
from reports.narrow import matching
from reports.report import Report
from reports.rights import KIND_OF
from reports.units import UNITS, is_number
from reports.words.health_words import group_called
from reports.words.titles import title as title_of

ONE_DECIMAL_OF_PERCENT = 0.001
Actions = Mapping[str, Callable[[str], object]]  # by title: what is done with the account whose id is given
ICONS = {"csv": ":material/csv:", "xlsx": ":material/table:"}


def table(
    report: Report, key: str, search: str = "", columns: tuple[str, ...] = (), height: int = 560, actions: Actions | None = None,
) -> None:  # fmt: skip
    """A report's rows, with one menu of downloads; `search` keeps rows whose name or id contains it, `columns` chooses and orders.

    A click on an account goes to its page. Each row has a button for each of `actions`.
    """
    shown = matching(report, search)
    if search.strip():
        shown = replace(shown, totals={})
    _, asked = _drawn(shown, key, columns, (), height, tuple(actions or ()))
    if asked and actions and asked[0] in actions and asked[1] in shown.rows["account_id"]:
        actions[asked[0]](asked[1])


def cell(report: Report, key: str, cells: tuple[str, ...], columns: tuple[str, ...] = ()) -> tuple[dict[str, Any], str] | None:
    """A report's rows, of which the values in `cells` can be clicked: the row and column of the one that is picked; None where none is."""
    picked, _ = _drawn(report, key, columns, cells, 560)
    if not picked or picked[2] != stamp(report):
        return None
    return report.rows.row(picked[0], named=True), picked[1]


def behind(report: Report, key: str, columns: tuple[str, ...]) -> Callable[[], object] | None:
    """What a click on a figure opens: the rows that it is made of; nothing where there are none."""
    return partial(table, report, key, columns=columns) if report.rows.height else None


def _drawn(
    shown: Report, key: str, columns: tuple[str, ...], cells: tuple[str, ...], height: int, actions: tuple[str, ...] = ()
) -> tuple[list | None, list[str] | None]:
    if shown.rows.is_empty():
        st.info(tr("No rows. Clear the search or a filter."))
        return None, None
    with st.container(key=f"table-of-{key}", gap=None):
        downloads(shown, key)
        return grid.draw(described(shown, key, columns, cells, height) | {"actions": [(name, tr(name)) for name in actions]}, f"grid-{key}")


def components(parts: list[dict], key: str) -> None:
    """The components of a health score."""
    rows = [part | {"name": title_of(part["name"]), "group": group_called(part["group"])} for part in parts]
    columns = {
        "name": tr("Measure"), "group": tr("Group"),
        "value": st.column_config.NumberColumn(tr("Value"), format="%.2f"),
        "score": st.column_config.NumberColumn(tr("Score, 0 to 100"), format="%.0f"),
        "effective_weight": st.column_config.NumberColumn(tr("Weight"), format="percent", step=ONE_DECIMAL_OF_PERCENT),
        "points": st.column_config.NumberColumn(tr("Points"), format="%.1f"),
    }  # fmt: skip
    st.dataframe(rows, hide_index=True, column_order=list(columns), placeholder=text.MISSING, key=key, column_config=columns)


def downloads(report: Report, key: str) -> None:
    """One menu with the report as a file; nothing for who may not export what it is about."""
    looking = filters.looking()
    if looking and not looking.viewer.may(EXPORT, _kind(report)):
        return
    with st.popover(tr("Download"), icon=":material/download:", type="tertiary", key=f"{key}-downloads"):
        for kind, name, make in (("csv", tr("CSV"), tables.as_csv), ("xlsx", tr("Excel"), tables.as_xlsx)):
            file = tables.file_name(report, kind)
            more: Any = {"key": f"{key}-{kind}", "type": "tertiary", "icon": ICONS[kind]}
            if looking is None:
                st.download_button(name, later(partial(make, report)), file, on_click="ignore", **more)
            else:
                offer(name, file, partial(_made, make, report, looking), partial(of_report, report, [kind]), looking, **more)


def _made(make: Callable[[Report], bytes], report: Report, looking: Looking) -> bytes:
    """The file, for who may have it by now."""
    return make(report.exported_by(looking.viewer.allowed(EXPORT, _kind(report))))


def _kind(report: Report) -> str:
    return KIND_OF.get(report.name, "accounts")


def column(name: str, unit: str) -> Any:
    """How a column of a unit is shown, with its title and, on hover, its definition."""
    title, about = tr("30-day change") if (name, unit) == ("change", "score") else title_of(name), text.meaning(name)
    shape = UNITS[unit].page if unit in UNITS else ""
    if unit == "components":
        return None
    if not shape:
        return st.column_config.Column(title, help=about, width="large" if name == "reasons" else None)
    if is_number(unit):
        return st.column_config.NumberColumn(title, format=shape, step=ONE_DECIMAL_OF_PERCENT if unit == "ratio" else None, help=about)
    kind = st.column_config.DatetimeColumn if unit == "instant" else st.column_config.DateColumn
    return kind(title, format=shape, help=about)
