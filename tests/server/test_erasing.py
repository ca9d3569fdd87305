"""Erasure from the command line and through the API: looked at, asked about, confirmed, and done once."""

import json

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from data.store import open_stores
from server.tokens import keep_token
from tests.erased import EMAIL, NAME, company, everything

USER = f"user:ACC-77/{EMAIL}"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    company(tmp_path / "own.duckdb").close()
    yield tmp_path
    open_stores.close_all()


def asked(*words: str):
    from cli import app

    return CliRunner().invoke(app, ["erase", *words])


def test_the_command_asks_first_and_then_does_it(folder):
    told = asked("--person", "P-501", "--preview")
    assert told.exit_code == 0, told.output
    assert f"--same '{USER}' or --other '{USER}'" in told.stdout
    assert asked("--person", "P-501").exit_code == 2  # nothing was confirmed
    assert asked("--person", "P-501", "--account", "B").exit_code == 2
    refused = asked("--person", "P-501", "--confirm", "P-501")
    assert refused.exit_code == 3
    assert "Nothing was erased" in refused.output
    done = asked("--person", "P-501", "--same", USER, "--confirm", "P-501", "--json")
    assert json.loads(done.stdout)["number"] == 1
    assert not [row for row in everything(folder / "own.duckdb") if NAME in row or EMAIL in row]
    assert asked("--person", "P-501", "--preview").exit_code == 3


def test_the_api_needs_the_token_the_answers_and_the_confirmation(folder):
    from server.api import api

    open_stores.store("own")
    with TestClient(api) as client:
        whom = {"kind": "person", "named": EMAIL}
        assert client.post("/erasures/preview", json=whom).status_code == 401
        client.headers["Authorization"] = f"Bearer {keep_token(folder / 'own.duckdb')}"
        assert client.post("/erasures/preview", json=whom).json()["asked"] == []  # the address itself was named
        assert client.post("/erasures", json=whom | {"confirm": "another"}).status_code == 422
        assert client.post("/erasures", json=whom | {"kind": "dog", "confirm": EMAIL}).status_code == 409
        done = client.post("/erasures", json=whom | {"confirm": EMAIL}).json()
        assert (done["number"], done["entries"]) == (1, ["contact:P-501", USER])
        assert client.post("/erasures", json=whom | {"confirm": EMAIL}).status_code == 409
        assert client.get("/check").json()["faults"] == []
