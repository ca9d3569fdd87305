"""The migration report: what came in, what did not and why, totals of the files, names, what is open, and who signed off."""

from datetime import UTC, datetime

import pytest

from data.importing.run import import_file
from data.store.account_matching import match_accounts
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from reports.catalogue import run
from reports.files.pdf import as_pdf
from reports.files.tables import as_xlsx
from reports.imports.migration import IN, NAMES, OPEN, REJECTED, SIGNED, TOTALS, TWICE, sign_off
from reports.narrow import of_section
from reports.report import Question

LINES = """contract_id,account_id,product,starts_on,amount,period,currency
1,A,Basic,2025-01-01,100,1 month,EUR
2,Birch,Basic,soon,50,1 month,EUR
3,Birch,Basic,2025-01-01,30,1 month,EUR
,Total,,,180,,EUR
"""  # the row of sums: 100 + 50 + 30
LIST = "account_id,name,owner\nA,Alder,one@example.com\nB,Birch,two@example.com\nB,Birch,two@example.com\n"
AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "s.duckdb")
    for name, text in (("lines", LINES), ("list", LIST)):
        (tmp_path / f"{name}.csv").write_text(text)
        import_file(opened, tmp_path / f"{name}.csv")
    yield opened
    opened.close()


def told(store: Store, section: str, *columns: str) -> list[tuple]:
    return of_section(run("migration", store, EVERYONE, Question()), section).rows.select(columns).rows()


def test_every_row_of_every_file_is_told_of(store):
    assert told(store, IN, "batch", "file", "rows") == [(1, "lines.csv", 2), (2, "list.csv", 2)]
    assert told(store, REJECTED, "file", "detail", "rows") == [("lines.csv", "first on line 3: soon", 1)]
    assert told(store, TWICE, "file", "rows") == [("list.csv", 1)]
    report = run("migration", store, EVERYONE, Question())
    assert [report.totals[name] for name in ("files", "read", "accepted", "rejected", "duplicate")] == [2, 6, 4, 1, 1]  # 4 + 1 + 1 = 6


def test_a_files_own_total_is_compared_and_what_was_rejected_is_said_beside_it(store):
    ((what, detail),) = told(store, TOTALS, "what", "detail")
    assert what == "the row of sums agrees with the rows above it"
    assert detail.startswith("line 5; 1 problem")


def test_names_and_what_is_open(store):
    assert ("names in files that fit no account yet", 1) in told(store, OPEN, "what", "rows")
    batch = match_accounts(store, [("Birch", "B", "the same name")], "dana").batch
    assert told(store, NAMES, "what", "detail") == [("Birch → Birch", "the same name")]
    assert "names in files that fit no account yet" not in [row[0] for row in told(store, OPEN, "what")]
    store.undo(batch)
    assert told(store, NAMES, "what") == []


def test_it_is_signed_off_by_name_and_day_and_later_files_are_said(store, tmp_path):
    sign_off(store, " Dana ", "agrees with the books", at=AT)
    assert told(store, SIGNED, "what", "detail") == [("by Dana on 2026-03-04", "up to import 2 · agrees with the books")]
    (tmp_path / "more.csv").write_text("account_id,name\nC,Cedar\n")
    import_file(store, tmp_path / "more.csv")
    assert "; 1 file came in since" in told(store, SIGNED, "detail")[0][0]
    store.undo(int(store.imports()["batch"].to_list()[1]))
    assert told(store, SIGNED, "what") == []


def test_a_sign_off_needs_a_name_and_something_to_agree_to(store, tmp_path):
    with pytest.raises(ValueError, match="name"):
        sign_off(store, "  ", "", at=AT)
    empty = Store.open(tmp_path / "empty.duckdb")
    with pytest.raises(ValueError, match="import files first"):
        sign_off(empty, "Dana", "", at=AT)
    empty.close()


def test_it_is_for_who_sees_all_and_a_document_in_every_format(store):
    assert run("migration", store, Viewer("one@example.com"), Question()).rows.is_empty()
    report = run("migration", store, EVERYONE, Question())
    assert as_pdf(report).startswith(b"%PDF")
    assert as_xlsx(report).startswith(b"PK")
