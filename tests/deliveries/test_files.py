"""Files of a delivery: each format read by another program, one that is replaced or one a run, and whole or not there."""

import csv
import errno
import json
import os
from datetime import date
from decimal import Decimal

import pyarrow.parquet as parquet
import pytest
from python_calamine import CalamineWorkbook

from data.importing.run import import_file
from deliveries import delivering
from tests.deliveries.conftest import NOW

COLUMNS = '[columns]\nid = "account_id"\nyearly = "arr"\nnext = "next_end"\nsince = "since"\nseats = "seats"\n'
# ARR: Birch 777.77 and 55.00 a month, Alder 100.10, twelve times; Cedar left on 2023-08-01. Seats: those that are known.
EXPECTED = {"B": ("9993.24", "9"), "A": ("1201.20", "5"), "C": ("0.00", "")}


def described(format_: str, more: str = "") -> str:
    return f'report = "arr"\n{COLUMNS}[target]\nkind = "folder"\nformat = "{format_}"\n{more}'


def test_csv_is_read_as_it_is_meant(store, deliver):
    told = deliver("as_csv", described("csv"))
    with (store.path.parent / "delivered" / "as_csv.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert (told.outcome, told.rows) == ("delivered", 3)
    assert {row["id"]: (f"{float(row['yearly']):.2f}", row["seats"]) for row in rows} == EXPECTED
    assert {row["next"] for row in rows} == {""}
    assert [(row["as_of"], row["currency"], row["delivery_id"]) for row in rows] == [("2023-12-28", "USD", told.delivery_id)] * 3


def test_parquet_has_types(store, deliver):
    told = deliver("as_parquet", described("parquet"))
    table = parquet.read_table(store.path.parent / "delivered" / "as_parquet.parquet")
    first = next(row for row in table.to_pylist() if row["id"] == "A")
    assert (first["yearly"], first["seats"], first["since"]) == (Decimal("1201.20"), 5, date(2023, 1, 1))
    assert (first["next"], first["as_of"], first["delivery_id"]) == (None, date(2023, 12, 28), told.delivery_id)


def test_json_lines_and_excel_have_the_same(store, deliver):
    deliver("as_lines", described("jsonl"))
    deliver("as_xlsx", described("xlsx"))
    folder = store.path.parent / "delivered"
    lines = [json.loads(line) for line in (folder / "as_lines.jsonl").read_text().splitlines()]
    header, *cells = CalamineWorkbook.from_path(folder / "as_xlsx.xlsx").get_sheet_by_index(0).to_python()
    assert {one["id"]: (f"{one['yearly']:.2f}", str(one["seats"] or "")) for one in lines} == EXPECTED
    assert {row[0]: (f"{row[1]:.2f}", str(row[4] and int(row[4]))) for row in cells} == EXPECTED
    assert header[:5] == ["id", "yearly", "next", "since", "seats"]


def test_a_cell_that_a_spreadsheet_would_run_is_text(store, deliver, tmp_path):
    (tmp_path / "formula.csv").write_text('account_id,name\nA,"=HYPERLINK(""http://x"")"\n')
    assert import_file(store, tmp_path / "formula.csv", table="accounts").batch
    for format_ in ("csv", "xlsx"):
        deliver(f"run_{format_}", f'report = "arr"\n[columns]\nname = "name"\n[target]\nkind = "folder"\nformat = "{format_}"\n')
    assert '"\'=HYPERLINK(""http://x"")",' in (store.path.parent / "delivered" / "run_csv.csv").read_text()
    cells = CalamineWorkbook.from_path(store.path.parent / "delivered" / "run_xlsx.xlsx").get_sheet_by_index(0).to_python()
    assert '=HYPERLINK("http://x")' in [row[0] for row in cells]  # text: a formula would be read as its value, which is none


def test_one_file_a_run_has_the_delivery_in_its_name(store, deliver):
    text = described("csv", 'file = "each run"\nfolder = "runs/daily"\n')
    first, second = deliver("each", text), deliver("each")
    found = {path.stem for path in (store.path.parent / "delivered" / "runs" / "daily").iterdir()}
    assert found == {first.delivery_id, second.delivery_id}


@pytest.mark.parametrize("folder", ["../elsewhere", "/etc", "a/../../b"])
def test_files_stay_below_the_folder_of_all(store, deliver, folder):
    told = deliver("elsewhere", described("csv", f'folder = "{folder}"\n'))
    assert told.outcome == "failed"
    assert "is not below" in told.problem and "HOLDFAST_DELIVER_INTO" in told.what_to_do


def test_a_full_disk_leaves_what_was_there_and_nothing_half(store, deliver, monkeypatch):
    deliver("full", described("csv"))
    folder = store.path.parent / "delivered"
    before, names = (folder / "full.csv").read_bytes(), sorted(path.name for path in folder.iterdir())
    real = os.fsync

    def full(handle: int) -> None:
        if ".part" in os.readlink(f"/proc/self/fd/{handle}"):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    told = deliver("full")
    assert (told.outcome, told.problem) == (
        "failed",
        f"The file could not be written to {folder}. The system says: “No space left on device”.",
    )
    assert "Make room there" in told.what_to_do
    assert (folder / "full.csv").read_bytes() == before and sorted(path.name for path in folder.iterdir()) == names
    monkeypatch.undo()
    assert deliver("full").outcome == "delivered"


def test_a_try_writes_nothing_and_shows_the_first_rows(store, describe):
    told = delivering.dry_run(store, describe("tried", described("csv")), NOW)
    assert (told.outcome, told.rows, told.of) == ("would be delivered", 3, 3)
    assert told.first[0] == {"id": "B", "yearly": 9993.24, "next": None, "since": "2023-01-01", "seats": 9, "as_of": "2023-12-28"} | {
        name: told.first[0][name] for name in ("data_version", "delivery_id", "currency")
    }
    assert not (store.path.parent / "delivered" / "tried.csv").exists()
