"""A report as a file: JSON for scripts, CSV and Excel for people. The same values in each, to the cent."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from language import language, tr
from language.catalogue import ENGLISH
from language.formats import clauses
from reports.report import Report
from reports.units import UNITS, shown_ratio
from reports.words.codes import called, said
from reports.words.titles import title

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

FORBIDDEN = re.compile(r"[\[\]:*?/\\]")  # in the name of a sheet
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
LEADING = " '\"\u200b\ufeff\u00a0"


def value_of(value: Any, unit: str) -> Any:
    """One value as scripts see it: money in currency units, days ISO, months YYYY-MM."""
    if value is None:
        return None
    if unit == "money":
        return round(int(value) / 100, 2)
    if unit == "month":
        return f"{value:%Y-%m}"
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def rows_of(report: Report) -> list[dict[str, object]]:
    """The rows as scripts see them."""
    return [{name: value_of(value, report.units.get(name, "")) for name, value in row.items()} for row in report.rows.iter_rows(named=True)]


def as_json(report: Report) -> dict[str, Any]:
    """The answer of `report --json` and of the API."""
    return {
        "report": report.name,
        "parameters": {name: value_of(value, "") for name, value in report.parameters.items()},
        "rules": report.rules,
        "currency": report.currency,
        "data_version": report.data_version,
        "rows": rows_of(report),
        "totals": {name: value_of(value, report.units.get(name, "")) for name, value in report.totals.items()},
        "notes": list(report.notes),
    }


def cell_of(value: object) -> object:
    """One value in a cell of a table: lists as text."""
    if not isinstance(value, list):
        return value
    return "; ".join(_component(part) if isinstance(part, dict) else "" if part is None else str(part) for part in value)


def _component(part: dict[str, Any]) -> str:
    """One component of a score: its name, value, points and weight."""
    if part["missing"]:
        return f"{part['name']} not known"
    return f"{part['name']} {part['value']:.4g}: {part['points']:.1f} of {100 * part['effective_weight']:.1f}"


def told_cell(value: object) -> object:
    """The same for people who read another language: measures by their titles."""
    if not isinstance(value, list) or language() == ENGLISH:
        return cell_of(value)
    return clauses(*(_told_component(part) if isinstance(part, dict) else "" if part is None else str(part) for part in value))


def _told_component(part: dict[str, Any]) -> str:
    if part["missing"]:
        return tr("{measure} not known", measure=called(part["name"]))
    return tr(
        "{measure} {value:.4g}: {points:.1f} of {weight:.1f}",
        measure=called(part["name"]), value=part["value"], points=part["points"], weight=100 * part["effective_weight"],
    )  # fmt: skip


def harmless(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets a leading apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.lstrip(LEADING).startswith(FORMULA_SIGNS) else value


def as_csv(report: Report) -> bytes:
    """Header and rows as CSV in UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([harmless(name) for name in report.rows.columns])
    writer.writerows([harmless(cell_of(value)) for value in row.values()] for row in rows_of(report))
    return text.getvalue().encode()


# What is imported stays text in a spreadsheet: never a formula, a link or a number.
PLAIN_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def as_xlsx(report: Report) -> bytes:
    """A workbook: the rows under their titles, a sheet with parameters, rules, data version and totals, and one that gives each column's
    machine name and unit, as JSON and CSV have them."""
    import xlsxwriter  # loaded by who wants a workbook, not by every command

    raw = io.BytesIO()
    book = xlsxwriter.Workbook(raw, {"in_memory": True, **PLAIN_TEXT})
    shapes = shapes_of(book)
    write_sheet(book, report, report.title, shapes)
    about = book.add_worksheet(tr("About"))
    for row, (name, value) in enumerate(_facts(as_json(report)).items()):
        about.write(row, 0, name, shapes["bold"])
        about.write_string(row, 1, str(value))
    write_names(book, [report], shapes)
    book.close()
    return raw.getvalue()


def _facts(answer: dict) -> dict[str, object]:
    """What a sheet of figures rests on, so that they can be asked for again."""
    facts = {name: answer[name] for name in ("report", "rules", "currency", "data_version")} | answer["parameters"]
    totals = {f"total {name}" if language() == ENGLISH else _total(name): value for name, value in answer["totals"].items()}
    return (facts if language() == ENGLISH else {title(name): value for name, value in facts.items()}) | totals


