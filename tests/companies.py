"""Whole companies: the sample company, and those of the real datasets. Each is made once for a run of the tests; a test gets a copy."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli import app
from sample.load import load
from tests.built import copied
from tests.datasets import FOLDER

MAPPINGS = Path(__file__).resolve().parents[1] / "benchmarks" / "mappings"
CRM = {"account.csv": "crm_accounts", "subscription.csv": "crm_contracts", "event.parquet": "crm_events"}


def sample_company(path: Path) -> Path:
    """The sample company's store at `path`, no model trained."""
    return _copy("sample", lambda folder: load(folder / "own.duckdb", trained=False), path)


def few_of_the_sample(path: Path) -> Path:
    """A store at `path` of a sample company of sixty accounts and hardly any events, no model trained."""
    return _copy("sample-of-few", lambda folder: load(folder / "own.duckdb", trained=False, accounts=60, events=500), path)


def ravenstack(save: str, path: Path) -> Path:
    """A store at `path` of everything in one of the two saves, without a mapping."""
    files = {file: None for file in sorted((FOLDER / save).iterdir())}
    return _copy(save, lambda folder: _import(folder, files), path)


def crm_company(path: Path) -> Path:
    """A store at `path` of accounts, contracts and 4.5 million events; what their imports answered stands in batches.json beside it."""
    files = {FOLDER / "crm_simulation" / name: MAPPINGS / f"{mapping}.toml" for name, mapping in CRM.items()}
    return _copy("crm", lambda folder: _import(folder, files), path)


def _copy(name: str, make, path: Path) -> Path:
    copied(name, make, path.parent)
    return (path.parent / "own.duckdb").rename(path)


def _import(folder: Path, files: dict[Path, Path | None]) -> None:
    batches = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_STORE", str(folder / "own.duckdb"))
        for file, mapping in files.items():
            done = CliRunner().invoke(app, ["import", str(file), "--json", *(["--mapping", str(mapping)] if mapping else [])])
            assert done.exit_code == 0, done.output
            batches += json.loads(done.stdout)["batches"]
    (folder / "batches.json").write_text(json.dumps(batches))
