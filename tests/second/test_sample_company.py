"""Every revenue report over the sample company, beside a second computation of the glossary from its rows."""

from datetime import date, timedelta
from itertools import product
from pathlib import Path

import polars as pl
import pytest

from tests.companies import sample_company
from tests.second.answers import REPORTS, answered, command, held, over_a_year, unequal
from tests.second.company import Company
from tests.second.customer import RULES, Choices, Rates
from tests.second.lines import read
from tests.second.renewals import agreed_ends

pytestmark = pytest.mark.long


def company(folder: Path, as_of: date) -> Company:
    """From the tables as `dump` writes them."""
    accounts, contracts, costs = (pl.read_parquet(folder / f"{table}.parquet").to_dicts() for table in ("accounts", "contracts", "costs"))
    lines = read(contracts)
    by_id = {row["account_id"]: row for row in accounts}
    return Company(lines, by_id, as_of, Rates(), Choices(), costs, agreed_ends(lines, date.today()))


def test_every_report_of_the_sample_company_says_what_the_glossary_says(tmp_path):
    store = sample_company(tmp_path / "own.duckdb")
    command(store, "dump", tmp_path / "dump")
    found = []
    with held(store):
        for days_ago, rules in product((1, 400), RULES):
            as_of = date.today() - timedelta(days=days_ago)
            asked = over_a_year(company(tmp_path / "dump", as_of).under(rules))
            for report in REPORTS:
                found += unequal(report, asked, answered(store, report, "--as-of", as_of, "--rules", rules))
    assert not found
