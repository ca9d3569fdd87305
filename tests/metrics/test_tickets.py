"""When a ticket was resolved: a status that is known rules, a day of its own counts before the last update."""

from datetime import date, datetime

import polars as pl
import pytest

from data.schema import OPEN_STATUSES, RESOLVED_STATUSES
from metrics.tickets import as_known_on, with_resolution

OPENED, UPDATED, SOLVED = (datetime(2025, 3, day, 9) for day in (1, 5, 3))


def resolution(status: str | None, *, solved: datetime | None = None, updated: datetime | None = UPDATED) -> tuple:
    rows = {"opened_at": [OPENED], "resolved_at": [solved], "updated_at": [updated], "status": [status]}
    typed = pl.LazyFrame(rows, schema={**dict.fromkeys(("opened_at", "resolved_at", "updated_at"), pl.Datetime("us")), "status": pl.String})
    return with_resolution(typed).select("resolved_at", "resolved_by").collect().row(0)


@pytest.mark.parametrize("status", ["Solved", "closed", " Resolved ", "Closed (Support Pipeline)", "Erledigt"])
def test_a_status_that_is_resolved_holds_since_the_last_update_where_no_day_is_given(status):
    assert resolution(status) == (UPDATED, "last update")
    assert resolution(status, solved=SOLVED) == (SOLVED, "recorded")
    assert resolution(status, updated=None) == (OPENED, "status alone")


@pytest.mark.parametrize("status", ["open", "Pending", "Reopened", "Waiting on us (Support Pipeline)", "hold"])
def test_a_ticket_that_is_open_again_is_open_whatever_day_of_an_earlier_resolution_stands(status):
    assert resolution(status, solved=SOLVED) == (None, None)


@pytest.mark.parametrize("status", [None, "", "Tier 2"])
def test_a_status_that_is_not_known_says_nothing(status):
    assert resolution(status) == (None, None)
    assert resolution(status, solved=SOLVED) == (SOLVED, "recorded")


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2025, 3, 1), (None, None, None, None, None, None)),
        (date(2025, 3, 2), (datetime(2025, 3, 2, 9), None, None, None, None, None)),
        (date(2025, 3, 3), (datetime(2025, 3, 2, 9), SOLVED, "recorded", 4.0, "Solved", None)),
        (date(2025, 3, 4), (datetime(2025, 3, 2, 9), SOLVED, "recorded", 4.0, "Solved", datetime(2025, 3, 4, 8))),
    ],
)
def test_a_ticket_stands_as_it_did_on_the_day_looked_at(day, told):
    """Opened on the 1st, answered on the 2nd, solved and rated on the 3rd, changed last on the 4th."""
    columns = {"resolved_at": SOLVED, "resolved_by": "recorded", "csat": 4.0, "status": "Solved", "first_reply_at": datetime(2025, 3, 2, 9)}
    seen = as_known_on(pl.LazyFrame([columns | {"opened_at": OPENED, "updated_at": datetime(2025, 3, 4, 8)}]), day).collect()
    assert seen.select("first_reply_at", "resolved_at", "resolved_by", "csat", "status", "updated_at").row(0) == told


def test_no_status_is_both_and_all_are_in_lower_case():
    assert not OPEN_STATUSES & RESOLVED_STATUSES
    assert all(word == word.lower() for word in OPEN_STATUSES | RESOLVED_STATUSES)
