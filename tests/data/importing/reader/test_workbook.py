"""Hand-kept workbooks: which sheet is the list, merged cells, errors, formats, and the lines that rows stand on."""

import io
import zipfile
from datetime import date, datetime

import polars as pl
import pytest
import xlsxwriter

from data.importing.findings import Unanswered
from data.importing.reader.cells import OWN_CURRENCY, OWN_NUMBERS, REPEATED
from data.importing.reader.child import answered
from data.importing.reader.formats import open_source
from data.importing.reader.headings import NoTable
from data.importing.reader.workbook_marks import marks

CONTRACTS = 'table = "contracts"\n[columns]\naccount_id = "Customer"\nproduct = "Product"\nstarts_on = "Start"\namount = "ARR"\n[constants]\nperiod = "1 year"\n'
HEADER = ["Customer", "Product", "Start", "ARR"]
ROW = ["Alder", "Core", date(2025, 1, 1), 12000]


def book(folder, sheets: dict, formats: dict | None = None, merged: tuple = ()):
    """A workbook of sheets, each a list of rows from A1 on; formats: of the columns of every sheet; merged: (first row, column, last row, column, value)."""
    path = folder / "book.xlsx"
    with xlsxwriter.Workbook(path) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        shown = {column: made.add_format({"num_format": code}) for column, code in (formats or {}).items()}
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for at, row in enumerate(rows):
                for column, value in enumerate(row):
                    if isinstance(value, date):
                        sheet.write_datetime(at, column, value, day)
                    elif value is not None:
                        sheet.write(at, column, value, shown.get(column) if at else None)
            for first, begin, last, end, value in merged:
                sheet.merge_range(first, begin, last, end, value)
    return path


def rows_of(path, folder, **more: object) -> pl.DataFrame:
    source = open_source(path, folder, **more)
    return pl.concat(list(source.slices))


def staged(path, folder, mapping: str = CONTRACTS) -> tuple[dict, list[dict], pl.DataFrame]:
    """The answer, the problems, and the rows that a workbook gives under a mapping."""
    answer = answered({"action": "stage", "path": str(path), "out": str(folder), "mapping": mapping})
    parts = [pl.read_parquet(folder / f"part{number}.parquet") for number in range(answer.get("parts", 0))]
    told = pl.read_parquet(folder / "problems.parquet").to_dicts() if parts else []
    return answer, told, pl.concat(parts) if parts else pl.DataFrame()


def test_cells_come_as_text_with_true_lines_and_numbers_are_told_from_text(tmp_path):
    path = book(
        tmp_path, {"x": [[], [], ["id", "n", "when", "yes"], ["007", 36500.5, date(2024, 1, 31), True], [12345678901, "12,5", None, None]]}
    )
    found = rows_of(path, tmp_path)
    assert found.select("line", "id", "n", "when", "yes").rows() == [
        (4, "007", "36500.5", "2024-01-31", "true"),
        (5, "12345678901", "12,5", "", ""),
    ]
    assert found[OWN_NUMBERS + "n"].to_list() == [True, False]


def test_a_column_of_moments_has_a_time_in_every_cell(tmp_path):
    path = book(tmp_path, {"x": [["id", "at"], ["a", datetime(2024, 1, 1, 10, 30)], ["b", datetime(2024, 1, 2)]]})
    assert rows_of(path, tmp_path)["at"].to_list() == ["2024-01-01 10:30:00", "2024-01-02 00:00:00"]


def test_a_merged_cell_gives_its_value_to_every_row_that_it_covers(tmp_path):
    rows = [
        HEADER,
        ["Alder", "Core", date(2025, 1, 1), 12000],
        [None, "Add-on", date(2025, 1, 1), 2400],
        [None, None, None, None],
        ["Birch", *ROW[1:]],
    ]
    path = book(tmp_path, {"x": rows}, merged=((1, 0, 3, 0, "Alder"),))
    found = rows_of(path, tmp_path)
    assert found.select("line", "Customer").rows() == [(2, "Alder"), (3, "Alder"), (5, "Birch")]  # line 4 is blank but for the merged cell
    assert found[REPEATED + "Customer"].to_list() == [False, True, False]


def test_a_merged_amount_counts_once_and_is_named(tmp_path):
    rows = [HEADER, ROW, ["Alder", "Add-on", date(2025, 1, 1), None], ["Birch", "Core", date(2025, 1, 1), 6000]]
    path = book(tmp_path, {"x": rows}, merged=((1, 3, 2, 3, 18000),))
    answer, told, found = staged(path, tmp_path)
    assert answer["rejected"] == 0
    assert [int(amount) for amount in found["amount"]] == [18000, 0, 6000]
    assert [(one["line"], one["column"], one["rejected"]) for one in told] == [(3, "ARR", False)] and "counted once" in told[0]["reason"]


@pytest.mark.parametrize(
    ("rows", "merged", "header"),
    [
        ([[], [None, None, "Start", "End"], ["Alder", "Core", "a", "b"]], ((0, 0, 1, 0, "Customer"), (0, 1, 1, 1, "Product"), (0, 2, 0, 3, "Contract")), ["Customer", "Product", "Start", "End"]),
        ([[], ["Id", "Name", "Start", "End"], ["1", "2", "3", "4"]], ((0, 0, 0, 1, "Customer"), (0, 2, 0, 3, "Term")), ["Id", "Name", "Start", "End"]),
        ([[], ["Start", "End", "Start", "End"], ["1", "2", "3", "4"]], ((0, 0, 0, 1, "First"), (0, 2, 0, 3, "Then")), ["First Start", "First End", "Then Start", "Then End"]),
        ([[], [], ["Id", "Name", "Start", "End"], ["1", "2", "3", "4"]], ((0, 0, 0, 3, "All contracts, as of June"),), ["Id", "Name", "Start", "End"]),
    ],
)  # fmt: skip
def test_headers_of_two_rows_and_titles_above(tmp_path, rows, merged, header):
    source = open_source(book(tmp_path, {"x": rows}, merged=merged), tmp_path)
    assert source.header == header
    assert pl.concat(list(source.slices)).height == 1


