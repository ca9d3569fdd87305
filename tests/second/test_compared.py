"""Two sets of rules on one book, line by line, beside a second computation of the glossary."""

import json
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests import companies
from tests.built import copied
from tests.datasets import needs_datasets
from tests.second.answers import command, held
from tests.second.company import Company
from tests.second.compared import compared
from tests.second.customer import RULES, Choices, Rates
from tests.second.lines import read
from tests.second.test_random_books import DAYS, made

ROUNDING = "rounding of currencies"  # a row of its own, for what lines in other currencies differ from their account
MONEY = ("arr_one", "arr_other", "mrr_one", "mrr_other", "difference")
SAID = (("house", "strict"), ("house", "chartmogul"), ("house", "stripe"), ("stripe", "house"))
ALL = [(one, other) for one in RULES for other in RULES if one != other]


class Dumped:
    """A company from the tables as `dump` writes them."""

    def __init__(self, store: Path) -> None:
        command(store, "dump", store.parent / "dump")
        tables = {
            name: pl.read_parquet(store.parent / "dump" / f"{name}.parquet").to_dicts() for name in ("contracts", "accounts", "fx_rates")
        }
        self.contracts = [row | {"currency": row["currency"] or "USD"} for row in tables["contracts"]]
        self.lines, self.rates = read(self.contracts), Rates(tables["fx_rates"])
        self.accounts = {row["account_id"]: row for row in tables["accounts"]}
        each = zip(self.lines, self.contracts, strict=True)
        self.names = {line: (row["account_id"], row["contract_id"], row["line"]) for line, row in each}

    def company(self, day: date) -> Company:
        return Company(self.lines, self.accounts, day, self.rates, Choices(), [], set())


def unequal(dumped: Dumped, store: Path, day: date, one: str, other: str) -> list[str]:
    company = dumped.company(day)
    asked = ("--as-of", day, "--rules", one, "--against", other)
    answer = json.loads(command(store, "report", "compare-rules", "--json", *asked))
    mine = compared(company, one, other, dumped.names)
    told = {(row["account_id"], row["contract_id"], row["line"]): row for row in answer["rows"] if row["product"] != ROUNDING}
    found = [f"{day} {one} {other} {key}: {mine.get(key)} and {told.get(key)}" for key in mine.keys() ^ told.keys()]
    for key in mine.keys() & told.keys():
        money = [name for name in MONEY if abs(mine[key][name] / 100 - told[key][name]) > 0.001]
        found += [f"{day} {one} {other} {key} {name}: {mine[key]} and {told[key]}" for name in money]
        found += [f"{key}: {mine[key]['cause']} and {told[key]['cause']}"] if mine[key]["cause"] != told[key]["cause"] else []
    sums = {"arr_one": whole(company, one), "arr_other": whole(company, other)}
    sums["difference"] = sums["arr_other"] - sums["arr_one"]
    assert abs(sum(row["difference"] for row in answer["rows"]) - sums["difference"] / 100) < 0.001
    return found + [f"{name}: {cents}" for name, cents in sums.items() if abs(cents / 100 - answer["totals"][name]) > 0.001]


def whole(company: Company, rules: str) -> int:
    return sum(row["arr"] for row in company.under(rules).arr().values())


def differences(store: Path, days: Iterable[date], pairs: Iterable[tuple[str, str]]) -> list[str]:
    with held(store):
        dumped = Dumped(store)
        return [words for day in days for pair in pairs for words in unequal(dumped, store, day, *pair)]


def test_each_line_of_a_random_book(tmp_path):
    store = copied("random book 1", lambda folder: made(1, folder), tmp_path) / "own.duckdb"
    assert not differences(store, DAYS[1:], SAID)


@pytest.mark.long
@pytest.mark.parametrize("seed", [2])
def test_each_line_of_more_random_books(seed, tmp_path):
    store = copied(f"random book {seed}", lambda folder: made(seed, folder), tmp_path) / "own.duckdb"
    assert not differences(store, DAYS, SAID)


@pytest.mark.long
@needs_datasets
def test_each_line_of_a_real_company(tmp_path):
    store = companies.ravenstack("ravenstack_iso", tmp_path / "own.duckdb")
    assert not differences(store, [date(2024, 1, 17)], SAID)


@pytest.mark.long
def test_each_line_of_the_sample_company(tmp_path):
    store = companies.sample_company(tmp_path / "own.duckdb")
    assert not differences(store, [date.today() - timedelta(days=400)], SAID)
