"""The head of every page: one quiet line of company, viewer and day."""

from tests.pages.showing import shown


def test_the_head_says_company_viewer_and_day(small):
    assert "Own data · all accounts · 28 Dec 2023" in [one.value for one in shown("accounts").caption]
    assert "Own data · as one@example.com · 28 Dec 2023" in [one.value for one in shown("accounts", viewer="one@example.com").caption]


def test_a_page_that_looks_at_no_day_says_none(small):
    assert "Own data · all accounts" in [one.value for one in shown("definitions").caption]