def test_a_columns_format_shows_the_currency(tmp_path):
    path = book(tmp_path, {"x": [HEADER, ROW, ["Birch", "Core", date(2025, 1, 1), "£ 3,600.00"]]}, formats={3: '"£"#,##0.00'})
    assert rows_of(path, tmp_path)[OWN_CURRENCY + "ARR"].to_list() == ["GBP", None]
    assert staged(path, tmp_path)[2]["currency"].to_list() == ["GBP", "GBP"]
    looked_at = answered({"action": "inspect", "path": str(path), "out": str(tmp_path)})
    assert looked_at["sample"]["ARR"] == ["GBP 12000", "£ 3,600.00"]


def test_errors_and_formulas_never_calculated_are_seen(tmp_path):
    path = book(tmp_path, {"x": [HEADER, ROW, ROW, ["C", "x", date(2025, 1, 1), 5]]})
    with zipfile.ZipFile(path) as made:
        parts = {name: made.read(name) for name in made.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    sheet = sheet.replace(b'<c r="D2"><v>12000</v></c>', b'<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>')
    sheet = sheet.replace(b'<c r="D3"><v>12000</v></c>', b'<c r="D3"><f>SUM(D1:D2)</f></c>')
    with zipfile.ZipFile(path, "w") as made:
        for name, part in (parts | {"xl/worksheets/sheet1.xml": sheet}).items():
            made.writestr(name, part)
    assert marks(path, "x").texts == {3: {1: "#DIV/0!", 2: "=SUM(D1:D2)"}}
    _, told, found = staged(path, tmp_path)
    assert found.height == 1
    assert [(one["line"], one["column"], one["value"]) for one in told] == [(2, "ARR", "#DIV/0!"), (3, "ARR", "=SUM(D1:D2)")]


def test_a_workbook_whose_parts_are_elsewhere_has_no_marks(tmp_path):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("mimetype", "x")
    (tmp_path / "f").write_bytes(held.getvalue())
    assert marks(tmp_path / "f", "x").texts == {}
    (tmp_path / "f").write_bytes(b"no zip")
    assert marks(tmp_path / "f", "x").currencies == {}


LOOKUPS = [["Segment", "Code"], ["Small", "S"]]
NOTES = [["Customer master file"], ["Do not edit"]]
MANY = [HEADER, *[[f"C{n}", *ROW[1:]] for n in range(30)]]


@pytest.mark.parametrize(
    ("sheets", "wanted", "read"),
    [
        ({"Read me": NOTES, "Contracts": [HEADER, ROW, ROW], "Lookups": LOOKUPS}, HEADER, 2),
        ({"Lookups": LOOKUPS, "Notes": NOTES, "List": [HEADER, ROW]}, None, 1),  # nothing fits: the largest
        ({"Old": [HEADER, ROW], "Contracts": MANY}, HEADER, 30),  # a list beside the list
    ],
)  # fmt: skip
def test_the_sheet_that_is_the_list_is_read_and_the_others_are_said(tmp_path, sheets, wanted, read):
    path = book(tmp_path, sheets)
    source = open_source(path, tmp_path, fits=lambda one: wanted is not None and {*wanted} <= {*one.header})
    assert pl.concat(list(source.slices)).height == read
    assert len(source.said) == 1 and "not read" in source.said[0]


def test_two_sheets_that_are_lists_alike_are_asked_about(tmp_path):
    path = book(tmp_path, {"Plan": [HEADER, ROW, ROW], "Actual": [HEADER, ROW, ROW], "Lookups": LOOKUPS})
    with pytest.raises(Unanswered) as asked:
        open_source(path, tmp_path, fits=lambda source: {*HEADER} <= {*source.header})
    assert (asked.value.question.option, asked.value.question.choices) == ("sheet", ("Plan", "Actual"))
    assert rows_of(path, tmp_path, sheet="Actual").height == 2
    answer = answered({"action": "stage", "path": str(path), "out": str(tmp_path), "mapping": CONTRACTS})
    assert answer["questions"][0]["choices"] == ("Plan", "Actual")


def test_a_sheet_that_is_not_there_and_a_line_without_a_header_are_told(tmp_path):
    path = book(tmp_path, {"Plan": [["Contracts"], [], HEADER, ROW]})
    with pytest.raises(NoTable, match="Sheets: Plan"):
        open_source(path, tmp_path, sheet="Actual")
    with pytest.raises(NoTable, match="line 7"):
        open_source(path, tmp_path, header_row=7)
    assert rows_of(path, tmp_path, header_row=3).height == 1


def test_far_merged_cells_are_refused_before_they_fill_the_memory(tmp_path, monkeypatch):
    from data.importing.reader import workbook

    monkeypatch.setattr(workbook, "MOST_REPEATED", 3)
    rows = [HEADER, *[[None, *ROW[1:]] for _ in range(9)]]
    with pytest.raises(NoTable, match="merges more cells"):
        open_source(book(tmp_path, {"x": rows}, merged=((1, 0, 9, 0, "A"),)), tmp_path)
