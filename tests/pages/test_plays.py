"""The page of plays: what runs, what would start, the plays themselves; on an empty store and a small one."""

from datetime import date, timedelta

import polars as pl

from data.store.edits import commit_frame
from data.viewer import EVERYONE
from data.work import plays
from tests.pages.showing import everything, shown

DAY = date(2023, 12, 28)


def headers(page) -> list[str]:
    return [one.value for one in page.header]


def test_an_empty_store_says_what_to_bring_and_shows_the_plays(empty):
    page = shown("plays", as_of=None)
    assert not page.exception
    said = everything(page)
    assert "Nothing is imported yet" in said and "Refund asked for" in said


def test_what_runs_late_is_told_first(small):
    plays.start(small, EVERYONE, "adoption_rescue", "A", "So", day=DAY - timedelta(days=3))  # its first step was due a day ago
    plays.start(small, EVERYONE, "expansion", "B", "So", day=DAY)
    page = shown("plays")
    assert not page.exception
    assert "2 plays run; 1 is overdue" in headers(page)
    said = everything(page)
    assert "1 step overdue" in said and "0 of 5 steps" in said and "0 of 4 steps" in said


def test_what_would_start_is_told_with_its_limit(small):
    notes = {"activity_id": ["1"], "account_id": ["B"], "kind": ["note"], "done_on": [DAY], "body": ["They want their money back"]}
    commit_frame(small, "activities", pl.DataFrame(notes), "crm", "analyst")
    page = shown("plays")
    assert "Refund asked for: would start for 1 account today" in [one.label for one in page.expander]


def test_the_account_lists_its_plays(small):
    plays.start(small, EVERYONE, "expansion", "B", "So", day=DAY)
    page = shown("account", account="B")
    assert not page.exception
    assert "Plays" in headers(page)
    assert "0 of 4 steps" in everything(page)
