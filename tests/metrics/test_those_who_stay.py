"""What those who stayed grew and shrank by, and how many without a term left, by hand."""

from datetime import date

import polars as pl

from metrics.those_who_stay import days_back, growth_of_stayers, left_without_a_term
from tests.metrics.books import effective, lines

OPEN, CLOSE = date(2022, 3, 31), date(2022, 6, 30)
GROUPS = pl.LazyFrame({"account_id": ["A", "B", "C", "D"], "group": ["big", "big", "small", "small"]})
HISTORY = pl.LazyFrame(
    {"account_id": ["A", "B"], "ends_on": [date(2022, 5, 1), date(2022, 5, 1)], "due": [120000, 60000], "lost": [False, True]}
)


def months(account, amount, starts, ends=None, product="Core"):
    return {"account_id": account, "amount": str(amount), "starts_on": starts, "ends_on": ends, "product": product}


ROWS = (
    months("A", 100, date(2021, 1, 1), date(2022, 5, 1)),
    months("A", 120, date(2022, 5, 1)),
    months("B", 50, date(2021, 1, 1), date(2022, 5, 1), "Extra"),
    months("B", 200, date(2021, 1, 1)),
    months("C", 80, date(2021, 1, 1), date(2022, 4, 15)),
    months("D", 40, date(2021, 1, 1), date(2022, 5, 10)),
    months("D", 30, date(2022, 5, 10)),
)


def test_growth_is_of_what_was_renewed_and_losses_are_no_contraction():
    """A pays 1,200 and then 1,440: 240 more, renewed. B pays 3,000, loses 600 at its renewal: base 2,400, and pays that. C is gone: not
    among those who stay. D pays 480 and then 360: 120 less."""
    rows = growth_of_stayers(effective(*ROWS), HISTORY, GROUPS, days=[OPEN, CLOSE]).collect()
    assert rows.select("steps", "day", "group", "renewed", "accounts", "base", "expansion", "contraction", "capped").rows() == [
        (1, CLOSE, "big", False, 1, 240000, 0, 0, 0),
        (1, CLOSE, "big", True, 1, 120000, 24000, 0, 0),
        (1, CLOSE, "small", False, 1, 48000, 0, 12000, 12000),
    ]
    assert rows["base_squares"].to_list() == [240000.0**2, 120000.0**2, 48000.0**2]
    assert rows["net_squares"].to_list() == [0.0, 24000.0**2, 12000.0**2]
    assert rows["net_by_base"].to_list() == [0.0, 24000.0 * 120000, -12000.0 * 48000]


def test_capped_counts_an_account_with_what_it_paid_at_most():
    """B grows by 100 a month after it lost 50: of 3,000 it is back at 3,000 or more, so that nothing is less than its base of 2,400 by
    600 below nothing: -600."""
    rows = growth_of_stayers(
        effective(*ROWS, months("B", 100, date(2022, 6, 1), product="New")), HISTORY, GROUPS, days=[OPEN, CLOSE]
    ).collect()  # fmt: skip
    big = rows.filter(pl.col("group") == "big", ~pl.col("renewed")).row(0, named=True)
    assert (big["expansion"], big["capped"]) == (120000, -60000)


def test_who_has_no_term_and_who_of_them_left():
    """C ended in April and D changed its price: both had an end that was agreed; A and B have one line without."""
    loose = [row for row in ROWS if row["ends_on"] is None and row["starts_on"] < OPEN]
    gone = months("C", 80, date(2021, 1, 1), date(2022, 4, 15))
    rows = left_without_a_term(effective(*loose, gone), lines(*loose), GROUPS, days=[OPEN, CLOSE]).collect()
    assert rows.rows() == [(CLOSE, "big", 1, 0), (CLOSE, "small", 1, 1)]


def test_the_days_that_are_looked_back_on():
    assert days_back(date(2022, 6, 30), date(2021, 12, 15)) == [date(2021, 12, 31), date(2022, 3, 31), date(2022, 6, 30)]
    assert len(days_back(date(2022, 6, 30), date(1990, 1, 1))) == 21
    assert growth_of_stayers(effective(*ROWS), HISTORY, GROUPS, days=[CLOSE]).collect().is_empty()
