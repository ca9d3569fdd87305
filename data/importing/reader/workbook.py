"""Workbooks: which sheet is the list, and its cells as text, with what a spreadsheet knows beside. Runs in the child process only.

Values are read by python-calamine, which tells numbers from text and names merged cells; openpyxl takes twenty times as long, and fastexcel
tells neither.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from data.importing.findings import Question, Unanswered
from data.importing.reader.cells import OWN_CURRENCY, OWN_NUMBERS, REPEATED
from data.importing.reader.headings import NoTable, Span
from data.importing.reader.tables import Source, whole
from data.importing.reader.workbook_marks import Marks, marks

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, SheetMetadata

MOST_SHEETS = 40
SMALLER = 0.1  # a sheet of so small a share of the rows is a list beside the list
FEW_COLUMNS = 3  # a sheet of fewer is a lookup beside a list
MOST_REPEATED = 5_000_000
Fits = Callable[[Source], bool]


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, its cells from A1 on as the reader gives them, and its merged cells."""

    name: str
    cells: Sequence[Sequence[object]]
    spans: tuple[Span, ...]


def open_workbook(path: Path, sheet: str | None, header_row: int | None, fits: Fits | None) -> Source:
    """The sheet of that name, else the one that is the list; `fits` says of a sheet whether its columns are those of one.

    Raises NoTable, or Unanswered where several sheets are lists alike.
    """
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        names = [one.name for one in book.sheets_metadata if _may_be_read(one, sheet)] or book.sheet_names[:1]
        if sheet is not None and sheet not in book.sheet_names:
            raise NoTable(f"The workbook has no sheet {sheet!r}. Sheets: {', '.join(book.sheet_names)}.")
        sheets = [_sheet(book.get_sheet_by_name(name), name) for name in ([sheet] if sheet else names[:MOST_SHEETS])]
    except python_calamine.CalamineError:
        raise NoTable("The workbook is damaged or cut off. Open it, save it anew and bring that file; else export it again.") from None
    chosen = sheets[0] if len(sheets) == 1 else _chosen(sheets, header_row, fits)
    source = _source(chosen, marks(path, chosen.name), header_row)
    others = [one.name for one in sheets if one is not chosen and any(map(any, one.cells))]
    source.said.extend([f"sheet '{chosen.name}' was read; not read: {', '.join(others)}"] if others else [])
    return replace(source, sheets=book.sheet_names, sheet=chosen.name)


def _may_be_read(one: "SheetMetadata", named: str | None) -> bool:
    """Whether a sheet holds cells that are shown; a hidden one is read where it is named."""
    return "WorkSheet" in str(one.typ) and (one.name == named or str(one.visible).endswith(".Visible"))


def _sheet(sheet: "CalamineSheet", name: str) -> Sheet:
    spans = tuple((*begin, *end) for begin, end in sheet.merged_cell_ranges or ())
    return Sheet(name, sheet.to_python(skip_empty_area=False), spans)


def _chosen(sheets: Sequence[Sheet], header_row: int | None, fits: Fits | None) -> Sheet:
    """The one sheet that is the list. Raises Unanswered where there are several of a size."""
    sizes = {sheet.name: sum(any(cell != "" for cell in row) for row in sheet.cells) for sheet in sheets}
    fitting = [sheet for sheet in sheets if fits and _fits(sheet, header_row, fits)]
    fitting = [sheet for sheet in fitting if len(_filled_columns(sheet)) >= FEW_COLUMNS] or fitting
    if not fitting:
        return max(sheets, key=lambda sheet: sum(cell != "" for row in sheet.cells for cell in row))
    largest = max(fitting, key=lambda sheet: sizes[sheet.name])
    alike = [sheet.name for sheet in fitting if sizes[sheet.name] > SMALLER * sizes[largest.name]]
    if len(alike) > 1:
        text = f"The sheets {', '.join(alike)} of the workbook may all be the list. Which one is to be read?"
        raise Unanswered(Question("sheet", None, text, tuple(alike)))
    return largest


