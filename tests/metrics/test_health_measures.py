"""What the score looks at, on books small enough to count by hand; rows after the day change nothing."""

from datetime import date, timedelta

import polars as pl

from metrics.health_measures import MEASURES, measures, tracked_on
from metrics.seats import seats_on
from tests.metrics.books import effective, lines

DAY = date(2024, 6, 30)
SEEN = pl.LazyFrame({"account_id": ["A", "B"], "day": [DAY, DAY]})
TICKETS = [
    ("A", date(2024, 6, 1), None, None),  # open
    ("A", date(2024, 6, 2), date(2024, 7, 5), 5.0),  # still open on the day, and not yet rated
    ("A", date(2024, 5, 1), date(2024, 5, 2), 2.0),
    ("A", date(2023, 5, 1), date(2023, 5, 2), 1.0),  # rated too long ago
]
SURVEYS = [("A", "csat", 4.0, date(2024, 6, 1)), ("A", "nps", 9.0, date(2024, 6, 20)), ("A", "nps", 2.0, date(2024, 1, 1))]
CONVERSATIONS = [("A", date(2024, 6, 10))]
LATER = {
    "tickets": ("A", date(2024, 7, 1), None, None),
    "surveys": ("A", "nps", 0.0, date(2024, 7, 1)),
    "conversations": ("A", date(2024, 7, 1)),
}


def measured(tickets=TICKETS, surveys=SURVEYS, conversations=CONVERSATIONS, tracked: bool = True) -> dict[str, dict]:
    usage = SEEN.with_columns(
        mau=pl.Series([6, None], dtype=pl.Int64), wau=pl.Series([3, None], dtype=pl.Int64), trend=pl.Series([-0.4, None]),
        features_used=pl.Series([4, None], dtype=pl.Int64),
    )  # fmt: skip
    found = measures(
        SEEN,
        accounts=pl.LazyFrame({"account_id": ["A", "B"], "first_start": [date(2024, 1, 1), date(2024, 6, 20)]}),
        seats=SEEN.with_columns(seats=pl.Series([8, 5], dtype=pl.Int64)),
        usage=usage,
        tickets=pl.LazyFrame(
            tickets, schema={"account_id": pl.String, "opened_on": pl.Date, "resolved_on": pl.Date, "csat": pl.Float64}, orient="row"
        ),
        surveys=pl.LazyFrame(
            surveys, schema={"account_id": pl.String, "kind": pl.String, "score": pl.Float64, "answered_on": pl.Date}, orient="row"
        ),
        conversations=pl.LazyFrame(conversations, schema={"account_id": pl.String, "done_on": pl.Date}, orient="row"),
        tickets_tracked=pl.lit(tracked),
        conversations_tracked=pl.lit(tracked),
    )
    return {row["account_id"]: row for row in found.collect().to_dicts()}


def test_every_measure_of_an_account():
    found = measured()["A"]
    assert {name: found[name] for name in MEASURES} == {
        "seat_use": 6 / 8, "usage_trend": -0.4, "features_used": 4, "stickiness": 3 / 6,
        "open_tickets": 2, "csat_rating": (2.0 + 4.0) / 2, "nps_answer": 9.0, "days_since_conversation": 20,
    }  # fmt: skip
    assert found["nps_answer_age"] == 10


def test_silence_is_an_answer_only_where_a_table_is_kept():
    kept, not_kept = measured()["B"], measured(tracked=False)["B"]
    assert (kept["open_tickets"], kept["days_since_conversation"]) == (0, 10)  # ten days a customer, and never talked to
    assert (not_kept["open_tickets"], not_kept["days_since_conversation"]) == (None, None)
    assert [kept[name] for name in ("seat_use", "usage_trend", "features_used", "csat_rating", "nps_answer")] == [None] * 5


def test_what_comes_after_the_day_changes_nothing():
    assert measured([*TICKETS, LATER["tickets"]], [*SURVEYS, LATER["surveys"]], [*CONVERSATIONS, LATER["conversations"]]) == measured()


def test_a_table_that_went_quiet_is_not_tracked():
    day = pl.lit(DAY)
    for last, tracked in ((DAY - timedelta(days=30), True), (DAY - timedelta(days=31), False)):
        assert pl.select(tracked_on(day, first=date(2024, 1, 1), last=last, gap=1.0)).item() is tracked
    assert pl.select(tracked_on(day, first=date(2024, 1, 1), last=DAY - timedelta(days=60), gap=20.0)).item() is True
    assert pl.select(tracked_on(day, first=DAY + timedelta(days=1), last=DAY + timedelta(days=9), gap=1.0)).item() is False
    assert pl.select(tracked_on(day, first=None, last=None, gap=None)).item() is False


def test_seats_are_those_of_paid_lines_then_trials_then_the_account():
    rows = [
        {"account_id": "A", "seats": 5}, {"account_id": "A", "contract_id": "d", "seats": 3}, {"account_id": "A", "contract_id": "e"},
        {"account_id": "B", "seats": 4, "is_trial": True}, {"account_id": "C"},
        {"account_id": "A", "contract_id": "f", "seats": 9, "ends_on": DAY},
    ]  # fmt: skip
    named = ["A", "B", "C"]
    seen = pl.LazyFrame({"account_id": named, "day": [DAY] * 3})
    accounts = pl.LazyFrame({"account_id": named, "seats": [70, 70, 70]})
    found = seats_on(seen, lines=lines(*rows), effective=effective(*rows), accounts=accounts).collect()
    assert dict(found.select("account_id", "seats").rows()) == {"A": 8, "B": 4, "C": 70}
