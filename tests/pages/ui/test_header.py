"""The head of every page: one quiet line of company and viewer; the day once a page."""

from tests.pages.showing import shown


def said(page: str, **query: str) -> list[str]:
    test = shown(page, **query)
    return [one.value for one in (*test.caption, *test.markdown) if "28 Dec 2023" in one.value or one.value.startswith("Own data")]


def test_the_head_says_company_and_viewer_and_the_line_of_filters_the_day(small):
    assert said("accounts") == ["Own data", "As of **28 Dec 2023** · last 12 full months · vs previous period · all accounts"]
    assert "Own data · as one@example.com" in said("accounts", viewer="one@example.com")


def test_in_a_meeting_the_head_says_the_day_since_no_filters_are_shown(small):
    assert "Own data · 28 Dec 2023" in said("revenue", present="yes")


def test_a_page_that_looks_at_no_day_says_none(small):
    assert "Own data" in said("definitions")
