"""Rejected rows go out under the file's own header, harmless, and come back; examples are taken as they are."""

import csv
import io

import pytest

from data.importing.run import import_file
from data.schema import IMPORTED_TABLES
from data.store.store import Store
from reports.files.rows_as_files import example_csv, rejected_csv


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "store" / "own.duckdb")
    yield opened
    opened.close()


@pytest.mark.parametrize("table", IMPORTED_TABLES)
def test_an_example_is_taken_as_it_is(store, tmp_path, table):
    path = tmp_path / "example.csv"
    path.write_bytes(example_csv(table))
    outcome = import_file(store, path)
    assert outcome.batch, outcome.problems
    assert (outcome.batch.table, outcome.batch.accepted, outcome.batch.rejected) == (table, 1, 0)


def test_formulas_are_neutralised_and_numbers_are_not():
    cells = ["=1+1", "+cmd|x", "@sum", "-2+3", "\t=1", "-10.50", "(5)", None, "plain", "- 3 %", "＝1"]
    rows = list(csv.reader(io.StringIO(rejected_csv(["a"] * len(cells), [cells]).decode())))
    assert rows[1] == ["'=1+1", "'+cmd|x", "'@sum", "'-2+3", "'\t=1", "-10.50", "(5)", "", "plain", "- 3 %", "'＝1"]


@pytest.mark.parametrize("clash", ["A,One again,9\n", ""])
def test_rejected_rows_come_back_mended(store, tmp_path, clash):
    path = tmp_path / "in.csv"
    path.write_text("account_id,name,seats\nA,One,1\nB,Two,many\n,Three,3\n" + clash)
    first = import_file(store, path).batch
    rejected = store.rejected_rows(first.batch)["cells"].to_list()
    text = rejected_csv(store.header(first.batch), rejected).decode()
    assert text == "account_id,name,seats\nB,Two,many\n,Three,3\n" + clash
    path.write_text(text.replace("many", "2").replace(",Three", "C,Three").replace("A,One again", "D,One again"))
    again = import_file(store, path).batch
    assert (again.accepted, again.rejected) == (first.rejected, 0)
