"""Targets and their gap: as known then, under the rules that are asked for, in the currency that they were set in."""

from datetime import date

import polars as pl
import pytest

from data.store.edits import commit_frame
from data.viewer import EVERYONE
from data.work import targets
from data.work.targets import Target
from reports.catalogue import run
from reports.report import Question
from tests.forecast_company import DAY, ONE, forecast_company, told_in_euros

Q1, Q2 = date(2025, 1, 1), date(2025, 4, 1)
THOUSAND = 100_000  # cents


@pytest.fixture
def store(tmp_path):
    opened = forecast_company(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def asked(store, name: str, **more):
    return run(name, store, EVERYONE, Question(**{"as_of": DAY, **more}))


def line(account: str, number: int, starts: date, ends: date | None, amount: float, **more) -> dict:
    return {
        "contract_id": f"{account}-{number}", "line_id": "1", "account_id": account, "product": "Basic", "starts_on": starts,
        "ends_on": ends, "amount": amount, "period": "1 year", "currency": "USD", **more,
    }  # fmt: skip


def bring(store, *lines: dict, owner: str = ONE) -> None:
    accounts = pl.DataFrame({"account_id": sorted({one["account_id"] for one in lines})}).with_columns(
        name="account_id", owner=pl.lit(owner)
    )
    commit_frame(store, "accounts", accounts, "more", "analyst")
    commit_frame(store, "contracts", pl.DataFrame(list(lines)), "more", "analyst")


def test_a_gap_is_told_as_known_then_and_under_the_rules_that_are_asked_for(store):
    """A20 comes up for 9,000 in May, and 4,000 of it have lapsed in March: with grace they are no loss yet, without it they are gone."""
    before = targets.add(store, EVERYONE, Target(Q2, "arr", 1_000_000), "USD").batch
    bring(store, line("A20", 1, date(2024, 5, 1), date(2025, 5, 1), 9_000.0), line("A20", 2, date(2024, 3, 20), date(2025, 3, 20), 4_000.0))
    seen = []
    for more in ({}, {"rules": "strict"}, {"known_at": before}):
        row = asked(store, "forecast-gap", **more).rows.row(0, named=True)
        expected = asked(store, "forecast", **more).rows["expected_arr"][0]
        assert (row["expected_amount"], row["gap"]) == (expected, 1_000_000_00 - expected)
        seen.append(expected)
        named = asked(store, "forecast-gap-accounts", **more).rows["account_id"].to_list()
        assert ("A20" in named) == ("known_at" not in more) and "A16" in named
    assert len(set(seen)) == 3
    assert asked(store, "forecast-gap", rules="strict").rules == "strict"


def test_what_renewed_by_itself_is_known_to_have_renewed(store):
    """A30 pays 7,000 by a line without an end that renews itself on 10 April: due before that day, renewed after it, and never lost. With
    it, by 20 April: 4 (5,000, due on 1 May) and 16, 17 are still to come; 15 (16,000, on 1 April) has come up and is in grace."""
    bring(store, line("A30", 1, date(2023, 4, 10), None, 7_000.0, auto_renew=True))
    targets.add(store, EVERYONE, Target(Q2, "renewed_arr", 100_000), "USD")
    targets.add(store, EVERYONE, Target(Q2, "renewed_arr", 1_000, owner=ONE), "USD")
    for day, known in ((date(2025, 4, 9), 0), (date(2025, 4, 10), 7), (date(2025, 4, 20), 7), (date(2025, 6, 20), 7)):
        rows = {row["owner"]: row for row in asked(store, "forecast-gap", as_of=day).rows.to_dicts()}
        ahead = asked(store, "forecast", as_of=day).rows["renewing_arr"][0]
        assert rows["*"]["expected_amount"] - ahead == known * THOUSAND, day
        own = asked(store, "forecast", as_of=day, filters=(("owner", (ONE,)),)).rows["renewing_arr"][0]
        assert rows[ONE]["expected_amount"] - own == known * THOUSAND, day
    over = asked(store, "forecast-gap", as_of=date(2025, 6, 30)).rows.filter(owner="*").row(0, named=True)
    assert (over["gap_state"], over["expected_amount"], over["gap"]) == ("over", 7 * THOUSAND, 93 * THOUSAND)


def test_gap_and_log_say_the_same_of_a_quarter_that_is_over(store):
    bring(store, line("A30", 1, date(2023, 2, 10), None, 7_000.0, auto_renew=True))
    targets.add(store, EVERYONE, Target(Q1, "renewed_arr", 40_000), "USD")
    reached = asked(store, "forecast-gap").rows["expected_amount"][0]
    assert reached == asked(store, "forecast-past").rows.filter(quarter=Q1, owner="*")["renewed"][0] == (29 + 7) * THOUSAND


def test_what_is_booked_ahead_is_known(store):
    """5 (6,000) is due in June, and goes on at 4,000 by what was signed in March."""
    bring(store, line("A05", 9, date(2025, 6, 1), date(2026, 6, 1), 4_000.0, booked_on=date(2025, 3, 3)))
    targets.add(store, EVERYONE, Target(Q2, "renewed_arr", 100_000), "USD")
    row, ahead = asked(store, "forecast-gap").rows.row(0, named=True), asked(store, "forecast").rows.row(0, named=True)
    assert ahead["due_arr"] == (62 - 6) * THOUSAND and row["expected_amount"] - ahead["renewing_arr"] == 4 * THOUSAND


def test_what_renewed_is_told_at_the_rates_of_the_day(store):
    """A31 pays EUR 1,000, which came up and went on by itself on 10 April: a euro was worth 1 dollar then, and 2 from 15 April on."""
    rates = {"day": [date(2020, 1, 1), date(2025, 4, 15)], "currency": ["EUR", "EUR"], "rate": [1.0, 2.0]}
    commit_frame(store, "fx_rates", pl.DataFrame(rates), "rates", "analyst")
    bring(store, line("A31", 1, date(2023, 4, 10), None, 1_000.0, auto_renew=True, currency="EUR"))
    targets.add(store, EVERYONE, Target(Q2, "renewed_arr", 100_000), "USD")
    for day, known in ((date(2025, 4, 12), 1), (date(2025, 4, 20), 2)):
        row = asked(store, "forecast-gap", as_of=day).rows.row(0, named=True)
        assert row["expected_amount"] - asked(store, "forecast", as_of=day).rows["renewing_arr"][0] == known * THOUSAND


def test_a_target_in_another_currency_is_told_at_the_rate_of_the_day_or_not_at_all(store):
    """340,000 dollars are 170,000 euros; a rate of NRR has no currency."""
    targets.add(store, EVERYONE, Target(Q2, "arr", 340_000), "USD")
    targets.add(store, EVERYONE, Target(Q2, "nrr", 1.1), "USD")
    assert asked(store, "forecast-gap").rows["as_set"].to_list() == [None, None]
    told_in_euros(store)
    found = asked(store, "forecast-gap")
    row = found.rows.filter(measure="arr").row(0, named=True)
    assert (found.currency, row["target_amount"], row["gap"]) == ("EUR", 170 * THOUSAND, 170 * THOUSAND - row["expected_amount"])
    assert row["as_set"] == "set as $340,000.00, told at the rate of 2025-03-31"
    assert "1 target was set in another currency than EUR: it is told at the rate of 2025-03-31." in found.notes
    assert found.rows.filter(measure="nrr").select("target_rate", "as_set").row(0) == (1.1, None)


def test_without_a_rate_there_is_no_gap(store):
    targets.add(store, EVERYONE, Target(Q2, "arr", 340_000), "USD")
    targets.add(store, EVERYONE, Target(Q1, "renewed_arr", 340_000), "USD")
    told_in_euros(store, None)
    found = asked(store, "forecast-gap")
    assert found.currency == "EUR"
    for row in found.rows.to_dicts():
        assert (row["gap_state"], row["target_amount"], row["gap"], row["expected_amount"]) == ("not_known", None, None, None)
        assert row["as_set"] == "set as $340,000.00, of which nothing is known in EUR: set it anew"
    said = "2 targets were set in other currencies than EUR, of which there is no rate: what is missing is not known."
    assert said in found.notes and asked(store, "forecast-gap-accounts").rows.is_empty()


def test_a_stored_target_out_of_all_bounds_breaks_nothing_and_can_be_removed(store):
    targets.add(store, EVERYONE, Target(Q2, "arr", 340_000), "USD")
    wrong = [(Q2, "renewed_arr", 1e308), (Q2, "nrr", 1e17), (date(9999, 10, 1), "arr", 5.0), (date(1950, 1, 1), "renewed_arr", 5.0)]
    rows = [{"target_id": f"T{at}", "quarter": quarter, "measure": measure, "amount": amount, "currency": "USD", "entered_by": "x",
             "is_removed": False} for at, (quarter, measure, amount) in enumerate(wrong)]  # fmt: skip
    commit_frame(store, "targets", pl.DataFrame(rows), "targets", "analyst")
    found = asked(store, "forecast-gap")
    assert found.rows.filter(measure="arr", quarter=Q2).select("target_amount", "as_set").row(0) == (340 * THOUSAND, None)
    left_out = found.rows.filter(pl.col("target_id").is_in([f"T{at}" for at in range(4)]))
    assert left_out.select("gap_state", "target_amount", "target_rate", "gap").unique().rows() == [("not_known", None, None, None)]
    assert "set to 1e+308 for 2025-04-01, which no target can be: change it, or remove it" in left_out["as_set"].to_list()
    assert "4 targets are out of all bounds and are left out: change them, or remove them." in found.notes
    for row in left_out.to_dicts():
        targets.remove(store, EVERYONE, row["target_id"], row["batch"])
    assert asked(store, "forecast-gap").rows.height == 1
