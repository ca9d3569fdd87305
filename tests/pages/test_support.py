"""The page of support: what is past due first; without tickets, and on an empty store, it says what to bring."""

import pytest

from data.store import open_stores
from tests.pages.showing import everything, shown
from tests.reports.support.company import planted


@pytest.fixture
def supported(tmp_path, monkeypatch):
    planted(tmp_path).close()
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "support.duckdb"))
    yield open_stores.store("own")
    open_stores.close_all()


def headers(page) -> list[str]:
    return [one.value for one in page.header]


def test_what_is_past_due_is_told_first(supported):
    page = shown("support", as_of="2024-06-12")
    assert not page.exception
    assert "1 open ticket is past due" in headers(page)[0]
    said = everything(page)
    assert "Birch" in said and "1 ticket past due, by 8.0 h of its calendar" in said
    labels = [one.label for one in page.expander]
    assert "What is wrong with service levels (6)" in labels and "Service levels, business hours and holidays" in labels


def test_without_tickets_nothing_is_said_of_them(small):
    page = shown("support")
    assert not page.exception
    assert "No tickets of these accounts are imported" in everything(page)
    assert not page.metric


def test_an_empty_store_says_what_to_bring(empty):
    page = shown("support", as_of=None)
    assert not page.exception
    assert "Nothing is imported yet" in everything(page)
