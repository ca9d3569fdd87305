"""Every revenue report over real files, under every preset of the rules, beside a second computation from the files themselves."""

from datetime import date
from pathlib import Path

import pytest

from tests import companies
from tests.datasets import needs_datasets
from tests.second import raw
from tests.second.answers import REPORTS, answered, held, over_a_year, unequal
from tests.second.customer import RULES

pytestmark = [pytest.mark.long, needs_datasets]

# Before data, early, within grace of many ends, the last day of usage, after it, long after the last import.
CRM = ("2021-11-30", "2022-02-20", "2022-10-15", "2023-03-31", "2023-06-30", "2023-08-10", "2024-02-29")
RAVENSTACK = ("2022-12-15", "2023-03-31", "2024-01-17", "2024-06-30", "2024-12-31", "2025-01-20", "2025-06-01")


def differences(company, store: Path, rules: str) -> list[str]:
    """Over the days of a company, of each report."""
    found, days = [], CRM if company is raw.crm else RAVENSTACK
    with held(store):
        for day in map(date.fromisoformat, days):
            asked = over_a_year(company(day).under(rules))
            for report in REPORTS:
                found += unequal(report, asked, answered(store, report, "--as-of", day, "--rules", rules))
    return found


@pytest.mark.parametrize("rules", RULES)
def test_every_report_of_ravenstack_says_what_its_files_say(rules, tmp_path):
    assert not differences(raw.ravenstack, companies.ravenstack("ravenstack_iso", tmp_path / "own.duckdb"), rules)


@pytest.mark.parametrize("rules", RULES)
def test_every_report_of_a_crm_vendor_says_what_its_files_say(rules, tmp_path):
    assert not differences(raw.crm, companies.crm_company(tmp_path / "own.duckdb"), rules)
