"""Who is looked at, when, how far ahead, and what is said to have come of it."""

from datetime import date, timedelta

import polars as pl

from metrics.grace import with_grace
from metrics.rules import preset
from models.observations import ahead, known_until, observations, outlook, without_overlap
from tests.metrics.books import lines

YEAR = {"starts_on": date(2021, 1, 1), "ends_on": date(2022, 1, 1)}
NEXT = {"contract_id": "d", "starts_on": date(2022, 1, 1), "ends_on": date(2023, 1, 1)}
UNTIL = date(2022, 6, 1)


def seen(*rows: dict, until: date = UNTIL) -> pl.DataFrame:
    books = lines(*rows, rules="house").collect()
    effective = with_grace(books.lazy(), as_of=until, rules=preset("house")).collect()
    return observations(books, effective, since=date(2020, 1, 1), until=until, grace_days=30)


def test_a_year_that_lapses_is_one_loss_seen_from_three_leads():
    found = seen(YEAR)
    assert found.select("as_of", "due_on", "lead_days", "kind", "term_days", "matured_on", "churned").rows() == [
        (date(2021, 10, 3), date(2022, 1, 1), 90, "renewal", 365, date(2022, 1, 31), True),
        (date(2021, 11, 2), date(2022, 1, 1), 60, "renewal", 365, date(2022, 1, 31), True),
        (date(2021, 12, 2), date(2022, 1, 1), 30, "renewal", 365, date(2022, 1, 31), True),
    ]
    assert found["case"].n_unique() == 1


def test_a_renewal_is_no_loss_nor_is_one_within_the_days_of_grace():
    late = NEXT | {"starts_on": date(2022, 1, 30), "ends_on": date(2023, 1, 30)}
    later = NEXT | {"starts_on": date(2022, 1, 31), "ends_on": date(2023, 1, 31)}
    assert [seen(YEAR, after)["churned"].to_list() for after in (NEXT, late, later)] == [[False] * 3, [False] * 3, [True] * 3]


def test_an_add_on_that_ends_is_no_loss_of_the_account():
    base = {"contract_id": "base", "starts_on": date(2021, 1, 1), "ends_on": date(2024, 1, 1)}
    assert seen(base, YEAR)["churned"].to_list() == [False] * 3


def test_an_outcome_that_is_not_yet_certain_is_left_out():
    # The days of grace after 2022-01-01 are over on 2022-01-31: a day before that nobody knows.
    assert seen(YEAR, until=date(2022, 1, 30)).is_empty()
    assert seen(YEAR, until=date(2022, 1, 31)).height == 3


def test_what_was_settled_on_the_day_is_left_out():
    noticed = seen(YEAR | {"cancelled_on": date(2021, 11, 15)})
    assert noticed["lead_days"].to_list() == [90, 60]
    booked = seen(YEAR, NEXT | {"booked_on": date(2021, 11, 2)})
    assert booked["lead_days"].to_list() == [90]


def test_a_monthly_account_is_seen_on_the_first_of_each_month_when_the_lead_is_longer():
    months = [{"contract_id": str(m), "starts_on": date(2021, m, 10), "ends_on": date(2021, m + 1, 10)} for m in range(1, 8)]
    found = seen(*months).filter(pl.col("kind") == "live", pl.col("lead_days") == 90)
    assert found["as_of"].to_list() == [date(2021, m, 1) for m in range(2, 9)]
    # The account leaves on 2021-08-10: within 90 days of the first of June (May 1 + 90 is July 30), July and August.
    assert found["churned"].to_list() == [False, False, False, False, True, True, True]
    assert found.filter("churned")["case"].n_unique() == 1


def test_an_end_that_no_term_explains_was_decided_later_and_tells_nothing_ahead():
    ended = {"starts_on": date(2021, 1, 1), "ends_on": date(2021, 8, 19)}  # 230 days
    found = seen(ended)
    assert set(found["kind"]) == {"live"}
    open_ended = seen({"starts_on": date(2021, 1, 1)})
    both = found.filter(pl.col("as_of") <= date(2021, 8, 1)).select("as_of", "lead_days")
    assert both.rows() == open_ended.filter(pl.col("as_of") <= date(2021, 8, 1)).select("as_of", "lead_days").rows()


