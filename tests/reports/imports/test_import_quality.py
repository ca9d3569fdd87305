"""Data quality over time on real files: what was turned away and why, which column lost its values, and nothing of it for a CSM."""

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from reports.catalogue import run
from reports.report import Question

HEADER = "ticket_id,account_id,opened_at,priority\n"


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    files = {
        "week1.csv": "".join(f"T{n},A,2024-05-0{n} 10:00:00,high\n" for n in range(1, 6)),
        "week2.csv": "T6,A,2024-05-08 10:00:00,\nT7,A,2024-05-09 10:00:00,\nT8,A,soon,high\nT9,A,later,high\nT10,,2024-05-09 10:00:00,low\n",
    }
    for name, rows in files.items():
        (tmp_path / name).write_text(HEADER + rows)
        assert import_file(opened, tmp_path / name).batch is not None
    yield opened
    opened.close()


def test_each_file_with_its_shares_and_why(store):
    report = run("import-quality", store, EVERYONE, Question())
    newest, first = report.rows.to_dicts()
    assert (first["file"], first["read"], first["rejected"], first["rejected_share"], first["state"]) == (
        "week1.csv",
        5,
        0,
        0.0,
        "as usual",
    )
    assert (newest["read"], newest["rejected"], newest["rejected_share"], newest["usual_rejected_share"]) == (5, 3, 0.6, 0.0)
    assert newest["state"] == "more rejected than accepted"
    assert newest["emptier"] == "priority 100 % → 0 %"  # two rows went in, neither with a priority
    assert "soon" not in newest["main_reason"] and newest["main_reason"]
    assert (report.totals["read"], report.totals["rejected"], report.totals["rejected_share"]) == (10, 3, 0.3)


def test_what_is_undone_or_not_known_yet_is_left_out(store, tmp_path):
    assert run("import-quality", store, EVERYONE, Question(known_at=1)).rows["file"].to_list() == ["week1.csv"]
    store.undo(2)
    assert run("import-quality", store, EVERYONE, Question()).rows["file"].to_list() == ["week1.csv"]
    (tmp_path / "owners.csv").write_text("account_id,name,owner\nA,Alder,one@example.com\n")
    assert import_file(store, tmp_path / "owners.csv").batch
    assert run("import-quality", store, Viewer("one@example.com"), Question()).rows.is_empty()
