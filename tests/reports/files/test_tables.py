"""A report as a file: what a spreadsheet would run as a formula is neutralised, in the header too."""

import csv
import io

import polars as pl
import pytest

from reports.files.tables import as_csv
from reports.report import Report

FORMULAS = ["=1+1", "+1", "-1", "@x", " =1", "＝1"]


def written(rows: pl.DataFrame) -> list[list[str]]:
    report = Report("name", "Title", {}, "house", "USD", 1, rows, {}, {})
    return list(csv.reader(io.StringIO(as_csv(report).decode())))


@pytest.mark.parametrize("text", FORMULAS)
def test_cells_and_headers_that_look_like_formulas_get_an_apostrophe(text):
    assert written(pl.DataFrame({text: [text]})) == [[f"'{text}"], [f"'{text}"]]


def test_numbers_stay_numbers():
    assert written(pl.DataFrame({"a": [-1.5]})) == [["a"], ["-1.5"]]