def _filled_columns(sheet: Sheet) -> set[int]:
    return {at for row in sheet.cells[:60] for at, cell in enumerate(row) if cell != ""}


def _fits(sheet: Sheet, header_row: int | None, fits: Fits) -> bool:
    try:
        return fits(_source(replace(sheet, cells=sheet.cells[:60]), Marks(), header_row))
    except NoTable:
        return False


def _source(sheet: Sheet, marked: Marks, header_row: int | None) -> Source:
    """A sheet's table, with hidden columns beside those that need them: own numbers, currencies of formats, and repeats of merged cells."""
    columns = list(zip(*sheet.cells, strict=True))
    used = [at for at, cells in enumerate(columns) if at in marked.texts or any(cell != "" for cell in cells)]
    texts = [_texts(columns[at], marked.texts.get(at, {})) for at in used]
    spans = tuple(_moved(span, used) for span in sheet.spans if span[1] in used)
    heading_line = whole("excel", texts, spans=spans, header_row=header_row).line
    repeated = _repeat(texts, [span for span in spans if span[0] >= heading_line])
    source = whole("excel", texts, spans=spans, header_row=header_row)
    hidden: dict[str, Sequence] = {"line": range(1, len(sheet.cells) + 1)}
    for at, (column, name) in enumerate(zip(used, source.header, strict=True)):
        hidden |= _beside(columns[column], name, marked.currencies.get(column, {}))
        if at in repeated:
            hidden[REPEATED + name] = [row in repeated[at] for row in range(len(sheet.cells))]
    beside = pl.DataFrame(hidden, schema_overrides={"line": pl.Int64})
    joined = (part.join(beside, on="line", how="left", maintain_order="left") for part in source.slices)
    return replace(source, slices=joined if len(beside.columns) > 1 else source.slices)


def _moved(span: Span, used: list[int]) -> Span:
    """A merged cell by the columns that are kept."""
    inside = [at for at, column in enumerate(used) if span[1] <= column <= span[3]]
    return span[0], inside[0], span[2], inside[-1]


def _texts(cells: tuple[object, ...], marked: dict[int, str]) -> list[str]:
    """A column's cells as text; days of a column that has times have one too."""
    kinds = {*map(type, cells)}
    texts = [cell if isinstance(cell, str) else _text(cell, datetime in kinds) for cell in cells]
    for row, text in marked.items():
        texts[row] = texts[row] or text
    return texts


def _text(value: object, with_time: bool) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return f"{value.isoformat()} 00:00:00" if isinstance(value, date) and with_time else str(value)


def _beside(cells: tuple[object, ...], name: str, currencies: dict[int, str]) -> dict[str, list]:
    """Hidden columns beside one column: which cells are numbers of the spreadsheet, and the currency that the format of each shows."""
    if not {*map(type, cells)} & {int, float}:
        return {}
    numbers = [type(cell) in (int, float) for cell in cells]
    codes = [currencies.get(row) if number else None for row, number in enumerate(numbers)] if currencies else []
    return {OWN_NUMBERS + name: numbers} | ({OWN_CURRENCY + name: codes} if any(codes) else {})


def _repeat(texts: list[list[str]], spans: Sequence[Span]) -> dict[int, set[int]]:
    """Give the value of merged cells to every row that they cover, but for rows that are blank; which rows of which columns got one."""
    count = len(texts[0])
    if sum(max(min(span[2], count) - span[0], 0) for span in spans) > MOST_REPEATED:
        raise NoTable("The sheet merges more cells than any list does. Export it as CSV.")
    covered = [(row, span) for span in spans for row in range(span[0] + 1, min(span[2] + 1, count))]
    told = [(row, span) for row, span in covered if not texts[span[1]][row] and any(cells[row] for cells in texts)]
    repeated: dict[int, set[int]] = {}
    for row, (first, column, _, _) in told:
        if texts[column][first]:
            texts[column][row] = texts[column][first]
            repeated.setdefault(column, set()).add(row)
    return repeated