def test_the_outlook_names_the_next_renewal_and_the_live():
    books = lines(YEAR, {"account_id": "B", "starts_on": date(2021, 6, 1)}, {"account_id": "C", **NEXT}, rules="house").collect()
    found = outlook(books, as_of=date(2021, 11, 20))
    assert found.select("account_id", "due_on", "lead_days", "kind").rows() == [
        ("A", date(2022, 1, 1), 42, "renewal"),
        ("B", date(2022, 2, 18), 90, "live"),
    ]
    assert found["churned"].null_count() == 2


def test_contracts_are_known_until_the_last_of_them_starts():
    books = lines(YEAR, NEXT, rules="house").collect()
    assert known_until(books, date(2022, 5, 1)) == date(2022, 1, 1)
    assert known_until(books, date(2021, 5, 1)) == date(2021, 1, 1)
    assert known_until(books, date(2020, 5, 1)) is None


def test_an_end_that_the_log_did_not_have_yet_is_not_looked_at_from_before():
    books = lines(YEAR, rules="house").collect()
    effective = with_grace(books.lazy(), as_of=UNTIL, rules=preset("house")).collect()

    def leads(said_on: date, end_said_on: date) -> list[int]:
        told = books.with_columns(said_on=said_on, end_said_on=end_said_on)
        return observations(told, effective, since=date(2020, 1, 1), until=UNTIL, grace_days=30)["lead_days"].to_list()

    # The line was in the log from January on, its end only from 2021-11-10: of the looks of 10-03, 11-02 and 12-02 the last knew it.
    assert leads(date(2021, 1, 5), date(2021, 11, 10)) == [30]
    assert leads(date(2021, 1, 5), date(2021, 1, 5)) == [90, 60, 30]
    # All was told at once, after it had happened: what was known then is not known now.
    assert leads(date(2022, 5, 1), date(2022, 5, 1)) == [90, 60, 30]


def test_open_lines_that_ended_after_whole_months_are_no_renewals():
    running = [{"account_id": f"R{n}", "starts_on": date(2021, 1, 1)} for n in range(10)]
    left = [{"account_id": f"L{n}", "starts_on": date(2021, 1, 1), "ends_on": date(2021, 1 + n, 1)} for n in range(1, 8)]
    found = seen(*running, *left)
    assert set(found["kind"]) == {"live"}
    assert found.filter("churned")["case"].n_unique() == 7


def test_terms_shorter_than_the_lead_and_a_book_that_begins_yesterday():
    weeks = [
        {"contract_id": str(n), "starts_on": date(2022, 5, 1) + timedelta(days=7 * n), "ends_on": date(2022, 5, 8) + timedelta(days=7 * n)}
        for n in range(4)
    ]
    assert set(seen(*weeks, until=date(2022, 12, 1))["kind"]) <= {"live"}
    assert seen({"starts_on": UNTIL - timedelta(days=1)}).is_empty()


def test_looks_do_not_overlap_so_that_each_is_a_case_of_its_own():
    """90 days ahead the first of every third month of the year remains, 60 days every second, 30 days each."""
    months = [{"contract_id": str(m), "starts_on": date(2021, m, 10), "ends_on": date(2021, m + 1, 10)} for m in range(1, 8)]
    kept = without_overlap(seen(*months).filter(kind="live"))
    firsts = {lead: kept.filter(lead_days=lead)["as_of"].dt.month().to_list() for lead in (90, 60)}
    assert firsts == {90: [4, 7], 60: [3, 5, 7]}
    assert without_overlap(seen(YEAR)).equals(seen(YEAR))


def test_what_is_due_is_counted_in_the_lines_that_run():
    """The year that ends on 2023-01-01 is certain 30 days later; whoever leaves by notice, or ended before, is not due."""
    ended, running = YEAR, NEXT | {"account_id": "B"}
    noticed = NEXT | {"contract_id": "n", "account_id": "C", "cancelled_on": date(2022, 5, 1)}
    due = ahead(lines(ended, running, noticed, rules="house").collect(), until=UNTIL, grace_days=30)
    assert due.rows() == [("B", date(2023, 1, 31))]


def test_of_an_account_without_a_term_every_stretch_of_days_is_due():
    """Four times 90 days in the year ahead of 2022-06-01, each with 30 days of grace."""
    due = ahead(lines({"starts_on": date(2021, 1, 1)}, rules="house").collect(), until=UNTIL, grace_days=30)
    assert due["matured_on"].to_list() == [UNTIL + timedelta(days=90 * step + 30) for step in (1, 2, 3, 4)]
