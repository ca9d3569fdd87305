"""Which accounts a play would start for, by hand: each trigger with a planted account and one without, reasons, quiet days, limits."""

from datetime import date

import polars as pl
import pytest

from metrics import play_starts as starting

DAY = date(2024, 6, 10)
WHY = pl.lit("so")


def accounts(*rows) -> pl.LazyFrame:
    return pl.LazyFrame(rows, schema={"account_id": pl.String, "segment": pl.String, "arr": pl.Int64, "live_on": pl.Date}, orient="row")


@pytest.mark.parametrize(
    ("kind", "days", "reason"),
    [
        ("usage_fell", 300, "usage_fell 2024-06"),
        ("health_fell", None, "health_fell 2024-06"),
        ("champion_silent", 10, "champion_silent 2024-Q2"),
        ("never_started", None, "never_started 2024-Q2"),
        ("notice_given", 20, "notice_given 2024-06-30"),
        ("renewal_unprepared", 0, "renewal_unprepared 2024-06-10"),
        ("notice_given", None, "notice_given 2024-Q2"),
    ],
)
def test_the_reason_names_what_it_is_about(kind, days, reason):
    assert starting.reason_of(kind, days, DAY) == reason


def test_a_renewal_starts_once_for_each_end():
    rows = pl.LazyFrame({"account_id": ["A", "A", "B"], "ends_on": [date(2024, 8, 1), date(2024, 7, 1), date(2024, 9, 1)]})
    found = starting.renews_within(rows, WHY).collect()
    assert sorted(found.select("account_id", "reason").rows()) == [("A", "renews_within 2024-07-01"), ("B", "renews_within 2024-09-01")]


def test_a_gap_is_that_nobody_who_decides_is_there_any_more():
    own = accounts(*((one, "SMB", 1, None) for one in "ABCD"))
    contacts = pl.LazyFrame(
        [
            ("A", "decision maker", None), ("B", "user", None), ("C", "decision maker", date(2024, 6, 10)), ("C", "user", None),
        ],
        schema={"account_id": pl.String, "role": pl.String, "left_on": pl.Date}, orient="row",
    )  # fmt: skip
    # A has one, B has none, the one of C has left by the day; of D nobody is known at all, which is another thing.
    found = starting.stakeholder_gap(own, contacts, DAY, WHY).collect().sort("account_id")
    assert found.select("account_id", "reason").rows() == [("B", "stakeholder_gap 2024-Q2"), ("C", "stakeholder_gap 2024-Q2")]


def test_live_within_thirty_days_counts_and_neither_before_nor_ahead():
    days = {"A": date(2024, 6, 10), "B": date(2024, 5, 12), "C": date(2024, 5, 11), "D": date(2024, 6, 11), "E": None}
    found = starting.went_live(accounts(*((one, "SMB", 1, day) for one, day in days.items())), DAY, WHY).collect()
    # 29 days ago is the 12th of May; the 11th is 30 days ago.
    assert found.select("account_id", "reason").rows() == [("A", "went_live 2024-06-10"), ("B", "went_live 2024-05-12")]


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ("Asked for a refund", True), ("They want their MONEY BACK", True), ("Wants to be reimbursed", True), ("客户要求退款", True),
        ("Talked about the new reports", False), ("A refunding round was closed", False), ("", False),
    ],
)  # fmt: skip
def test_a_refund_is_asked_for_in_words(text, is_asked):
    said = pl.LazyFrame({"account_id": ["A"], "said_on": [date(2024, 6, 1)], "text": [text]})
    found = starting.refund_asked(said, DAY, WHY).collect()
    assert found["reason"].to_list() == (["refund_asked 2024-06-01"] if is_asked else [])


def test_a_refund_counts_for_thirty_days():
    said = pl.LazyFrame(
        {"account_id": ["A", "B", "C"], "said_on": [date(2024, 5, 12), date(2024, 5, 11), date(2024, 6, 11)], "text": ["refund"] * 3}
    )
    assert starting.refund_asked(said, DAY, WHY).collect()["account_id"].to_list() == ["A"]


def found(*rows) -> pl.LazyFrame:
    schema = {"account_id": pl.String, "trigger": pl.String, "reason": pl.String, "why": pl.String, "certainty": pl.Float64}
    return pl.LazyFrame([(one, "usage_fell", reason, "so", sure) for one, reason, sure in rows], schema=schema, orient="row")


def test_those_that_are_worth_and_sure_most_come_first_and_segments_narrow():
    told = found(("A", "r", 0.5), ("B", "r", 1.0), ("C", "r", 1.0))
    own = accounts(("A", "Large", 300, None), ("B", "Large", 100, None), ("C", "SMB", 900, None))
    # C 900, A 300 x 0.5 = 150, B 100
    assert starting.for_play(told, own, "usage_fell", ()).collect()["account_id"].to_list() == ["C", "A", "B"]
    assert starting.for_play(told, own, "usage_fell", ("Large",)).collect()["account_id"].to_list() == ["A", "B"]
    assert starting.for_play(told, own, "seats_full", ()).collect().is_empty()


def test_what_runs_ended_lately_or_was_started_for_the_same_reason_waits():
    told = found(("running", "r", 1), ("lately", "r", 1), ("same", "r", 1), ("other", "r", 1), ("new", "r", 1))
    runs = pl.LazyFrame(
        [
            ("running", "older", "running", None), ("lately", "older", "done", date(2024, 5, 12)), ("same", "r", "done", date(2024, 1, 1)),
            ("other", "older", "stopped", date(2024, 5, 11)),
        ],
        schema={"account_id": pl.String, "reason": pl.String, "state": pl.String, "ended_on": pl.Date}, orient="row",
    )  # fmt: skip
    # 29 days since its end are too few, 30 are not.
    assert starting.not_started(told, runs, DAY).collect()["account_id"].to_list() == ["other", "new"]


@pytest.mark.parametrize(("left", "starts"), [(None, [True, True, True]), (2, [True, True, False]), (0, [False, False, False])])
def test_a_limit_lets_the_first_start(left, starts):
    told = starting.limited(found(("A", "r", 1), ("B", "r", 1), ("C", "r", 1)), left).collect()
    assert told["place"].to_list() == [1, 2, 3]
    assert told["starts"].to_list() == starts
