"""Backlog bands, subjects that recur, and what a fall of support is, on the edge."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from metrics import support

DAY = date(2024, 6, 12)
INSTANT = pl.Datetime("us", "UTC")


def test_bands_of_a_backlog_on_their_edges():
    """Ages to the end of the 12th: exactly 1, 7, 30 and 90 days belong to the older band."""
    ends = datetime(2024, 6, 13, tzinfo=UTC)
    opened = [
        ends.replace(day=12),
        ends.replace(day=12, second=1),
        ends.replace(day=6),
        datetime(2024, 5, 14, tzinfo=UTC),
        datetime(2024, 3, 15, tzinfo=UTC),
    ]
    rows = pl.DataFrame(
        {"account_id": ["A"] * 5, "opened_at": opened, "resolved_at": [None] * 5, "is_past_due": [True] + [False] * 4},
        schema_overrides={"resolved_at": INSTANT},
    )
    assert support.backlog(rows, DAY).select("tickets", "past_due", "oldest_days").rows() == [
        (1, 0, 0),
        (1, 1, 1),
        (1, 0, 7),
        (1, 0, 30),
        (1, 0, 90),
    ]


def tickets(*rows: tuple[str, str | None, str | None]) -> pl.DataFrame:
    told = [
        {"account_id": account, "topic": topic, "subject": subject, "resolved_at": None, "reopened": None, "is_before": False}
        for account, topic, subject in rows
    ]
    return pl.DataFrame(
        told,
        schema={
            "account_id": pl.String,
            "topic": pl.String,
            "subject": pl.String,
            "resolved_at": INSTANT,
            "reopened": pl.Int64,
            "is_before": pl.Boolean,
        },
    )


@pytest.mark.parametrize(
    ("one", "two", "recurs"),
    [
        ("Export fails", "RE: export   FAILS!", True), ("Order 4711 lost", "Order 12 lost", True), ("Re: Fwd: 登录失败", "登录失败", True),
        ("回复：发票抬头有误", "发票抬头有误", True), ("AW: Rückzahlung", "Rückzahlung?", True), ("Export fails", "Exports fail", False),
        ("12345", "777", False), ("Report slow", "Slow report", False), ("Return label", "turn label", False),
    ],
)  # fmt: skip
def test_subjects_by_their_words(one, two, recurs):
    found = support.subjects(tickets(("A", None, one), ("B", None, two)))
    assert found.height == recurs
    assert found["tickets"].sum() == (2 if recurs else 0)


def test_a_topic_comes_before_the_words_and_is_told_apart_from_them():
    found = support.subjects(
        tickets(("A", "Billing", "x"), ("B", " billing", "y"), ("A", None, "Billing"), ("C", "", "billing"), ("C", None, None))
    )
    assert found.select("subject", "counted_by", "tickets", "accounts").rows() == [("Billing", "subject", 2, 2), ("Billing", "topic", 2, 2)]


QUALITY = {
    "account_id": pl.String, "decided": pl.Int64, "share": pl.Float64, "decided_before": pl.Int64, "share_before": pl.Float64,
    "replies": pl.Int64, "hours": pl.Float64, "replies_before": pl.Int64, "hours_before": pl.Float64,
}  # fmt: skip


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ((3, 0.6, 3, 0.8, None, None, None, None), ["share_fell"]),
        ((3, 0.61, 3, 0.8, None, None, None, None), [None]),
        ((2, 0.0, 9, 1.0, None, None, None, None), []),  # too few now: it is not compared
        ((None, None, 9, 1.0, None, None, None, None), []),  # nothing now is no fall
        ((None, None, None, None, 3, 4.0, 3, 2.0), ["reply_rose"]),
        ((None, None, None, None, 3, 3.9, 3, 2.0), [None]),
        ((None, None, None, None, 3, 0.0, 3, 0.0), [None]),
        ((5, 0.2, 5, 1.0, 5, 9.0, 5, 1.0), ["both"]),
        ((5, 1.0, 5, 0.2, 5, 1.0, 5, 9.0), [None]),
    ],
)
def test_what_a_fall_is(row, expected):
    assert support.fell(pl.DataFrame([("A", *row)], schema=QUALITY, orient="row"))["fell"].to_list() == expected


def test_windows_are_ninety_days_each():
    """To the 12 June: the windows open after 14 March and after 15 December; a day on the edge belongs to the window that it closes."""
    days = [date(2024, 6, 12), date(2024, 3, 15), date(2024, 3, 14), date(2023, 12, 16), date(2023, 12, 15)]
    rows = pl.DataFrame({"account_id": "A", "due_on": days, "verdict": ["met", "breached", "met", "met", "met"]})
    replies = pl.DataFrame({"account_id": "A", "done_on": days, "taken": [1.0, 3.0, 5.0, 7.0, 9.0]})
    assert support.quality(rows, replies, DAY).row(0) == ("A", 2, 0.5, 2, 1.0, 2, 2.0, 2, 6.0)


def observed(n: int, fell: str | None, churned: int) -> list[tuple]:
    return [(f"{fell}{at}", fell, at < churned, None if at < churned else at < churned + 1) for at in range(n)]


def test_groups_of_fewer_than_ten_accounts_say_nothing():
    rows = pl.DataFrame(
        observed(10, "both", 2) + observed(9, None, 3), orient="row",
        schema={"account_id": pl.String, "fell": pl.String, "churned": pl.Boolean, "health_fell": pl.Boolean},
    )  # fmt: skip
    told = {row["support_was"]: row for row in support.came_after(rows).to_dicts()}
    assert (told["fell"]["accounts"], told["fell"]["churned"], told["fell"]["churned_share"]) == (10, 2, 0.2)
    assert (told["fell"]["health_known"], told["fell"]["health_fell"]) == (8, None)  # of eight too little is known
    assert (told["did_not_fall"]["accounts"], told["did_not_fall"]["churned"], told["did_not_fall"]["churned_share"]) == (9, None, None)
