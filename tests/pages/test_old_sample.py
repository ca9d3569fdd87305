"""The sample company weeks after it was made."""

from datetime import UTC, date, datetime, timedelta

import pytest

from data.store import open_stores
from pages.ui import states
from tests.books import company
from tests.pages.showing import shown

LAST = date(2023, 12, 28)  # the small company's, which stands for the sample here


@pytest.fixture
def sample(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "sample.duckdb"))
    monkeypatch.setattr(open_stores, "_makers", {})
    company(tmp_path / "sample.duckdb").close()
    yield tmp_path
    open_stores.close_all()


def _clock(monkeypatch, day: date) -> None:
    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(day.year, day.month, day.day, 12, tzinfo=tz or UTC)

    monkeypatch.setattr(states, "datetime", Clock)


def _said(page) -> str:
    return " ".join(one.value for one in page.caption)


@pytest.mark.parametrize(("days", "old"), [(1, False), (14, False), (15, True), (400, True)])
def test_it_says_so_once_two_weeks_have_passed(sample, monkeypatch, days, old):
    _clock(monkeypatch, LAST + timedelta(days=days))
    assert (f"ends {days} days ago" in _said(shown("today", company="sample", as_of=None))) == old


def test_it_is_made_anew_at_a_click_and_seen_at_once(sample, monkeypatch):
    _clock(monkeypatch, LAST + timedelta(days=100))
    made = sample / "made" / "sample.duckdb"
    made.parent.mkdir()

    def make(path, told):
        told(0.5, "Importing accounts")
        new = company(made)
        new.undo(1)  # the accounts: so the page must look different afterwards
        new.close()
        open_stores.put_in_place(made, path)

    page = shown("today", company="sample", as_of=None)
    assert not [one for one in page.button if one.label.startswith("Make it anew")]  # nothing has said how
    open_stores.made_by("sample", make)
    before = open_stores.store("sample").version()
    page = shown("today", company="sample", as_of=None)
    next(one for one in page.button if one.label.startswith("Make it anew")).click().run()
    assert not page.exception
    assert open_stores.store("sample").version() == before + 1


def test_an_own_company_is_never_offered_to_be_made_anew(sample, monkeypatch):
    company(sample / "own.duckdb").close()
    open_stores.made_by("sample", lambda path, told: None)
    assert not [one for one in shown("today").button if one.label.startswith("Make it anew")]
