"""Duplicates of requests, and what those who ask are and are worth."""

import polars as pl
import pytest

from metrics.requests import asked, counted, in_all, merged, summed_votes, unasked


def requests(**into):
    return pl.LazyFrame(
        {"request_id": list(into), "merged_into": list(into.values())}, schema={"request_id": pl.String, "merged_into": pl.String}
    )


@pytest.mark.parametrize(
    ("into", "expected"),
    [
        ({"a": None, "b": "a", "c": "b"}, {"a": ("a", None), "b": ("a", None), "c": ("a", None)}),
        ({"a": "a", "b": "a"}, {"a": ("a", "merged_into_itself"), "b": ("a", None)}),
        ({"a": "z", "b": "a"}, {"a": ("a", "merged_into_nothing"), "b": ("a", None)}),
        (
            {"a": "b", "b": "c", "c": "a", "d": "b"},
            {"a": ("a", "merged_in_a_circle"), "b": ("b", "merged_in_a_circle"), "c": ("c", "merged_in_a_circle"), "d": ("b", None)},
        ),
    ],
)
def test_duplicates_lead_to_the_end_and_what_leads_nowhere_is_named_and_stands_for_itself(into, expected):
    found = merged(requests(**into)).collect()
    assert {one: (stands, trouble) for one, stands, trouble in found.rows()} == expected


OF = merged(requests(a=None, b="a", c=None))
VOTES = pl.LazyFrame(
    [("a", "one"), ("b", "one"), ("a", "two"), ("b", "gone"), ("a", "try"), ("a", "hope"), ("b", "who?"), ("c", "two"), ("z", "one")],
    schema=["request_id", "account_id"], orient="row",
)  # fmt: skip
ACCOUNTS = pl.LazyFrame(
    [("one", "paying", 100), ("two", "in_grace", 40), ("gone", "churned", 0), ("try", "trial", 0), ("hope", "prospect", 0), ("else", "paying", 9)],
    schema=["account_id", "state", "arr"], orient="row",
)  # fmt: skip
RENEWING = pl.LazyFrame({"account_id": ["one", "one", "gone", "else"]})


def test_each_account_counts_once_for_a_request_and_its_duplicates_and_who_is_no_customer_apart():
    """a with b: one and two and try are customers (140 of ARR), of whom one renews, with two lines, and counts its 100 once."""
    found = counted(asked(VOTES, OF), ACCOUNTS, RENEWING).collect()
    assert found.rows(named=True) == [
        {
            "request_id": "a",
            "customers": 3,
            "arr": 140,
            "renewing": 1,
            "exposure": 100,
            "former_customers": 1,
            "prospects": 1,
            "without_account": 1,
        },
        {
            "request_id": "c",
            "customers": 1,
            "arr": 40,
            "renewing": 0,
            "exposure": 0,
            "former_customers": 0,
            "prospects": 0,
            "without_account": 0,
        },
    ]


def test_over_all_requests_an_account_counts_once():
    assert in_all(asked(VOTES, OF), ACCOUNTS, RENEWING) == {
        "customers": 3, "arr": 140, "renewing": 1, "exposure": 100, "former_customers": 1, "prospects": 1, "without_account": 1
    }  # fmt: skip
    assert set(in_all(asked(VOTES.clear(), OF), ACCOUNTS, RENEWING).values()) == {0}


def test_votes_for_what_is_not_there_are_apart():
    assert unasked(VOTES, OF).collect().rows() == [("z", "one")]


def test_votes_without_names_add_up_over_duplicates_and_are_unknown_where_no_tool_says_them():
    said = pl.LazyFrame({"request_id": ["a", "b", "c"], "votes": [12, 3, None]})
    assert dict(summed_votes(said, OF).collect().rows()) == {"a": 15, "c": None}
