"""What CSMs see of the sample company and of two real ones, beside a second computation of the glossary from the tables of the store."""

from datetime import date, timedelta

import pytest

from sample.company import LAST_DAY
from tests import companies
from tests.datasets import needs_datasets
from tests.second.answers import command, held
from tests.second.customers import answer, differences, of_today, probabilities
from tests.second.dumped import dumped
from tests.second.today import Today

pytestmark = pytest.mark.long


def test_health_today_tickets_and_surveys_of_the_sample_company(tmp_path):
    """On the day before the last covered one; its files claim the days that they cover."""
    store = companies.sample_company(tmp_path / "own.duckdb")
    with held(store):
        assert not differences(dumped(store, tmp_path / "dump", claimed=True), store, date.today() - timedelta(days=2))


def test_risk_that_rose_between_two_runs_of_the_model(tmp_path):
    """A model is trained 36 days before the last day of usage, and another 30 days later; six days on the two are still the newest."""
    store = companies.sample_company(tmp_path / "own.duckdb")
    before, now = (LAST_DAY - timedelta(days=ago) for ago in (36, 6))
    for day in (before, now):
        command(store, "train", "--as-of", day)
    whole = dumped(store, tmp_path / "dump", claimed=True)
    with held(store):
        for day in (now, LAST_DAY):
            mine = Today(whole, day, probabilities(store, day))
            assert any(row["kind"] == "risk_rose" for row in mine.items())
            assert not of_today(mine, answer(store, "today", day))


@needs_datasets
@pytest.mark.parametrize("day", [date(2023, 3, 31), date(2024, 12, 31)])
def test_health_today_and_tickets_of_ravenstack(day, tmp_path):
    """Events of a contract, none of which names a user."""
    store = companies.ravenstack("ravenstack_iso", tmp_path / "own.duckdb")
    with held(store):
        assert not differences(dumped(store, tmp_path / "dump"), store, day)


@needs_datasets
def test_health_and_today_of_a_crm_vendor(tmp_path):
    """4.5 million events, on the last day of a month in the middle."""
    store = companies.crm_company(tmp_path / "own.duckdb")
    with held(store):
        assert not differences(dumped(store, tmp_path / "dump"), store, date(2023, 3, 31))
