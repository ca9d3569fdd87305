"""The sample's tickets are answered between their opening and their resolution, so that none contradicts itself, and most in time."""

from datetime import date

import polars as pl

from sample import support

LAST = date(2026, 6, 30)


def test_replies_lie_between_the_opening_and_the_resolution():
    tickets = pl.DataFrame(
        {
            "ticket_id": [f"T-{at}" for at in range(200)],
            "opened_at": ["2026-06-01T09:00:00Z"] * 200,
            "resolved_at": ["2026-06-01T17:00:00Z", None] * 100,
            "priority": ["low", "normal", "high", "urgent"] * 50,
            "subject": ["a", "b"] * 100,
        }
    )
    told = support.answered(tickets, ["a"], LAST)
    assert (told["first_reply_at"].drop_nulls() >= "2026-06-01T09:00:00Z").all()
    done = told.filter(pl.col("resolved_at").is_not_null())
    assert done["first_reply_at"].null_count() == 0
    assert (done["first_reply_at"] <= done["resolved_at"]).all()
    assert 0 < told["first_reply_at"].null_count() < 60  # of the hundred that are open about a fifth waits
    assert told["topic"].to_list() == [support.TOPICS[0], None] * 100


def test_targets_are_of_priorities_that_tickets_have_and_their_calendar_is_there():
    assert set(support.targets()["priority"]) == {"urgent", "high", "normal", "low"}
    assert (
        set(support.targets()["calendar"].drop_nulls()) == set(support.calendars()["calendar"]) == set(support.holidays(LAST)["calendar"])
    )
