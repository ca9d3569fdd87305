"""A day that is none is answered with the parameter, what was given and how a day is written."""

import pytest
from typer.testing import CliRunner

from cli import app


@pytest.mark.parametrize(("option", "name"), [("--as-of", "as_of"), ("--from", "from"), ("--to", "to")])
@pytest.mark.parametrize("given", ["2023-13-01", "2023-02-30", "01/02/2023", "yesterday"])
def test_no_day_is_wrong_usage_that_says_how_to_write_one(tmp_path, monkeypatch, option, name, given):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    answer = CliRunner().invoke(app, ["report", "retention", option, given])
    assert answer.exit_code == 2
    assert f"{name}: '{given}' is no day" in answer.output and "YYYY-MM-DD" in answer.output
