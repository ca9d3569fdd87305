"""Accounts that change their segment: each counts where it was, and what goes from one segment comes into another."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics.movements import movements, parts_of
from metrics.retention import retention
from metrics.segments import placements
from tests.metrics.books import effective
from tests.metrics.test_revenue_properties import FIRST, RATES, SEEN, books, money

JANUARY, FEBRUARY, MARCH = date(2022, 1, 31), date(2022, 2, 28), date(2022, 3, 31)
EVER = date(1, 1, 1)


def segment_history(*rows: tuple[str, date, str | None]) -> pl.LazyFrame:
    return pl.LazyFrame(list(rows), schema={"account_id": pl.String, "since": pl.Date, "value": pl.String}, orient="row")


def places(history: pl.LazyFrame, accounts: str = "AB", **how: object) -> pl.LazyFrame:
    return placements(pl.LazyFrame({"account_id": list(accounts)}), {"segment": history}, **how)


def book() -> pl.LazyFrame:
    """A pays 100 a month and from 10 February 130; B pays 40 until 20 February."""
    return effective(
        {"account_id": "A", "amount": "100", "ends_on": date(2022, 2, 10)},
        {"account_id": "A", "amount": "130", "starts_on": date(2022, 2, 10)},
        {"account_id": "B", "amount": "40", "ends_on": date(2022, 2, 20)},
    )


MOVED = segment_history(("A", EVER, "SMB"), ("A", date(2022, 2, 15), "Large"), ("B", EVER, "Large"), ("B", date(2022, 2, 15), "SMB"))


def test_an_account_leaves_with_its_opening_and_grows_where_it_came_to():
    """A leaves SMB with 100.00 and grows by 30.00 in Large. B, moved in the month in which it is lost, is lost where it was."""
    asked = {"start": JANUARY, "end": FEBRUARY}
    rows = movements(book(), **asked, places=places(MOVED, by="segment")).collect()
    large, small = (rows.filter(pl.col("group") == group).row(0, named=True) for group in ("Large", "SMB"))
    assert {name: large[name] for name in ("opening", "entering", "expansion", "churn", "leaving", "closing", "accounts")} == {
        "opening": 4000, "entering": 10000, "expansion": 3000, "churn": 4000, "leaving": 0, "closing": 13000, "accounts": 1,
    }  # fmt: skip
    assert {name: small[name] for name in ("opening", "entering", "leaving", "closing", "accounts")} == {
        "opening": 10000, "entering": 0, "leaving": 10000, "closing": 0, "accounts": 0,
    }  # fmt: skip


def test_a_filter_shows_what_comes_in_and_what_goes_out():
    asked = {"start": JANUARY, "end": FEBRUARY}
    row = movements(book(), **asked, places=places(MOVED, filters=[("segment", ["Large"])])).collect().row(0, named=True)
    assert (row["opening"], row["entering"], row["expansion"], row["churn"], row["leaving"], row["closing"]) == (
        4000,
        10000,
        3000,
        4000,
        0,
        13000,
    )
    row = movements(book(), **asked, places=places(MOVED, filters=[("segment", ["SMB", "Other"])])).collect().row(0, named=True)
    assert (row["opening"], row["entering"], row["expansion"], row["churn"], row["leaving"], row["closing"]) == (10000, 0, 0, 0, 10000, 0)


def test_retention_counts_an_account_where_it_was_at_the_opening():
    rows = retention(book(), start=JANUARY, end=FEBRUARY, places=places(MOVED, by="segment")).collect()
    assert dict(rows.select("group", "nrr").rows()) == {"SMB": 1.3, "Large": 0.0}
    later = retention(book(), start=FEBRUARY, end=MARCH, places=places(MOVED, by="segment")).collect()
    assert later.select("group", "opening_mrr", "nrr").rows() == [("Large", 13000, 1.0)]


def test_filters_on_two_columns_hold_only_where_both_do():
    regions = segment_history(("A", EVER, "EMEA"), ("A", date(2022, 3, 5), None), ("B", EVER, "EMEA"))
    both = placements(
        pl.LazyFrame({"account_id": ["A", "B", "C"]}), {"segment": MOVED, "region": regions}, by="region",
        filters=[("segment", ["Large"]), ("region", ["EMEA"])],
    ).collect()  # fmt: skip
    assert both.filter(pl.col("account_id") == "A").select("since", "group", "inside").rows() == [
        (EVER, "EMEA", False), (date(2022, 2, 15), "EMEA", True), (date(2022, 3, 5), None, False),
    ]  # fmt: skip
    assert both.filter(pl.col("account_id") == "C").select("group", "inside").rows() == [(None, False)]


histories = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.integers(0, 700).map(lambda days: FIRST + timedelta(days=days)), st.sampled_from(["x", "y", None])),
    max_size=10, unique_by=lambda row: row[:2],
)  # fmt: skip


@pytest.mark.long
@settings(max_examples=100, deadline=None)
@given(books, histories)
def test_bridges_close_in_every_segment_and_add_up_to_the_whole(book, history):
    since_ever = [(account, EVER, "x") for account in "ABC"]
    told_places = places(segment_history(*since_ever, *history), "ABCD", by="segment")
    narrowed = places(segment_history(*since_ever, *history), "ABCD", filters=[("segment", ["y"])])
    paid = money(book)
    for every in ("month", "quarter"):
        asked = {"start": FIRST, "end": SEEN, "every": every, "rates": RATES}
        whole = movements(paid, **asked).collect()
        by_group, inside = (movements(paid, **asked, places=how).collect() for how in (told_places, narrowed))
        for bridge in (by_group, inside):
            gained = bridge.select(pl.sum_horizontal("opening", "new", "reactivation", "expansion", "fx", "entering")).to_series()
            lost = bridge.select(pl.sum_horizontal("contraction", "churn", "leaving")).to_series()
            assert (gained - lost).to_list() == bridge["closing"].to_list()
        for group in ("x", "y"):
            rows = by_group.filter(pl.col("group") == group)
            assert rows["opening"][1:].to_list() == rows["closing"][:-1].to_list()
        summed = by_group.drop("group", "opens_on", "closes_on").group_by("month").sum().sort("month")
        told = [name for name in whole.columns if name in summed.columns]
        assert "accounts" in told and summed.select(told).equals(whole.select(told).sort("month"))
        assert summed["entering"].to_list() == summed["leaving"].to_list()
        alone = by_group.filter(pl.col("group") == "y").select("month", *parts_of(told_places), "accounts")
        assert not alone.height or alone.equals(inside.select(alone.columns))
