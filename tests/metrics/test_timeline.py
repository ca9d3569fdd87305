"""Entries of the time line that no imported row tells: health by band and by falls, and what stops."""

from datetime import date

import polars as pl

from metrics.timeline import of_activities, of_health, of_offers, of_usage

DAYS = [date(2024, month, 28) for month in range(1, 7)]


def scores(*told):
    rows = [("A", DAYS[at], score, band) for at, (score, band) in enumerate(told)]
    return pl.LazyFrame(rows, schema={"account_id": pl.String, "day": pl.Date, "score": pl.Float64, "band": pl.String}, orient="row")


def test_health_is_told_where_its_band_changes_or_it_falls_far():
    """80 healthy; 66 healthy, a fall of 14; 50 watch; 34 watch, a fall of 16; 35 is no change; 20 at risk."""
    told = scores((80.0, "healthy"), (66.0, "healthy"), (50.0, "watch"), (34.0, "watch"), (35.0, "watch"), (20.0, "at_risk"))
    found = of_health(told).select("day", "code", "name", "detail", "before", "after").collect().rows()
    assert found == [
        (DAYS[2], "fell", "healthy", "watch", 66.0, 50.0),
        (DAYS[3], "fell", "watch", "watch", 50.0, 34.0),
        (DAYS[5], "fell", "watch", "at_risk", 35.0, 20.0),
    ]


def test_a_rise_into_another_band_is_told_and_one_within_it_is_not():
    found = of_health(scores((50.0, "watch"), (69.0, "watch"), (71.0, "healthy"))).select("day", "code").collect().rows()
    assert found == [(DAYS[2], "rose")]


def test_health_that_is_little_known_or_of_no_customer_is_no_fall():
    told = scores((80.0, "healthy"), (20.0, "little_known"), (80.0, "healthy"), (None, None), (20.0, "at_risk"))
    assert of_health(told).collect().is_empty()


USED = {"account_id": pl.String, "day": pl.Date, "mau": pl.Int64, "mau_before": pl.Int64, "events": pl.Int64, "events_before": pl.Int64,
        "trend": pl.Float64}  # fmt: skip


def used(*rows):
    told = pl.LazyFrame([("A", DAYS[at], *row) for at, row in enumerate(rows)], schema=USED, orient="row")
    spans = pl.LazyFrame(schema={"account_id": pl.String, "first_seen": pl.Date})
    now = pl.LazyFrame({"account_id": ["A", "B"], "state": ["feed_stopped", "used"], "covered_to": [DAYS[0], DAYS[1]]})
    return of_usage(told, spans, now).select("day", "code", "before", "after").collect().rows()


def test_of_people_and_events_the_one_that_fell_more_is_told_and_small_numbers_are_not():
    """10 -> 7 users is 30 %, 100 -> 50 events 50 %; 2 -> 0 users and 29 -> 0 events are too few; 10 -> 8 is 20 %."""
    rows = [(7, 10, 50, 100, -0.5), (7, 10, 90, 100, -0.3), (0, 2, 0, 29, -1.0), (8, 10, 80, 100, -0.2), (0, 10, 0, 100, None)]
    assert used(*rows) == [
        (DAYS[0], "events_fell", 100.0, 50.0), (DAYS[1], "actives_fell", 10.0, 7.0), (DAYS[0], "feed_stopped", None, None)
    ]  # fmt: skip


def test_a_task_is_done_where_its_status_says_so_and_none_where_it_was_taken_back():
    """One is done on a day that nobody wrote down, one open; of the third nothing stands but that it was done."""
    shape = dict.fromkeys(("activity_id", "account_id", "kind", "owner", "status", "done_by", "body", "channel", "contacts"), pl.String)
    shape |= {"due_on": pl.Date, "done_on": pl.Date, "batch": pl.Int64, "line": pl.Int64}
    task = {"account_id": "A", "kind": "task", "batch": 1, "line": 1}
    rows = [
        task | {"activity_id": "1", "status": " Completed", "due_on": DAYS[0], "body": "Call"},
        task | {"activity_id": "2", "status": "open", "due_on": DAYS[1], "body": "Write"},
        task | {"activity_id": "3", "status": "done", "done_on": DAYS[2], "done_by": "kim@example.com"},
    ]
    names = pl.LazyFrame(schema={"contact_id": pl.String, "contact": pl.String})
    found = of_activities(pl.LazyFrame(rows, schema=shape), names).select("day", "code", "detail").collect().rows()
    assert found == [(DAYS[0], "done", "Call"), (DAYS[1], "due", "Write")]


def test_offers_stand_on_the_day_they_were_made_and_on_that_on_which_they_ended():
    offers = pl.LazyFrame(
        {
            "account_id": ["a", "a"], "title": ["Seats", "Upgrade"], "amount": [600.0, None], "currency": ["USD", "USD"],
            "made_on": [date(2024, 5, 1), date(2024, 5, 2)], "result": ["won", None], "closed_on": [date(2024, 6, 1), None],
            "reason": ["Grew", None], "owner": ["dana", None], "batch": [1, 1], "line": [2, 3],
        }
    )  # fmt: skip
    found = of_offers(offers).collect().select("day", "code", "name", "detail", "after").rows()
    assert sorted(found) == [
        (date(2024, 5, 1), "offer_made", "Seats", None, 60_000.0),
        (date(2024, 5, 2), "offer_made", "Upgrade", None, None),
        (date(2024, 6, 1), "offer_won", "Seats", "Grew", 60_000.0),
    ]
