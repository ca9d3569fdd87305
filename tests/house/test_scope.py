"""A CSM's view: no row, name, value or total of another's accounts, in any report, file or list."""

from datetime import date

import pytest

from data.importing.run import import_file
from data.store.view import View
from data.viewer import Viewer
from reports.catalogue import REPORTS, run
from reports.files import tables
from reports.report import Question
from tests.books import company

FOREIGN = ("Birch", "Cedar", "two@example.com", "Large", "APAC", "Secret", "bob", "secret_feature", "777.77", "33.33")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = company(tmp_path_factory.mktemp("scope") / "own.duckdb")
    yield opened
    opened.close()


@pytest.mark.parametrize("name", list(REPORTS))
@pytest.mark.parametrize("by", [None, "segment"])
def test_reports_and_exports_show_own_accounts_alone(store, name, by):
    question = Question(as_of=date(2023, 12, 28), start=date(2023, 6, 30), by=by)
    report = run(name, store, Viewer("one@example.com"), question)
    told = str(tables.as_json(report)) + tables.as_csv(report).decode() + str(report.totals)
    assert not [word for word in FOREIGN if word in told]


def test_the_total_is_that_of_the_own_account(store):
    report = run("arr", store, Viewer("one@example.com"), Question(as_of=date(2023, 12, 28)))
    assert report.totals["mrr"] == 10010
    assert report.rows["account_id"].to_list() == ["A"]


def test_filter_lists_and_columns_offer_own_values_alone(store):
    with View(store, Viewer("one@example.com")) as view:
        offered = [value for column in view.columns() for value in view.filter_values(column)]
    assert set(offered) == {"SMB", "EMEA", "one@example.com"}


def test_a_viewer_whom_no_import_names_is_an_error(store):
    for name in REPORTS:
        with pytest.raises(ValueError, match="no account has, or ever had, the owner 'nobody"):
            run(name, store, Viewer("nobody@example.com"), Question())


def test_a_viewer_without_accounts_sees_nothing_and_nothing_breaks(tmp_path):
    store = company(tmp_path / "own.duckdb")
    for owner in ("gone", "two"):
        (tmp_path / "moved.csv").write_text(f"account_id,owner\nC,{owner}@example.com\n")
        assert import_file(store, tmp_path / "moved.csv", table="accounts", options={"rows": "records"}).batch
    for name in REPORTS:
        report = run(name, store, Viewer("gone@example.com"), Question(as_of=date(2023, 12, 28)))
        if name == "retention":  # one row that says that there was no opening account
            assert report.rows.select("opening_accounts", "nrr").rows() == [(0, None)]
        else:
            assert not report.rows.height, name
    store.close()
