"""Today's ARR in pieces, by hand."""

from datetime import date

import polars as pl

from metrics.at_stake import pieces, terms_ahead, worth_beside
from tests.metrics.books import effective, lines

DAY = date(2022, 6, 30)
YEAR = {"period": "1 year", "amount": "1200", "product": "Core"}


def test_pieces_add_up_to_what_each_account_pays():
    """A pays 1,000: 300 in grace, two renewals of 400 and 500, of which 300 are left for the second. B pays 200, of which 50 have no term.
    C's renewal will be worth 900, and it pays 600 today."""
    arr = pl.LazyFrame({"account_id": ["A", "B", "C", "D"], "arr": [100000, 20000, 60000, 0]})
    first, second = date(2022, 8, 1), date(2022, 9, 1)
    coming = pl.LazyFrame({"account_id": ["A", "A", "C"], "ends_on": [second, first, first], "arr": [50000, 40000, 90000]})
    beside = pl.LazyFrame({"account_id": ["A", "B"], "in_grace": [30000, 0], "no_term": [0, 5000]})
    assert pieces(arr, coming, beside).collect().rows() == [
        ("A", "in grace", None, 0, 30000), ("A", "renewal", first, 40000, 40000), ("A", "renewal", second, 50000, 30000),
        ("B", "no term", None, 0, 5000), ("B", "nothing due", None, 0, 15000), ("C", "renewal", first, 90000, 60000),
    ]  # fmt: skip


def test_what_is_in_grace_and_what_has_no_term():
    """A's line ended 10 days ago without notice; B's has no end; C's has one."""
    rows = (
        YEAR | {"account_id": "A", "starts_on": date(2021, 6, 20), "ends_on": date(2022, 6, 20)},
        YEAR | {"account_id": "B", "starts_on": date(2021, 1, 1), "ends_on": None},
        YEAR | {"account_id": "C", "starts_on": date(2022, 1, 1), "ends_on": date(2023, 1, 1)},
    )
    found = worth_beside(effective(*rows, rules="house", as_of=DAY), lines(*rows, rules="house", as_of=DAY), day=DAY).collect()
    assert found.sort("account_id").rows() == [("A", 120000, 0), ("B", 0, 120000)]


def test_terms_that_end_after_the_day():
    rows = (
        YEAR | {"account_id": "A", "starts_on": date(2022, 1, 1), "ends_on": date(2023, 1, 1)},
        YEAR | {"account_id": "A", "starts_on": date(2022, 10, 1), "ends_on": date(2023, 1, 1), "product": "Extra"},
        YEAR | {"account_id": "B", "starts_on": date(2022, 5, 15), "ends_on": date(2022, 8, 15)},
        YEAR | {"account_id": "C", "starts_on": date(2021, 5, 15), "ends_on": date(2022, 5, 15)},
    )
    assert terms_ahead(lines(*rows), DAY).collect().sort("account_id").rows() == [("A", date(2023, 1, 1), 12), ("B", date(2022, 8, 15), 3)]
