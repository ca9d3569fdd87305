"""What was said to a thing holds until its day, for the same trouble, and while it does not get clearly worse."""

from datetime import date, timedelta

import polars as pl
import pytest

from metrics.answers import CHANGES, answered, wrong_for
from metrics.today import KINDS

DAY = date(2024, 6, 30)
ANSWER = {"account_id": "A", "item": "usage_fell", "answer": "wrong", "until": DAY + timedelta(days=1), "reason": "Holidays", "given_by": "dana",
          "given_on": DAY - timedelta(days=5), "handed_to": None, "task_id": None, "basis": "people", "worse_from": -7.0, "batch": 4}  # fmt: skip
SHAPE = {"until": pl.Date, "given_on": pl.Date, "handed_to": pl.String, "task_id": pl.String, "basis": pl.String, "worse_from": pl.Float64}


def told(item: dict | None = None, *answers: dict) -> tuple:
    """answer, came_back and seen of usage that fell to ten people, marked as wrong; from seven it is clearly worse."""
    stands = {"account_id": "A", "kind": "usage_fell", "basis": "people", "measure": -10.0} | (item or {})
    items = pl.LazyFrame([stands], schema_overrides={"basis": pl.String, "measure": pl.Float64})
    said = pl.LazyFrame([ANSWER | one for one in answers], schema_overrides=SHAPE)
    tasks = pl.LazyFrame({"task_id": ["T-1"]})
    return answered(items, said, tasks, day=DAY).select("answer", "came_back", "seen").collect().row(0)


@pytest.mark.parametrize(
    ("item", "answer", "then"),
    [
        ({}, {}, ("wrong", None, 4)),
        ({}, {"until": DAY}, (None, "wrong", 4)),  # its day has come
        ({}, {"until": None}, (None, "wrong", 4)),
        ({"measure": -7.1}, {}, ("wrong", None, 4)),  # worse, not clearly
        ({"measure": -7.0}, {}, (None, "wrong", 4)),
        ({"measure": -30.0}, {}, ("wrong", None, 4)),  # better than it was
        ({"basis": "events"}, {}, (None, "wrong", 4)),  # another trouble
        ({"basis": None}, {}, (None, "wrong", 4)),
        ({"basis": None, "measure": None}, {"basis": None, "worse_from": None}, ("wrong", None, 4)),
        ({}, {"given_on": DAY + timedelta(days=1)}, (None, None, 0)),  # nobody had said it by then
        ({}, {"answer": "open_again", "until": None}, (None, None, 4)),
        ({}, {"item": "health_fell"}, (None, None, 0)),
        ({"account_id": "B"}, {}, (None, None, 0)),
        ({}, {"answer": "handed_over", "task_id": "T-1"}, ("handed_over", None, 4)),
        ({}, {"answer": "handed_over", "task_id": "T-2"}, (None, "handed_over", 4)),  # the task was taken back
    ],
)
def test_an_answer_on_its_edges(item, answer, then):
    assert told(item, answer) == then


def test_of_accounts_that_were_merged_the_newest_answer_counts():
    older, newer = {"batch": 4, "answer": "wrong"}, {"batch": 9, "answer": "snoozed"}
    assert told({}, newer, older) == told({}, older, newer) == ("snoozed", None, 9)


def test_a_change_within_30_days_is_wrong_for_as_long_and_a_state_for_90():
    assert {kind: wrong_for(kind) for kind in KINDS} == {
        "notice_given": 90, "renewal_unprepared": 90, "never_started": 90, "champion_silent": 90, "seats_full": 90, "sla_breached": 90, "call_against_model": 90,
        "plan_full": 90, "limit_near": 90, "higher_plan_used": 90, "volume_grew": 90, "new_team": 90, "headcount_grew": 90,
        "risk_rose": 30, "health_fell": 30, "usage_fell": 30, "tickets_rising": 30,
    }  # fmt: skip
    assert set(CHANGES) < set(KINDS)
