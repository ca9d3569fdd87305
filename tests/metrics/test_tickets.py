"""When a ticket was resolved: a status that is known rules, a day of its own counts before the last update."""

from datetime import datetime

import polars as pl
import pytest

from data.schema import OPEN_STATUSES, RESOLVED_STATUSES
from metrics.tickets import with_resolution

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


def test_no_status_is_both_and_all_are_in_lower_case():
    assert not OPEN_STATUSES & RESOLVED_STATUSES
    assert all(word == word.lower() for word in OPEN_STATUSES | RESOLVED_STATUSES)
