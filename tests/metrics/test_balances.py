"""MRR on a day is the same whether it is asked for alone or among others."""

from datetime import date, timedelta

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from metrics.balances import balances

BEGIN = date(2024, 1, 1)
DAYS = [BEGIN + timedelta(days=at) for at in range(7)]
RATES = pl.LazyFrame({"day": [BEGIN, DAYS[3]], "currency": ["EUR", "EUR"], "rate": [1.1, 1.2]})
SCHEMA = {"account_id": pl.String, "currency": pl.String, "starts_on": pl.Date, "ends_on": pl.Date, "mrr": pl.Int64, "arr": pl.Int64}
line = st.tuples(
    st.sampled_from("AB"), st.sampled_from(["USD", "EUR", None]), st.sampled_from(DAYS), st.sampled_from([None, *DAYS]),
    st.integers(-50, 50), st.integers(-600, 600),
)  # fmt: skip


def test_on_one_day_lines_count_from_their_start_to_the_day_before_their_end():
    rows = [("A", "USD", DAYS[1], DAYS[3], 10, 120), ("A", "EUR", DAYS[2], None, 5, 60), ("B", "USD", DAYS[0], DAYS[2], 7, -84)]
    lines = pl.LazyFrame(rows, schema=SCHEMA, orient="row")
    told = {day: balances(lines, days=[day], rates=RATES).drop("day").collect().rows() for day in DAYS[:4]}
    assert told[DAYS[0]] == [("A", 0, 0, 0), ("B", 7, -84, 0)]  # a reduction counts, and is no line that is live
    assert told[DAYS[1]] == [("A", 10, 120, 1), ("B", 7, -84, 0)]
    assert told[DAYS[2]] == [("A", 16, 186, 2), ("B", 0, 0, 0)]  # 5 * 1.1 is 5.5, so 6
    assert told[DAYS[3]] == [("A", 6, 72, 1), ("B", 0, 0, 0)]  # 5 and 60 at 1.2


@given(st.lists(line, max_size=8))
def test_a_day_alone_is_as_it_is_among_others(rows):
    lines = pl.LazyFrame(rows, schema=SCHEMA, orient="row")
    every = balances(lines, days=DAYS, rates=RATES).collect()
    for day in DAYS:
        assert balances(lines, days=[day], rates=RATES).collect().equals(every.filter(pl.col("day") == day))
