"""What CSMs see of the sample company and of two real ones, beside a second computation of the glossary from the tables of the store."""

from datetime import date, timedelta

import pytest

from tests import companies
from tests.datasets import needs_datasets
from tests.second.customers import differences
from tests.second.dumped import dumped

pytestmark = pytest.mark.long


def test_health_today_tickets_and_surveys_of_the_sample_company(tmp_path):
    """On the day before the last covered one; its files claim the days that they cover."""
    store = companies.sample_company(tmp_path / "own.duckdb")
    assert not differences(dumped(store, tmp_path / "dump", claimed=True), store, date.today() - timedelta(days=2))


@needs_datasets
@pytest.mark.parametrize("day", [date(2023, 3, 31), date(2024, 12, 31)])
def test_health_today_and_tickets_of_ravenstack(day, tmp_path):
    """Events of a contract, none of which names a user."""
    store = companies.ravenstack("ravenstack_iso", tmp_path / "own.duckdb")
    assert not differences(dumped(store, tmp_path / "dump"), store, day)


@needs_datasets
def test_health_and_today_of_a_crm_vendor(tmp_path):
    """4.5 million events, on the last day of a month in the middle."""
    store = companies.crm_company(tmp_path / "own.duckdb")
    assert not differences(dumped(store, tmp_path / "dump"), store, date(2023, 3, 31))
