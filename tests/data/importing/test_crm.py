"""A real company through the command line: every row in, nothing twice, and undo followed by import gives equal reports."""

import json
import random
from contextlib import closing
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from cli import app
from data.store.store import Store
from data.store.view import View
from tests.companies import MAPPINGS, crm_company
from tests.datasets import FOLDER, needs_datasets


def call(*arguments: object) -> dict:
    ended = CliRunner().invoke(app, [*map(str, arguments)])
    assert ended.exit_code == 0, ended.output
    return json.loads(ended.stdout) if "--json" in arguments else {}


def counts(batch: dict) -> tuple[int, int, int]:
    return batch["accepted"], batch["rejected"], batch["duplicate"]


def events(file: Path) -> tuple[int, int, int]:
    return counts(call("import", file, "--mapping", MAPPINGS / "crm_events.toml", "--json")["batches"][0])


def volumes_of(store: Path) -> list[tuple]:
    """What the store says of quantities, by account, event and month."""
    with closing(Store.open(store)) as opened, View(opened) as view:
        days = view.usage_quantities(date(2020, 1, 1), date(2026, 1, 1)).filter(pl.col("told") > 0)
    months = days.group_by("account_id", "event", pl.col("day").dt.month_start()).agg(pl.col("told", "quantity").sum())
    return sorted(months.rows())


def volumes_in(file: Path) -> list[tuple]:
    """The same by plain SQL over the file; two kinds of its events have a value."""
    kinds = "case event_type_id when 4 then 'win_opportunity' when 8 then 'lose_opportunity' end"
    return duckdb.sql(
        f"""select account_id::varchar, {kinds}, date_trunc('month', event_time)::date, count(event_value),
        sum(event_value::varchar::decimal(38, 9)) from '{file}' where event_value is not null group by all order by all"""
    ).fetchall()


@pytest.mark.long
@needs_datasets
def test_the_crm_company(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(crm_company(tmp_path / "own.duckdb")))
    crm = FOLDER / "crm_simulation"
    imported = json.loads((tmp_path / "batches.json").read_text())
    assert [counts(batch) for batch in imported] == [(284, 0, 0), (5484, 0, 0), (4544794, 0, 0)]
    asked = [("report", name, "--as-of", "2023-07-01", "--json") for name in ("arr", "movements", "retention", "usage")]
    before = [call(*question)["rows"] for question in asked]
    assert events(crm / "event.parquet") == (0, 0, 4544794)
    half = tmp_path / "half.parquet"
    pl.read_parquet(crm / "event.parquet").tail(2272397).write_parquet(half)
    assert events(half) == (0, 0, 2272397)
    months = volumes_in(crm / "event.parquet")
    some = random.Random(23).sample(range(len(months)), 200)
    found = volumes_of(tmp_path / "own.duckdb")
    assert [found[at] for at in some] == [months[at] for at in some]
    assert [call(*question)["rows"] for question in asked] == before
    for batch in (3, 4, 5):
        call("undo", batch)
    assert call(*asked[3])["rows"] != before[3]
    assert events(crm / "event.parquet") == (4544794, 0, 0)
    assert [call(*question)["rows"] for question in asked] == before
    assert volumes_of(tmp_path / "own.duckdb") == months
    call("check")
