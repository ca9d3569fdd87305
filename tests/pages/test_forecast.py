"""The page Forecast: a finding with its range, figures, a chart and what they are made of; and an explanation where there is too little."""

from contextlib import closing
from datetime import timedelta

import pytest

from benchmarks.forecast_coverage import FIRST, company
from data.store import open_stores
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE
from metrics.months import months_later
from reports.catalogue import run
from reports.report import Question
from tests.pages.showing import everything, grids, shown

DAY = months_later(FIRST, 48) - timedelta(days=1)


@pytest.fixture
def generated(tmp_path, monkeypatch):
    made = company(seed=2, shock=0.3, accounts=90)
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        commit_frame(store, "accounts", made.accounts, "crm", "analyst")
        commit_frame(store, "contracts", made.known_by(DAY).drop("a_year"), "billing", "analyst")
    yield open_stores.store("own")
    open_stores.close_all()


def test_the_page_says_what_todays_customers_should_pay_and_what_that_is_made_of(generated):
    test = shown("forecast", as_of=DAY.isoformat())
    assert not test.exception
    assert test.header[0].value.startswith("Today's customers should pay ")
    assert "at the end of Q1 2023" in test.header[0].value
    assert [one.label for one in test.metric] == ["Due", "Expected to renew", "ARR at the end", "NRR by then"]
    report = run("forecast", generated, EVERYONE, Question(as_of=DAY))
    behind = grids(test)["forecast-renewals"]
    assert round(behind["due_arr"].sum() * 100) == report.rows["due_arr"][0]
    assert behind["due_arr"].to_list() == sorted(behind["due_arr"].to_list(), reverse=True)
    later = shown("forecast", as_of=DAY.isoformat(), quarter="3")
    assert "at the end of Q4 2023" in later.header[0].value
    assert round(grids(later)["forecast-renewals"]["due_arr"].sum() * 100) == report.rows["due_arr"][3]


def test_with_too_little_the_page_says_so_and_shows_what_is_due(small):
    """The small company has no renewal yet."""
    test = shown("forecast")
    assert not test.exception
    assert not test.metric
    assert "no forecast" in test.header[0].value
    assert "to learn from" in test.info[0].value


def test_an_empty_store_says_what_to_bring(empty):
    test = shown("forecast", as_of=None)
    assert not test.exception
    assert "Nothing is imported yet" in everything(test)
