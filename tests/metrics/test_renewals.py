"""What is due, on the edges of its window, and what a later booked line has renewed."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings

from metrics.account_measures import last_conversation
from metrics.renewals import due, unprepared
from tests.metrics.books import lines
from tests.metrics.test_revenue_properties import dollar_books

DAY = date(2024, 1, 1)
YEAR = {"starts_on": date(2023, 2, 1), "ends_on": date(2024, 2, 1), "amount": "1200", "period": "1 year"}


def coming(*rows: dict, within: int = 90, day: date = DAY) -> list[dict]:
    return due(lines(*rows), day=day, within=within).collect().to_dicts()


@pytest.mark.parametrize(
    ("day", "within", "count"),
    [
        (date(2023, 11, 3), 90, 1),  # 90 days before
        (date(2023, 11, 2), 90, 0),  # 91
        (date(2024, 1, 31), 90, 1),  # the last day covered
        (date(2024, 2, 1), 90, 0),  # it has ended
        (date(2024, 1, 1), 30, 0),
        (date(2024, 1, 1), 31, 1),
    ],
)
def test_the_window(day, within, count):
    assert len(coming(YEAR, day=day, within=within)) == count


def test_lines_that_end_on_one_day_are_one_renewal():
    addon = YEAR | {"contract_id": "d", "amount": "240", "notice_days": 60, "auto_renew": True}
    found = coming(YEAR | {"notice_days": 30, "auto_renew": False}, addon, YEAR | {"contract_id": "e", "ends_on": date(2024, 3, 1)})
    assert [(row["ends_on"], row["days_left"]) for row in found] == [(date(2024, 2, 1), 31), (date(2024, 3, 1), 60)]
    assert (found[0]["arr"], found[0]["notice_by"], found[0]["auto_renew"]) == (144_000, date(2023, 12, 3), True)  # 60 days before
    assert (found[1]["notice_by"], found[1]["auto_renew"]) == (None, None)


@pytest.mark.parametrize(
    ("later", "count"),
    [
        ({"starts_on": date(2024, 2, 1), "ends_on": date(2025, 2, 1), "booked_on": date(2023, 12, 20)}, 0),  # renewed already
        ({"starts_on": date(2024, 2, 1), "ends_on": date(2025, 2, 1), "booked_on": date(2024, 1, 2)}, 1),  # not yet, on the day
        ({"starts_on": date(2024, 2, 1), "ends_on": date(2025, 2, 1)}, 1),  # nothing says when it was booked
        ({"starts_on": date(2023, 12, 1), "ends_on": date(2024, 12, 1), "booked_on": date(2024, 1, 2)}, 0),  # early, written down late
        ({"starts_on": date(2023, 6, 1), "ends_on": None}, 1),  # another line that runs on renews nothing
    ],
)
def test_what_a_later_booked_line_renews_is_not_due(later, count):
    assert len(coming(YEAR, {"contract_id": "d"} | later)) == count


def test_a_line_whose_discount_ends_later_is_due_at_the_price_of_its_last_day():
    """1,200 a year at half price to 15 January, running since February 2023: due at 1,200 on 1 February, whether or not a file says when it
    was booked."""
    for booked_on in (None, date(2023, 1, 20), date(2023, 3, 1)):
        found = coming(YEAR | {"discount": 0.5, "discount_ends_on": date(2024, 1, 15), "booked_on": booked_on})
        assert [(row["ends_on"], row["arr"]) for row in found] == [(date(2024, 2, 1), 120_000)]


def test_open_ended_lines_trials_and_other_kinds_are_never_due():
    assert coming(YEAR | {"ends_on": None, "period": "1 year"}, YEAR | {"is_trial": True}, YEAR | {"kind": "one_off"}) == []


def test_a_line_that_runs_is_due_whenever_it_was_written_down():
    assert len(coming(YEAR | {"booked_on": date(2024, 1, 20)})) == 1
    ahead = {"starts_on": date(2024, 1, 2), "ends_on": date(2024, 3, 1)}
    assert coming(YEAR | ahead | {"booked_on": date(2024, 1, 20)}) == []  # not begun, not booked


def test_what_rolls_monthly_is_never_due():
    """1 January to 1 February are 31 days, to 2 February 32; a line that runs longer beside it is due alone."""
    month = YEAR | {"starts_on": date(2024, 1, 1), "amount": "30", "period": "1 month"}
    assert coming(month) == []
    assert [row["arr"] for row in coming(month | {"ends_on": date(2024, 2, 2)})] == [12 * 3_000]
    assert [row["arr"] for row in coming(month | {"contract_id": "d"}, YEAR)] == [120_000]


def test_notice_counts_from_the_day_it_was_given():
    assert coming(YEAR | {"cancelled_on": date(2024, 1, 1)})[0]["cancelled_on"] == date(2024, 1, 1)
    assert coming(YEAR | {"cancelled_on": date(2024, 1, 2)})[0]["cancelled_on"] is None


def test_conversations_count_when_they_have_been_held():
    rows = [
        ("A", "conversation", date(2023, 10, 1)),
        ("A", "conversation", date(2024, 1, 5)),
        ("A", "task", date(2023, 12, 1)),
        ("B", "note", DAY),
    ]
    frame = pl.LazyFrame(rows, schema={"account_id": pl.String, "kind": pl.String, "done_on": pl.Date}, orient="row")
    seen = pl.LazyFrame({"account_id": ["A", "B"], "day": [DAY, DAY]})
    assert last_conversation(seen, frame).collect().rows() == [("A", DAY, date(2023, 10, 1))]


@pytest.mark.parametrize(("last", "first"), [(date(2023, 10, 1), False), (date(2023, 9, 30), True), (None, True)])
def test_three_months_without_a_conversation(last, first):
    frame = pl.DataFrame({"last": [last]}, schema={"last": pl.Date})
    assert frame.select(unprepared(pl.col("last"), day=DAY)).item() is first


@pytest.mark.long
@settings(max_examples=100, deadline=None)
@given(dollar_books)
def test_random_books_agree_with_plain_python(book):
    """Row by row of what was put in: a line is renewed by one booked by the day that starts after it started, in the second half of its
    time or later, and ends after it (all rows are of one contract and product); of 31 days or fewer it rolls monthly. Its ARR is that of its last day, whatever its discount."""
    day = date(2021, 9, 1)
    parts = lines(*book).collect().to_dicts()
    known = [(str(number), row) for number, row in enumerate(book) if not row["is_trial"] and row["starts_on"] <= day]
    expected: dict[tuple, int] = {}
    for key, row in known:
        begun, ends = row["starts_on"], row["ends_on"]
        same = [other for _, other in known if other["account_id"] == row["account_id"]]
        if (
            ends is None
            or (ends - begun).days <= 31
            or not 0 < (ends - day).days <= 90
            or any(_renews(other, begun, ends) for other in same)
        ):
            continue
        last = ends - timedelta(days=1)
        arr = sum(
            part["arr"] for part in parts if part["row_key"] == key and part["starts_on"] <= last and (part["ends_on"] or date.max) > last
        )
        expected[row["account_id"], ends] = expected.get((row["account_id"], ends), 0) + arr
    found = due(lines(*book), day=day, within=90).collect()
    positive = {renewal: arr for renewal, arr in expected.items() if arr > 0}
    assert dict(zip(found.select("account_id", "ends_on").rows(), found["arr"], strict=True)) == positive


def _renews(other: dict, begun: date, ends: date) -> bool:
    later = other["ends_on"] is None or other["ends_on"] > ends
    return later and other["starts_on"] > begun and 2 * (other["starts_on"] - begun).days >= (ends - begun).days
