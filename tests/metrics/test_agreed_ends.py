"""An agreed end: known beforehand by the log, by the line or by the feed, or said by a person; each ground alone, and on its edge."""

from datetime import date

import polars as pl
import pytest

from metrics.agreed_ends import ends_by_feed, rolls_monthly, with_agreed_ends

END, NEWEST = date(2025, 3, 1), date(2025, 6, 30)
LINE = {
    "feed": "billing", "starts_on": date(2024, 3, 1), "ends_on": END, "states_more": False, "newest": NEWEST, "ends_are": None,
}  # fmt: skip
CONTRACT = {
    "feed": "billing", "line_ends_on": END, "period": "1 month", "end_said_on": date(2025, 3, 1), "auto_renew": None, "notice_days": None,
}  # fmt: skip
TYPES = {"end_said_on": pl.Date, "auto_renew": pl.Boolean, "notice_days": pl.Int64, "line_ends_on": pl.Date}
OPEN = LINE | {"starts_on": date(2025, 1, 1), "ends_on": None}
ENDS = LINE | {"starts_on": date(2025, 1, 1), "ends_on": date(2026, 1, 1)}


def feeds(*lines: dict) -> pl.LazyFrame:
    return ends_by_feed(pl.LazyFrame(list(lines), schema_overrides={"ends_on": pl.Date, "ends_are": pl.String}))


def agreed(contract: dict, *lines: dict) -> bool:
    contracts = pl.LazyFrame([CONTRACT | contract], schema_overrides=TYPES)
    return with_agreed_ends(contracts, feeds(*lines)).collect()["end_agreed"].item()


@pytest.mark.parametrize(
    ("contract", "expected"),
    [
        ({}, False),  # the end was first said on the very day: nobody knew it beforehand
        ({"end_said_on": date(2025, 2, 28)}, True),  # a day before it
        ({"end_said_on": None}, False),  # it went missing
        ({"period": "term"}, True),
        ({"period": "1 year"}, False),  # what a price is for is no term
        ({"line_ends_on": None, "period": "term"}, False),
    ],
)
def test_each_ground_alone(contract, expected):
    assert agreed(contract, OPEN) is expected


def test_half_of_the_running_lines_with_ends_are_enough():
    assert agreed({}, OPEN, ENDS) is True  # 1 of 2
    assert agreed({}, OPEN, OPEN | {"starts_on": date(2025, 1, 1)}, ENDS) is False  # 1 of 3


def test_notice_and_self_renewal_count_where_running_lines_that_state_them_have_ends():
    stated = {"notice_days": 60}
    several = (OPEN, OPEN, OPEN)  # so the feed as a whole gives no ends
    assert agreed(stated, *several, ENDS | {"states_more": True}) is True
    assert agreed({"auto_renew": False}, *several, ENDS | {"states_more": True}) is True
    assert agreed(stated, *several, OPEN | {"states_more": True}) is False  # lines state it, and run on without an end
    assert agreed(stated, *several) is True  # no running line states it: nothing contradicts
    assert agreed({}, *several, ENDS | {"states_more": True}) is False  # this line states nothing


def test_a_feed_of_the_past_is_looked_at_on_its_last_start():
    # All had ended by the newest file; on 2024-06-01 both ran, with their ends.
    assert agreed({}, LINE, LINE | {"starts_on": date(2024, 6, 1), "ends_on": date(2025, 6, 1)}) is True
    # A line that is booked ahead starts after the newest file: the last start is 2025-01-01, when one line runs on without an end.
    assert agreed({}, OPEN, ENDS | {"starts_on": date(2025, 7, 1), "ends_on": date(2026, 7, 1)}) is False


def test_lines_that_roll_monthly_say_nothing_of_a_feed():
    months = [LINE | {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 2, 1)}] * 3
    assert agreed({}, OPEN, *months) is False  # 0 of 1, not 3 of 4


@pytest.mark.parametrize(("end", "rolls"), [(date(2025, 3, 31), True), (date(2025, 4, 1), False)])
def test_31_days_roll_monthly(end, rolls):
    frame = pl.DataFrame({"starts_on": [date(2025, 2, 28)], "ends_on": [end]})  # 28 February to 31 March: 31 days
    assert frame.select(rolls_monthly()).item() is rolls


@pytest.mark.parametrize(("said", "expected"), [("agreed", True), ("afterwards", False)])
def test_what_a_person_says_of_the_feed_holds(said, expected):
    term = {"period": "term", "end_said_on": date(2024, 3, 1)}
    assert agreed(term if said == "afterwards" else {}, OPEN | {"ends_are": said}) is expected


def test_without_running_lines_the_ends_that_are_there_stand():
    assert agreed({}, LINE | {"starts_on": date(2025, 7, 1), "ends_on": date(2026, 7, 1)}) is True
