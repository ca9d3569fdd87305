"""Rollups of random events say what the same events say once they are imported: every table of a view, whatever the zone and the form."""

import json
import random
from contextlib import closing
from datetime import UTC, datetime

import polars as pl
import pytest

from data.importing.run import import_file
from data.rollups.on_duckdb import OnDuckDB
from data.store.store import Store
from reports.files.answers import files_of
from tests.books import FILES
from tests.data.rollups import lake

REPORTS = ("usage", "activation", "health")
ZONES = ["UTC", "America/New_York", "Australia/Lord_Howe"]


@pytest.fixture
def company(tmp_path):
    """Makes stores with accounts and contracts, and no usage, in a zone."""
    opened = []

    def make(name: str, zone: str) -> Store:
        store = Store.open(tmp_path / name / "own.duckdb", timezone=zone)
        opened.append(store)
        for file in ("accounts.csv", "contracts.csv"):
            (tmp_path / file).write_text(FILES[file])
            assert import_file(store, tmp_path / file).batch is not None
        return store

    yield make
    for store in opened:
        store.close()


@pytest.mark.parametrize("zone", ZONES)
def test_of_exports_that_overlap(company, tmp_path, zone):
    chance = random.Random(f"rollups {zone}")
    ids, files_in, folder = zone != "UTC", chance.choice(["", "Europe/London", "America/Sao_Paulo"]), tmp_path / "lake"
    told = lake.mapping(ids=ids, zone=files_in)
    rows = lake.drawn(chance, 500)
    forms = ["local", "utc", "nanoseconds", "milliseconds"]
    for number, form in enumerate(chance.sample(forms, 3)):
        lake.export(folder, f"year={number}/export {number} é.parquet", sampled(rows, chance), form)
    plain, rolled = company("plain", zone), company("rolled", zone)
    lake.imported(plain, folder, told)
    with closing(OnDuckDB("1GB", tmp_path)) as engine:
        lake.rolled(rolled, engine, folder, told)
    assert lake.differences(lake.seen(plain), lake.seen(rolled)) == []
    assert rolled.check() == []
    assert answers(rolled) == answers(plain)


def sampled(rows: pl.DataFrame, chance: random.Random) -> pl.DataFrame:
    """Some of the rows; and in every file an event a day, so that a feed stops when it does, and not where a file is thin."""
    return pl.concat([rows.sample(fraction=0.6, seed=chance.randrange(99)), lake.daily().select(rows.columns)])


def answers(store: Store) -> dict[str, list]:
    """What reports answer that read usage."""
    asked = {"as_of": "2024-04-30"}
    found = {name: files_of(store, name, asked, ["json"], made_at=datetime(2024, 5, 1, tzinfo=UTC))["json"] for name in REPORTS}
    return {name: json.loads(file.content)["rows"] for name, file in found.items()}
