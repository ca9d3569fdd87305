"""Health is for all and tells nothing; figures are for this machine, or for who shows their token."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from data.access import sessions
from data.store import open_stores
from data.store.backups import backup
from data.upkeep.nightly import keep_one_more
from server.api import api
from tests.books import company
from tests.server.team import PROVIDER

NEAR = {"client": ("127.0.0.1", 50_000), "base_url": "http://127.0.0.1:8501"}


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "sample.duckdb"))
    monkeypatch.setenv("HOLDFAST_BACKUPS", str(tmp_path / "nights"))
    company(tmp_path / "own.duckdb").close()
    yield tmp_path / "own.duckdb"
    open_stores.close_all()
    sessions.close()


def client(**more) -> TestClient:
    return TestClient(api, root_path="/api", raise_server_exceptions=False, **(NEAR | more))


def figures(text: str) -> dict[str, float]:
    """Each series with its value, read by the lines of the format."""
    return {name: float(value) for name, value in re.findall(r"^([^#\s].*) (\S+)$", text, re.MULTILINE)}


def test_a_server_that_works_is_live_and_ready(own):
    answer = client().get("/health")
    assert (answer.status_code, answer.json()) == (200, {"live": True, "ready": True, "why": []})
    assert client().get("/health/live").json() == {"live": True}


def test_a_store_that_does_not_answer_is_not_ready_and_still_live(own, monkeypatch):
    def held(name: str):
        raise open_stores.StoreError("/secret/path is open in another process.")

    monkeypatch.setattr(open_stores, "store", held)
    answer = client().get("/health")
    assert (answer.status_code, answer.json()["why"]) == (503, ["The store does not answer."])
    assert client().get("/health/live").status_code == 200 and "secret" not in answer.text


def test_where_nobody_can_sign_in_it_is_not_ready(own, monkeypatch):
    for name, value in PROVIDER.items():
        monkeypatch.setenv(name, value)
    assert client().get("/health").status_code == 200, "it needs no sign-in"
    sessions.close()
    sessions.path_beside(own).write_bytes(b"no record of sign-ins at all, but some text of a file")
    answer = client().get("/health")
    assert answer.status_code == 503 and "record of sign-ins" in answer.json()["why"][0]


def test_figures_of_store_backups_and_inbox(own, tmp_path):
    inbox = tmp_path / "inbox"
    (inbox / "refused").mkdir(parents=True)
    for name in ("one.csv", "two.csv", ".hidden", "refused/three.csv", "refused/three.csv.json", "refused/three.csv.txt"):
        (inbox / name).write_text("a\n")
    begun = datetime.now(UTC) - timedelta(hours=5)
    store = open_stores.store("own")
    keep_one_more(lambda to: backup(store, to), own, tmp_path / "nights", 3, begun)
    store.undo(3)
    found = figures(client().get("/metrics").text)
    total = store.imports().height
    assert (found['holdfast_imports{standing="true"}'], found['holdfast_imports{standing="false"}']) == (total - 1, 1)
    assert found["holdfast_store_version"] == total + 1  # one entry of the log for each import, and one for the undo
    assert (found['holdfast_inbox_files{state="waiting"}'], found['holdfast_inbox_files{state="refused"}']) == (2, 1)
    assert 5 * 3600 <= found["holdfast_backup_age_seconds"] < 5 * 3600 + 600
    assert found["holdfast_store_bytes"] == own.stat().st_size and found["holdfast_ready"] == 1
    assert found["process_resident_memory_bytes"] > 1e7


def test_without_a_store_of_its_own_a_server_has_figures_too(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "none" / "own.duckdb"))
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "sample.duckdb"))
    found = figures(client().get("/metrics").text)
    assert found["holdfast_store_bytes"] == 0 and "holdfast_store_version" not in found and not (tmp_path / "none").exists()
    open_stores.close_all()


def test_nothing_of_a_company_stands_in_the_figures(own):
    said = client().get("/metrics").text
    assert not [word for word in ("Alder", "example.com", "EMEA", "crm.csv", str(own.parent)) if word in said]


@pytest.mark.parametrize(
    ("more", "headers"),
    [
        ({"client": ("192.168.1.20", 50_000)}, {}),
        ({"base_url": "http://reports.example.com"}, {}),
        ({}, {"X-Forwarded-For": "192.168.1.20"}),
        ({}, {"Forwarded": "for=192.168.1.20"}),
        ({}, {"Via": "1.1 proxy"}),
    ],
)
def test_without_a_token_figures_are_for_this_machine_alone(own, more, headers):
    assert client().get("/metrics").status_code == 200
    answer = client(**more).get("/metrics", headers=headers)
    assert answer.status_code == 403 and "HOLDFAST_METRICS_TOKEN" in answer.json()["detail"]


def test_with_a_token_they_are_for_who_shows_it_and_nobody_else(own, monkeypatch):
    monkeypatch.setenv("HOLDFAST_METRICS_TOKEN", "a-token-for-figures-alone")
    far = client(client=("192.168.1.20", 50_000), base_url="http://reports.example.com")
    assert far.get("/metrics", headers={"Authorization": "Bearer a-token-for-figures-alone"}).status_code == 200
    for wrong in ("", "Bearer", "Bearer a-token", "Basic a-token-for-figures-alone"):
        assert [one.get("/metrics", headers={"Authorization": wrong}).status_code for one in (far, client())] == [401, 401]
    assert client().get("/imports/1", headers={"Authorization": "Bearer a-token-for-figures-alone"}).status_code in (401, 404, 405)
