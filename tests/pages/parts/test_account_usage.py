"""The days that explain a line of usage."""

from datetime import date, timedelta

import polars as pl

from pages.parts import account_usage
from pages.parts.account_usage import marks
from reports.report import Report

DAYS = {"starts_on": pl.Date, "ends_on": pl.Date, "cancelled_on": pl.Date}


def lines(*rows: tuple) -> Report:
    return Report("contract-lines", "Contract lines", {}, "house", "USD", 1, pl.DataFrame(list(rows), schema=DAYS, orient="row"), {}, {})


FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


def test_a_start_on_the_day_of_an_end_is_a_renewal_and_notice_and_ends_are_told_apart():
    found = lines(
        (date(2024, 3, 1), date(2025, 3, 1), None),  # begins before the line of usage does
        (date(2025, 3, 1), date(2025, 11, 1), date(2025, 9, 5)),
        (date(2025, 6, 1), None, None),
    )
    assert list(marks(found, None, FIRST, LAST)) == [
        (date(2025, 3, 1), "renewed"), (date(2025, 6, 1), "starts"), (date(2025, 9, 5), "notice"), (date(2025, 11, 1), "ends"),
    ]  # fmt: skip


def test_the_end_of_a_feed_is_marked_only_where_it_lies_before_the_last_week():
    assert list(marks(lines(), date(2025, 10, 2), FIRST, LAST)) == [(date(2025, 10, 2), "feed ends")]
    assert list(marks(lines(), LAST, FIRST, LAST)) == []
    assert list(marks(lines(), None, FIRST, LAST)) == []


def test_marks_that_would_lie_on_each_other_have_no_words_but_the_last():
    """Over a hundred days a word takes twenty: of 1, 2, 50 and 101 the first and the second collide, and the last of each stands."""
    first = date(2024, 1, 1)
    found = [(first + timedelta(days=day), str(day)) for day in (0, 1, 49, 100)]
    assert [words for _, words in account_usage.labelled(found)] == ["100", "49", "1"]
    assert account_usage.labelled([]) == []
    assert len(account_usage.labelled([(first + timedelta(days=day), "") for day in range(400)])) <= account_usage.LABELLED + 1
