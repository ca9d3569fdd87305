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
from tests.forecast_company import DAY, ONE, forecast_company

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
