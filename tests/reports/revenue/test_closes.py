"""Closing a period, and the board pack, from the command line and through the API."""

import json

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from data.store import open_stores
from server.tokens import keep_token
from tests.books import company

PERIOD = ["--from", "2023-06-30", "--to", "2023-12-28", "--as-of", "2023-12-28"]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    company(tmp_path / "own.duckdb").close()
    yield tmp_path
    open_stores.close_all()


def test_close_then_restate_then_undo(folder):
    from cli import app

    def say(*words: str) -> str:
        done = CliRunner().invoke(app, [*words])
        assert done.exit_code == 0, done.output
        return done.stdout

    assert say("close", "--who", "Finance", *PERIOD).startswith("Closed as batch 4.")
    told = json.loads(say("report", "restatement", "--to", "2023-12-28", "--as-of", "2023-12-28", "--json"))
    assert told["totals"]["published_nrr"] == told["totals"]["present_nrr"] == pytest.approx(932.87 / 911.20)
    assert told["rows"] == [] and told["notes"][0].startswith("Closed by Finance on ")
    say("undo", "4")
    assert json.loads(say("report", "closes", "--json"))["rows"] == []


def test_the_pack_is_written_and_a_report_as_pdf(folder):
    from cli import app

    pdf, sheet, one = folder / "pack.pdf", folder / "pack.xlsx", folder / "arr.pdf"
    assert CliRunner().invoke(app, ["board-pack", "--pdf", str(pdf), "--xlsx", str(sheet), *PERIOD]).exit_code == 0
    assert CliRunner().invoke(app, ["report", "arr", "--pdf", str(one)]).exit_code == 0
    assert pdf.read_bytes()[:4] == one.read_bytes()[:4] == b"%PDF" and sheet.read_bytes()[:2] == b"PK"
    assert CliRunner().invoke(app, ["board-pack"]).exit_code == 2


def test_the_api_closes_with_the_token_alone(folder):
    from server.api import api

    client, period = TestClient(api), {"who": "Finance", "from": "2023-06-30", "to": "2023-12-28"}
    open_stores.store("own")
    assert client.post("/closes", params=period).status_code == 401
    token = keep_token(folder / "own.duckdb")
    answer = client.post("/closes", params=period, headers={"Authorization": f"Bearer {token}"})
    assert answer.json() == {"batch": 4}
    assert client.get("/reports/board-pack", params={"format": "pdf"}).content.startswith(b"%PDF")
