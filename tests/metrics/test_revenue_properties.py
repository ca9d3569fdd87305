"""What must hold of any book: checked on random ones."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from metrics.movements import movements
from metrics.retention import retention
from tests.metrics.books import effective

FIRST, LAST = date(2021, 1, 1), date(2022, 12, 31)
START, END, SEEN = date(2021, 3, 31), date(2022, 3, 31), date(2022, 9, 30)


@st.composite
def rows(draw):
    starts = FIRST + timedelta(days=draw(st.integers(0, 500)))
    length = draw(st.one_of(st.none(), st.integers(1, 400)))
    return {
        "account_id": draw(st.sampled_from("ABCD")),
        "starts_on": starts,
        "ends_on": None if length is None else starts + timedelta(days=length),
        "amount": str(draw(st.integers(0, 99999)) / 100),
        "period": draw(st.sampled_from(["1 month", "1 year", "3 month", "1 week"])),
        "cancelled_on": draw(st.sampled_from([None, None, starts])),
        "is_trial": draw(st.sampled_from([None, False, True])),
        "currency": draw(st.sampled_from(["USD", None, "EUR", "JPY"])),
        "discount": draw(st.sampled_from([None, 0.25, 1.0])),
        "discount_ends_on": draw(st.sampled_from([None, starts + timedelta(days=40)])),
    }


books = st.lists(rows(), min_size=1, max_size=8)
dollar_books = books.map(lambda book: [row | {"currency": "USD"} for row in book])
RATES = pl.LazyFrame(
    [(FIRST, "EUR", 1.1), (START, "EUR", 1.27), (END, "EUR", 0.93), (FIRST, "JPY", 0.0091), (END, "JPY", 0.0068)],
    schema={"day": pl.Date, "currency": pl.String, "rate": pl.Float64}, orient="row",
)  # fmt: skip
GROUPS = pl.LazyFrame({"account_id": ["A", "B", "C", "D"], "group": ["x", "x", "y", "y"]})


def money(book: list[dict]) -> pl.LazyFrame:
    return effective(*book, rules="house", as_of=SEEN)


def ratios(paid: pl.LazyFrame) -> tuple:
    return retention(paid, start=START, end=END, rates=RATES).select("nrr", "grr", "logo_retention").collect().row(0)


@pytest.mark.long
@settings(max_examples=100, deadline=None)
@given(books)
def test_bridges_close_chain_and_re_add(book):
    paid = money(book)
    for value, every in (("mrr", "month"), ("arr", "month"), ("mrr", "quarter"), ("arr", "year")):
        asked = {"start": FIRST, "end": SEEN, "value": value, "every": every, "rates": RATES}
        whole = movements(paid, **asked).collect()
        by_group = movements(paid, **asked, groups=GROUPS).collect()
        for bridge in (whole, by_group):
            left = (
                bridge["opening"]
                + bridge["new"]
                + bridge["reactivation"]
                + bridge["expansion"]
                - bridge["contraction"]
                - bridge["churn"]
                + bridge["fx"]
            )
            assert left.to_list() == bridge["closing"].to_list()
        assert whole["opening"][1:].to_list() == whole["closing"][:-1].to_list()
        if whole.height:
            assert whole["opens_on"].to_list() == [FIRST, *whole["closes_on"][:-1]] and whole["closes_on"][-1] == SEEN
        summed = by_group.drop("group", "opens_on", "closes_on").group_by("month").sum().sort("month")
        assert summed.equals(whole.drop("group").sort("month").select(summed.columns))


@settings(max_examples=100, deadline=None)
@given(books)
def test_grr_is_at_most_one_and_at_most_nrr(book):
    nrr, grr, logos = ratios(money(book))
    assert (nrr is None) == (grr is None) == (logos is None)
    if nrr is not None:
        assert grr <= min(1, nrr) + 1e-12
        assert 0 <= logos <= 1


@pytest.mark.long
@settings(max_examples=100, deadline=None)
@given(books)
def test_a_new_logo_and_the_order_of_rows_change_nothing(book):
    newcomer = {"account_id": "NEW", "starts_on": START + timedelta(days=1), "amount": "500", "is_trial": None}
    assert ratios(money(book)) == ratios(money([*book, newcomer])) == ratios(money(book[::-1]))


@settings(max_examples=100, deadline=None)
@given(books, st.integers(1, 399))
def test_splitting_a_line_in_two_changes_nothing(book, days):
    row, rest = book[0] | {"discount_ends_on": None}, book[1:]
    cut = row["starts_on"] + timedelta(days=days)
    assume(not row["ends_on"] or cut < row["ends_on"])
    halves = [row | {"ends_on": cut}, row | {"starts_on": cut}]
    whole, split = money([row, *rest]), money([*halves, *rest])
    assert ratios(whole) == ratios(split)
    bridges = [movements(paid, start=FIRST, end=SEEN, rates=RATES).collect() for paid in (whole, split)]
    assert bridges[0].equals(bridges[1])