def _total(name: str) -> str:
    return tr("Total: {name} ({machine_name})", name=title(name), machine_name=name)


def shapes_of(book: "Workbook") -> dict[str, "Format"]:
    """The formats of a workbook by unit, and "bold"."""
    formats = {name: {"num_format": unit.excel} for name, unit in UNITS.items() if unit.excel} | {"bold": {"bold": True}}
    return {name: book.add_format(shape) for name, shape in formats.items()}


def sheet_name(heading: str) -> str:
    """What a sheet may be called: 31 signs at the most, and none of those that Excel refuses."""
    return FORBIDDEN.sub(" ", heading)[:31].strip()


def write_names(book: "Workbook", reports: Sequence[Report], shapes: Mapping[str, "Format"]) -> None:
    """A sheet that says of every column what scripts call it, and its unit."""
    sheet, row = book.add_worksheet(tr("Machine names")), 1
    sheet.write_row(0, 0, [tr("Sheet"), tr("Column"), tr("Machine name"), tr("Unit")], shapes["bold"])
    for report in reports:
        for name in report.rows.columns:
            sheet.write_row(row, 0, [sheet_name(report.title), title(name), name, report.units.get(name, "")])
            row += 1
    sheet.freeze_panes(1, 0)
    sheet.autofit(200)


def write_sheet(book: "Workbook", report: Report, heading: str, shapes: Mapping[str, "Format"]) -> None:
    """A report's rows as one more sheet of a workbook; `shapes` are its formats by unit, and "bold"."""
    sheet = book.add_worksheet(sheet_name(heading))
    for column, name in enumerate(report.rows.columns):
        sheet.write(0, column, title(name), shapes["bold"])
        for row, record in enumerate(rows_of(report), start=1):
            sheet.write(row, column, told_cell(said(name, record[name], report.name)), shapes.get(report.units.get(name, "")))
    sheet.freeze_panes(1, 0)
    sheet.autofit(200)


def write_words(book: "Workbook", name: str, rows: Sequence[tuple[str, str]], shapes: Mapping[str, "Format"]) -> None:
    """A sheet of words: what each is called, and what is said of it."""
    sheet = book.add_worksheet(name)
    for row, (heading, words) in enumerate(rows):
        sheet.write_string(row, 0, heading, shapes["bold"])
        sheet.write_string(row, 1, words)
    sheet.set_column(0, 0, 28)


def file_name(report: Report, suffix: str) -> str:
    """A name that says what is inside: arr_as-of-2026-11-20.csv."""
    return f"{report.name}_as-of-{report.parameters.get('as_of') or 'now'}.{suffix}"


def to_table(report: Report, words: Mapping[str, Mapping[str, str]] | None = None) -> pl.DataFrame:
    """The rows for tables and charts of people.

    Money in currency units, scores as whole numbers, ratios rounded to the tenth of a percent that is shown (a table of a page would
    cut them), and the codes of a column replaced by their words.
    """
    units, words = report.units, words or {}
    money = [(pl.col(name) / 100).alias(name) for name in report.rows.columns if units.get(name) == "money"]
    scores = [(pl.col(name) + 0.5).floor().cast(pl.Int64) for name in report.rows.columns if units.get(name) == "score"]
    coded = [pl.col(name).replace(translation) for name, translation in words.items() if name in report.rows.columns]
    ratios = [report.rows[name].map_elements(shown_ratio, pl.Float64) for name in report.rows.columns if units.get(name) == "ratio"]
    return report.rows.with_columns(*money, *scores, *ratios, *coded)


def columnwise(report: Report, most: int) -> dict[str, list[Any]]:
    """The first `most` rows as pages send them to the browser, column by column: as `to_table`, days and months ISO, no infinity.

    Left out: the parts of a score, which have a table of their own.
    """
    frame = to_table(replace(report, rows=report.rows.head(most)))
    told = [name for name in frame.columns if report.units.get(name) != "components"]
    return {name: _plain_column(frame[name]) for name in told}


def _plain_column(column: pl.Series) -> list[Any]:
    """Days as text and no infinity, a column at a time: thousands of rows have a hundred thousand values."""
    if column.dtype.is_float():
        return column.set(~column.is_finite().fill_null(True), None).to_list()
    if column.dtype == pl.Date:
        return column.cast(pl.String).to_list()
    return [_plain(value) for value in column.to_list()] if column.dtype.is_temporal() else column.to_list()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
