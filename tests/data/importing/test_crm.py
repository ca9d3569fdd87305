"""A real company through the command line: every row in, nothing twice, and undo followed by import gives equal reports."""

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from cli import app
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
    assert [call(*question)["rows"] for question in asked] == before
    for batch in (3, 4, 5):
        call("undo", batch)
    assert call(*asked[3])["rows"] != before[3]
    assert events(crm / "event.parquet") == (4544794, 0, 0)
    assert [call(*question)["rows"] for question in asked] == before
    call("check")
