"""Cohorts on a book that can be read, and on random ones against a computation in plain Python."""

from calendar import monthrange
from datetime import date
from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given, settings

from metrics.cohorts import averages, cohorts
from metrics.movements import movements
from tests.metrics.books import effective
from tests.metrics.test_revenue_properties import GROUPS, dollar_books, money

SEEN = date(2022, 9, 30)
MARGINS = pl.DataFrame(
    {
        "month": [date(2021 + n // 12, n % 12 + 1, 1) for n in range(2, 15)],  # nothing before 2021-03, nothing from 2022-04 on
        "revenue": [100_000 + 777 * n for n in range(2, 15)],
        "cost_of_revenue": [30_000 + 111 * n for n in range(2, 15)],
    }
)


def line(account: str, start: date, end: date | None, amount: int, number: int = 0) -> dict:
    return {"account_id": account, "contract_id": f"{account}{number}", "starts_on": start, "ends_on": end, "amount": str(amount)}


BOOK = (
    line("A", date(2021, 1, 5), None, 100),
    line("A", date(2021, 2, 10), None, 50, 1),  # expansion in the second month
    line("B", date(2021, 1, 20), date(2021, 3, 15), 300),
    line("C", date(2021, 1, 3), date(2021, 1, 25), 600),  # gone before its first month closed
    line("D", date(2021, 2, 1), None, 80),
)


def test_a_book_by_hand():
    table = cohorts(effective(*BOOK), as_of=date(2021, 3, 31)).collect()
    january = table.filter(pl.col("cohort") == date(2021, 1, 1))
    assert january.select("period", "size", "retained_accounts", "opening_mrr", "retained_mrr", "closing_mrr").rows() == [
        (0, 3, 2, 100_000, 40_000, 40_000),  # A 100 + B 300 of 1,000; C is lost
        (1, 3, 2, 100_000, 40_000, 45_000),  # A 150 + B 300; gross caps A at 100
        (2, 3, 1, 100_000, 10_000, 15_000),
    ]
    assert january["logo"].to_list() == [2 / 3, 2 / 3, 1 / 3]
    assert table.filter(pl.col("cohort") == date(2021, 2, 1))["period"].to_list() == [0, 1]  # it has not reached 2


def test_averages_are_weighted_by_the_opening_over_the_cohorts_old_enough():
    average = averages(cohorts(effective(*BOOK), as_of=date(2021, 3, 31))).collect()
    # Period 1: (450 + 80) of (1,000 + 80), not the mean of 45 % and 100 %. Period 2: January alone.
    assert average["net"].to_list() == [480 / 1080, 530 / 1080, 0.15]
    assert average["logo"].to_list() == [3 / 4, 3 / 4, 1 / 3]
    assert average["cohorts"].to_list() == [2, 2, 1]


def test_a_cohort_that_has_not_closed_is_not_shown():
    assert cohorts(effective(*BOOK), as_of=date(2021, 2, 27)).collect()["cohort"].to_list() == [date(2021, 1, 1)]
    assert cohorts(effective(*BOOK), as_of=date(2021, 3, 30), per="quarter").collect().height == 0
    assert cohorts(effective(*BOOK), as_of=date(2021, 3, 31), per="quarter").collect()["closing_mrr"].to_list() == [23_000]
    assert cohorts(effective(), as_of=date(2021, 3, 31)).collect().height == 0


def test_margin_is_what_remains_after_the_share_of_costs():
    margins = pl.LazyFrame({"month": [date(2021, 1, 1), date(2021, 2, 1)], "revenue": [40_000, 53_000], "cost_of_revenue": [10_000, 5_300]})
    table = cohorts(effective(*BOOK), as_of=date(2021, 3, 31), margins=margins).collect()
    # January: 400 - 100 = 300; February: 450 - 450 x 53/530 = 405. Of three accounts: 100 and 235. March has no costs.
    assert table.filter(pl.col("cohort") == date(2021, 1, 1))["margin_per_account"].to_list() == [10_000, 23_500, None]


def test_money_of_one_currency_is_added_up_before_it_is_converted():
    """Three lines of 100.05 EUR at 1.1 are 330.165, half a cent up, on the first day and at every close."""
    rows = [line("A", date(2021, 1, 5), None, 0, n) | {"currency": "EUR", "amount": "100.05"} for n in range(3)]
    rates = pl.LazyFrame({"day": [date(2021, 1, 1)], "currency": ["EUR"], "rate": [1.1]})
    told = cohorts(effective(*rows), as_of=date(2021, 2, 28), rates=rates).collect()
    assert told.select("opening_mrr", "retained_mrr", "closing_mrr").rows() == [(33_017, 33_017, 33_017)] * 2


def test_foreign_money_is_counted_at_the_rate_of_the_first_day():
    rows = [line("A", date(2021, 1, 5), None, 100) | {"currency": "EUR"}]
    rates = pl.LazyFrame({"day": [date(2021, 1, 1), date(2021, 2, 1)], "currency": ["EUR", "EUR"], "rate": [1.1, 2.0]})
    table = cohorts(effective(*rows), as_of=date(2021, 2, 28), rates=rates).collect()
    assert table["closing_mrr"].to_list() == [11_000, 11_000]
    with pytest.raises(ValueError, match="No exchange rate for EUR"):
        cohorts(effective(*rows), as_of=date(2021, 2, 28))


def test_margin_takes_the_rate_of_each_month():
    """EUR 100 a month: 110 in January, 200 in February, each less 10 % of cost: 99 + 180 = 279, and not twice January's 99."""
    rows = [line("A", date(2021, 1, 5), None, 100) | {"currency": "EUR"}]
    rates = pl.LazyFrame({"day": [date(2021, 1, 1), date(2021, 2, 1)], "currency": ["EUR", "EUR"], "rate": [1.1, 2.0]})
    margins = pl.LazyFrame({"month": [date(2021, 1, 1), date(2021, 2, 1)], "revenue": [11_000, 20_000], "cost_of_revenue": [1_100, 2_000]})
    table = cohorts(effective(*rows), as_of=date(2021, 2, 28), rates=rates, margins=margins).collect()
    assert table["margin_per_account"].to_list() == [9_900, 27_900]
    assert table["net"].to_list() == [1.0, 1.0]  # retention stays at the first day's rate


def test_an_unknown_period_is_refused():
    with pytest.raises(ValueError, match="month, quarter"):
        cohorts(effective(*BOOK), as_of=SEEN, per="week")


def closes(first: date, until: date, months: int) -> list[date]:
    found, index = [], first.year * 12 + first.month - 1
    while True:
        index += months
        year, month = divmod(index - 1, 12)
        last = date(year, month + 1, monthrange(year, month + 1)[1])
        if last > until:
            return found
        found.append(last)


def half_away(value: Fraction) -> int:
    return int(abs(value) + Fraction(1, 2)) * (1 if value >= 0 else -1)


def naive(book: list[dict], months: int) -> dict[tuple, tuple]:
    """Account by account, day by day, in plain Python."""
    lines = money(book).collect().to_dicts()
    paid = lambda account, day: sum(  # noqa: E731
        row["mrr"]
        for row in lines
        if row["account_id"] == account and row["starts_on"] <= day and (row["ends_on"] is None or day < row["ends_on"])
    )
    customer = lambda account, day: any(  # noqa: E731
        row["account_id"] == account and row["starts_on"] <= day and (row["ends_on"] is None or day < row["ends_on"]) for row in lines
    )
    first = {}
    for row in lines:
        first[row["account_id"]] = min(first.get(row["account_id"], row["starts_on"]), row["starts_on"])
    members: dict[date, list[str]] = {}
    for account, day in first.items():
        if day <= SEEN:
            members.setdefault(date(day.year, (day.month - 1) // months * months + 1, 1), []).append(account)
    margins = {row["month"]: row for row in MARGINS.to_dicts()}
    found = {}
    for cohort, accounts in members.items():
        for period, close in enumerate(closes(cohort, SEEN, months)):
            opening = [paid(account, first[account]) for account in accounts]
            now = [paid(account, close) for account in accounts]
            brought: int | None = 0
            for day in closes(cohort, close, 1):
                total = sum(paid(account, day) for account in accounts)
                costs = margins.get(day.replace(day=1))
                if costs is None or brought is None:
                    brought = None
                else:
                    brought += total - half_away(Fraction(costs["cost_of_revenue"] * total, costs["revenue"]))
            kept = sum(min(before, after) for before, after in zip(opening, now, strict=True))
            each = None if brought is None else half_away(Fraction(brought, len(accounts)))
            logos = sum(customer(account, close) for account in accounts)  # who is free by then still is one
            found[cohort, period] = (len(accounts), logos, sum(opening), kept, sum(now), each)
    return found


@pytest.mark.parametrize(("per", "months"), [("month", 1), pytest.param("quarter", 3, marks=pytest.mark.long)])
@settings(max_examples=100, deadline=None)
@given(dollar_books)
def test_random_books_agree_with_plain_python(per, months, book):
    table = cohorts(money(book), as_of=SEEN, per=per, margins=MARGINS.lazy()).collect()
    counts = table.select("size", "retained_accounts", "opening_mrr", "retained_mrr", "closing_mrr", "margin_per_account").rows()
    assert dict(zip(table.select("cohort", "period").rows(), counts, strict=True)) == naive(book, months)


@settings(max_examples=50, deadline=None)
@given(dollar_books)
def test_groups_add_up_and_ratios_keep_their_order(book):
    whole = cohorts(money(book), as_of=SEEN).collect()
    parts = cohorts(money(book), as_of=SEEN, groups=GROUPS).collect()
    sums = ["size", "retained_accounts", "opening_mrr", "retained_mrr", "closing_mrr"]
    added = parts.group_by("cohort", "period").agg(pl.col(sums).sum()).sort("cohort", "period")
    assert added.equals(whole.select("cohort", "period", *sums))
    assert whole.filter((pl.col("gross") > 1) | (pl.col("gross") > pl.col("net")) | (pl.col("logo") > 1)).is_empty()


@settings(max_examples=30, deadline=None)
@given(dollar_books)
def test_cohorts_and_movements_tell_one_story(book):
    """What all cohorts bill at a month's close is the closing MRR of that month."""
    table = cohorts(money(book), as_of=SEEN).collect()
    closing = movements(money(book), start=date(2020, 12, 31), end=SEEN).collect()
    last = table.group_by("cohort").agg(pl.col("closing_mrr").sort_by("period").last())["closing_mrr"].sum()
    assert last == (closing["closing"][-1] if closing.height else 0)
