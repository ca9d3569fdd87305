"""What does not fit together, finding by finding, beside a second computation of the glossary: made-up books, and a real company."""

import json
import re
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests import companies
from tests.built import copied
from tests.datasets import needs_datasets
from tests.second import book_quality, raw
from tests.second.answers import command
from tests.second.messy import Messy

SEEDS = (1, *(pytest.param(seed, marks=pytest.mark.long) for seed in (2, 3, 4)))
OPTIONS = {"contracts": ("--set", "ends_on=exclusive"), "usage_events": ("--set", "covers_accounts=all")}
DAY, NUMBER = re.compile(r"\d{4}-\d\d-\d\d"), re.compile(r"\b(\d+) (?:different|usage|rows?|events?|lines?|other|days?)\b")
NOT_HERE = "change of plan or addition"  # told by product-pairs


def made(seed: int, folder: Path) -> None:
    for table, file in Messy(seed).write(folder).items():
        command(folder / "own.duckdb", "import", file, "--table", table, "--feed", table, *OPTIONS.get(table, ()))


def told(row: dict[str, Any]) -> tuple:
    """What a finding says, without its words: days, counts, the other line, money."""
    check, words = row["check"], row["detail"]
    counts = tuple(map(int, NUMBER.findall(words)))
    days = tuple(map(date.fromisoformat, DAY.findall(words)))
    other = tuple(re.findall(r"same as line (.*);", words))
    money = (
        ()
        if check in ("overlapping lines", "churn record against contract", "usage outside its contract", "lines without a value")
        else (row["arr"],)
    )
    if check in ("usage outside its contract", "reused event ids", "rows waiting for an account"):
        return counts + days
    return ((row["currency"],) if check == "currency without a rate" else other or days + counts) + money


def second(store: Path, files: Collection[str], currencies: Collection[str] = ("USD", "EUR")) -> book_quality.Found:
    """From the tables as `dump` writes them; `files`: the accounts that an accounts file names."""
    command(store, "dump", store.parent / "dump")
    folder = store.parent / "dump"
    kept = {name: pl.read_parquet(folder / f"{name}.parquet").to_dicts() for name in ("accounts", "contracts", "churn_events")}
    events = pl.scan_parquet(folder / "usage_events.parquet").with_columns(day=pl.col("occurred_at").dt.date())
    kept["usage_events"] = events.group_by("contract_id", "account_id", "day").agg(events=pl.len()).collect().to_dicts()
    contracts = [row | {"currency": row["currency"] or "USD"} for row in kept["contracts"]]
    kept["events_with_id"] = events.filter(pl.col("event_id").is_not_null()).select("event_id", "day").collect().to_dicts()
    return book_quality.found(book_quality.Told(contracts), kept, files, currencies)


def differences(store: Path, mine: book_quality.Found) -> list[str]:
    rows = json.loads(command(store, "report", "quality", "--json"))["rows"]
    answer = {(row["check"], row["subject"]): told(row) for row in rows if row["check"] != NOT_HERE}
    assert len(answer) == sum(row["check"] != NOT_HERE for row in rows), "a line is named twice"
    return [f"{key}: {mine.get(key)} and {answer.get(key)}" for key in mine.keys() | answer.keys() if mine.get(key) != answer.get(key)]


@pytest.mark.parametrize("seed", SEEDS)
def test_each_finding_is_what_the_glossary_says(seed, tmp_path):
    store = copied(f"messy book {seed}", lambda folder: made(seed, folder), tmp_path) / "own.duckdb"
    mine = second(store, {row["account_id"] for row in Messy(seed).tables["accounts"]})
    assert len({check for check, _ in mine}) == len(book_quality.CHECKS)
    assert not differences(store, mine)


@pytest.mark.long
def test_each_finding_of_the_sample_company(tmp_path):
    """Usage after a contract had ended and before the next began, and gaps of up to 30 days between two."""
    store = companies.sample_company(tmp_path / "own.duckdb")
    mine = second(store, {row["account_id"] for row in json.loads(command(store, "report", "accounts", "--json"))["rows"]})
    assert {check for check, _ in mine} == {"short gaps", "usage outside its contract"}
    assert not differences(store, mine)


@pytest.mark.long
@needs_datasets
def test_a_company_whose_files_fit_together_has_no_finding(tmp_path):
    """284 accounts, 5,484 lines and 4.5 million events, none of them on a day without a line."""
    store = companies.crm_company(tmp_path / "own.duckdb")
    mine = second(store, {row["id"] for row in raw.rows("crm_simulation/account.csv")})
    assert not mine
    assert not differences(store, mine)


@pytest.mark.long
@needs_datasets
def test_each_finding_of_a_real_company(tmp_path):
    """4,798 subscriptions with usage outside their time, 2,784 that run beside others of their product, 530 churns with lines that run on."""
    store = companies.ravenstack("ravenstack_iso", tmp_path / "own.duckdb")
    mine = second(store, {row["account_id"] for row in raw.rows("ravenstack_iso/ravenstack_accounts.csv")})
    assert not differences(store, mine)
