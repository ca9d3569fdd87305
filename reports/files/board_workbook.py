"""The sheets of a board pack for people: titles over columns, real days, money as money, and charts that Excel draws itself."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from language import language, mark, spoken, tr
from language.catalogue import CHINESE
from reports.files.board_charts import Step
from reports.files.tables import sheet_name, told_cell, value_of
from reports.report import Report

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
from reports.units import is_number
from reports.words.codes import said
from reports.words.titles import title

DAYS = {"day": "d mmm yyyy", "month": "mmm yyyy", "instant": "d mmm yyyy hh:mm"}
CHINESE_DAYS = {"day": 'yyyy"年"m"月"d"日"', "month": 'yyyy"年"m"月"', "instant": 'yyyy"年"m"月"d"日" hh:mm'}
SERIES = {"below": mark("Below"), "total": mark("Total"), "up": mark("Up"), "down": mark("Down")}
COLOURS = {"up": "#1f5fa8", "down": "#c2571a", "total": "#8a949e"}
HEAD = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top", "bg_color": "#f1f3f5"}


def day_shapes(book: "Workbook") -> dict[str, "Format"]:
    """Formats of days by unit, and those of a heading over texts and over numbers."""
    days = CHINESE_DAYS if language() == CHINESE else DAYS
    heads = {"head": book.add_format(HEAD), "head-number": book.add_format(HEAD | {"align": "right"})}
    return {name: book.add_format({"num_format": shape, "align": "left"}) for name, shape in days.items()} | heads


def write_table(book: "Workbook", report: Report, shapes: Mapping[str, "Format"]) -> None:
    """A report's rows as one more sheet: columns that hold nothing are left out."""
    sheet = book.add_worksheet(sheet_name(report.title))
    names = [name for name in report.rows.columns if not report.rows.height or report.rows[name].null_count() < report.rows.height]
    for column, name in enumerate(names):
        unit = report.units.get(name, "")
        sheet.write(0, column, title(name), shapes["head-number" if is_number(unit) else "head"])
        for row, value in enumerate(report.rows[name], start=1):
            _write(sheet, row, column, said(name, value, report.name), unit, shapes)
    sheet.freeze_panes(1, 1)
    if report.rows.height:
        sheet.autofilter(0, 0, report.rows.height, len(names) - 1)
    sheet.autofit(200)


def _write(sheet: Any, row: int, column: int, value: Any, unit: str, shapes: Mapping[str, "Format"]) -> None:
    if isinstance(value, datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), shapes["instant"])
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), shapes["month" if unit == "month" else "day"])
    elif value is not None:
        sheet.write(row, column, told_cell(value_of(value, unit)), shapes.get(unit))


def write_charts(book: "Workbook", charts: Sequence[tuple[str, Sequence[Step], float]], shapes: Mapping[str, "Format"]) -> None:
    """One sheet with each chart beside the numbers that it draws; a chart of nothing is left out."""
    sheet, row = book.add_worksheet(tr("Charts")), 0
    for heading, steps, base in charts:
        if steps:
            sheet.write(row, 0, heading, shapes["bold"])
            sheet.write_row(row + 1, 0, [tr("Step"), *spoken(SERIES).values()], shapes["head"])
            for at, step in enumerate(steps, start=row + 2):
                _write_step(sheet, at, step, shapes)
            sheet.insert_chart(row, 6, _chart(book, heading, row + 2, len(steps), base / 100, steps[0].unit))
            row += max(len(steps) + 4, 19)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 4, 13)


def _write_step(sheet: Any, row: int, step: Step, shapes: Mapping[str, "Format"]) -> None:
    """The step's label, what lies invisible below it, and its size in the column of its kind."""
    sheet.write_string(row, 0, step.label)
    for column, name in enumerate(("below", "total", "up", "down"), start=1):
        value = step.low if name == "below" else step.high - step.low if name == step.kind else None
        sheet.write(row, column, value_of(value, step.unit), shapes.get(step.unit))


def _chart(book: "Workbook", heading: str, first: int, steps: int, base: float, unit: str) -> Any:
    chart: Any = book.add_chart({"type": "column", "subtype": "stacked"})
    for column, name in enumerate(("below", "total", "up", "down"), start=1):
        fill = {"none": True} if name == "below" else {"color": COLOURS[name]}
        chart.add_series({
            "name": tr(SERIES[name]), "categories": [tr("Charts"), first, 0, first + steps - 1, 0],
            "values": [tr("Charts"), first, column, first + steps - 1, column], "fill": fill, "gap": 60,
        })  # fmt: skip
    lines = {"visible": True, "line": {"color": "#e3e6e9"}}
    chart.set_title({"name": heading, "name_font": {"size": 11}})
    chart.set_legend({"none": True})
    chart.set_y_axis({"min": base, "num_format": "0%" if unit == "ratio" else "#,##0", "major_gridlines": lines})
    chart.set_size({"width": 640, "height": 340})
    return chart
