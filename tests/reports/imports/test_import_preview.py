"""The preview says what the import then does, and leaves nothing behind."""

from dataclasses import replace
from datetime import date

import pytest

from data.importing.proposal import propose
from data.importing.reader_jobs import staged
from data.viewer import EVERYONE
from reports.imports.import_preview import import_preview
from reports.report import Question
from reports.revenue.arr import arr
from reports.revenue.retention import retention
from tests.books import company

# Against tests/books.py: account B's two lines end, A grows from 100.10 to 150.10 a month, D is new with 10.00 a month.
FILE = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency
1,A,Basic,2023-01-01,,150.10,1 month,USD
2,B,Secret suite,2023-01-01,2023-06-01,777.77,1 month,USD
3,B,Secret add-on,2023-11-01,2023-11-02,55.00,1 month,USD
5,D,Basic,2023-01-01,,10.00,1 month,USD
6,D,Basic,2023-01-01,,0.00,1 month,USD
"""
ASKED = Question(as_of=date(2023, 12, 28), rules="strict")


@pytest.fixture
def store(tmp_path):
    opened = company(tmp_path / "own.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "new.csv"
    path.write_text(FILE)
    return path


def test_figures_before_and_after_and_the_accounts_between(store, file):
    with staged(file, propose(FILE.splitlines()[0].split(",")), folder=file.parent) as ready:
        report = import_preview(store, ready, ASKED)
    of = report.totals
    assert of["arr_before"] == 12 * (10010 + 77777 + 5500)
    assert of["arr_after"] == 12 * (15010 + 1000)
    assert of["arr_change"] == of["arr_after"] - of["arr_before"] == report.rows["arr_change"].sum()
    assert (of["accounts_starting"], of["accounts_churned"], of["accounts_before"], of["accounts_after"]) == (1, 1, 3, 4)
    assert (of["waiting"], of["read"], of["accepted"]) == (2, 5, 5)  # D's two lines name an account that no import has
    assert (of["overlapping_before"], of["overlapping_after"]) == (0, 0)  # D's second line is free: nothing counts twice
    assert dict(report.rows.select("account_id", "change_kind").rows()) == {"A": "grows", "B": "becomes churned", "D": "starts paying"}


def test_lines_that_count_twice_are_named_before_they_go_in(store, tmp_path):
    """D pays for both of its lines of one product."""
    (tmp_path / "new.csv").write_text(FILE.replace(",0.00,", ",10.00,"))
    with staged(tmp_path / "new.csv", propose(FILE.splitlines()[0].split(",")), folder=tmp_path) as ready:
        of = import_preview(store, ready, ASKED).totals
    assert (of["overlapping_before"], of["overlapping_after"]) == (0, 1)


def test_reductions_of_more_than_there_is_are_named(store, tmp_path):
    """A pays 100.10 a month; 60.00 off is fine, 60.00 more takes 19.90 more off than there is: line 3."""
    text = FILE.splitlines()[0] + "\n1,A,Basic,2023-12-01,,-60.00,1 month,USD\n1,A,Basic,2023-12-05,,-60.00,1 month,USD\n"
    (tmp_path / "less.csv").write_text(text)
    mapping = replace(propose(text.splitlines()[0].split(",")), key=("contract_id", "starts_on"))
    with staged(tmp_path / "less.csv", mapping, folder=tmp_path) as ready:
        report = import_preview(store, ready, ASKED)
    assert report.notes == ("More is taken off than the contract has, in line 3: what goes below zero counts nothing.",)
    assert dict(report.rows.select("account_id", "change_kind").rows()) == {"A": "shrinks"}  # free, and still a customer


def test_the_import_does_what_the_preview_said_and_the_preview_leaves_nothing(store, file):
    version = store.version()
    with staged(file, propose(FILE.splitlines()[0].split(",")), folder=file.parent) as ready:
        said = import_preview(store, ready, ASKED).totals
        assert (store.version(), store.imports().height, store.check()) == (version, 3, [])
        store.commit(ready)
    assert arr(store, EVERYONE, ASKED).totals["arr"] == said["arr_after"]
    assert retention(store, EVERYONE, ASKED).totals["nrr"] == said["nrr_after"]


def test_into_an_empty_store(tmp_path, file):
    from data.store.store import Store

    empty = Store.open(tmp_path / "empty" / "own.duckdb")
    with staged(file, propose(FILE.splitlines()[0].split(",")), folder=tmp_path / "empty") as ready:
        report = import_preview(empty, ready, Question())
    empty.close()
    assert (report.totals["arr_before"], report.totals["nrr_before"], report.totals["accounts_before"]) == (0, None, 0)
    assert report.totals["accounts_after"] == 3
