"""The API: what it takes with the token, what it refuses without, and what it says either way."""

import json
import threading

import pytest
from fastapi.testclient import TestClient

from data.importing import saved_mappings
from data.importing.mapping import Mapping
from data.store import open_stores
from data.store.store import Store
from server.tokens import keep_token, token_path
from tests.books import ACCOUNTS
from tests.waiting import PATIENCE

ODD = "kunde,titel\nA,Alder\nB,Birch\n"
WHOLE = {"reduced": 0, "kept_from": None}  # all of its events are there
MAPPING = 'table = "accounts"\nfeed = "crm"\n[columns]\naccount_id = "kunde"\nname = "titel"\n'


@pytest.fixture
def client(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    Store.open(tmp_path / "own.duckdb").close()
    from server.api import api

    with TestClient(api, root_path="/api") as opened_client:
        opened_client.headers["Authorization"] = f"Bearer {keep_token(tmp_path / 'own.duckdb')}"
        yield opened_client
    open_stores.close_all()


def send(client: TestClient, text: str, headers: dict | None = None, **fields: object):
    return client.post("/imports", files={"file": ("crm.csv", text.encode())}, data=fields, headers=headers)


def test_a_file_becomes_a_batch_that_can_be_undone_and_redone(client):
    done = send(client, ACCOUNTS).json()
    assert [(one["batch"], one["file"], one["accepted"]) for one in done["batches"]] == [(1, "crm.csv", 3)]
    assert client.post("/imports/1/undo").json() == {"batch": 1, "standing": False} | WHOLE
    assert client.post("/imports/1/undo").status_code == 409
    assert client.post("/imports/1/redo").json() == {"batch": 1, "standing": True} | WHOLE
    assert "no batch 9" in client.post("/imports/9/undo").json()["detail"]
    assert [(row["who"], row["standing"]) for row in client.get("/imports").json()["imports"]] == [("api", True)]


@pytest.mark.parametrize("sent", [None, "Bearer wrong", "Basic abc"])
def test_writing_needs_the_token_and_reading_does_not(client, tmp_path, sent):
    client.headers.pop("Authorization")
    headers = {"Authorization": sent} if sent else {}
    for method, path in (
        ("post", "/imports"),
        ("post", "/imports/1/undo"),
        ("post", "/imports/1/redo"),
        ("get", "/check"),
        ("get", "/dump"),
        ("get", "/backup"),
    ):
        answer = getattr(client, method)(path, headers=headers)
        assert answer.status_code == 401, path
        assert token_path(tmp_path / "own.duckdb").name in answer.json()["detail"]
        assert str(tmp_path) not in answer.text
    assert client.get("/imports", headers=headers).status_code == 200


def test_a_mapping_comes_as_toml_or_by_its_saved_name(client, tmp_path):
    saved_mappings.save(tmp_path / "own.duckdb", "crm accounts", Mapping.from_toml(MAPPING))
    assert send(client, ODD, mapping=MAPPING, dry_run="true").json()["batches"][0]["accepted"] == 2
    assert client.get("/imports").json()["imports"] == []
    assert send(client, ODD, mapping="crm accounts").json()["batches"][0]["feed"] == "crm"
    assert send(client, ODD, mapping="../own").status_code == 422
    assert "Saved: crm accounts" in send(client, ODD, mapping="other").json()["detail"]


def test_what_cannot_be_taken_is_said_in_the_shape_of_an_import(client):
    refused = send(client, "colour,taste\nred,sweet\n")
    assert refused.status_code == 422
    assert "matches no table" in refused.json()["batches"][0]["problems"][0]["reason"]
    dates = "account_id,created_on\nA,03/04/2026\n"
    assert send(client, dates).json()["batches"][0]["questions"][0]["option"] == "date_order"
    assert send(client, dates, options=json.dumps({"date_order": "dmy"})).status_code == 200
    assert send(client, dates, options="dmy").status_code == 422
    assert send(client, "account_id,seats\nA,1\nB,many\n", strict="true").status_code == 422


def test_the_same_bytes_again_add_nothing_and_with_a_key_not_even_a_batch(client):
    first = send(client, ACCOUNTS, headers={"Idempotency-Key": "night 1"}).json()
    again = send(client, ACCOUNTS, headers={"Idempotency-Key": "night 1"}).json()
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert again["batches"][0]["batch"] == first["batches"][0]["batch"]
    without = send(client, ACCOUNTS).json()
    assert (without["batches"][0]["accepted"], without["batches"][0]["duplicate"]) == (0, 3)
    assert "known already" in without["note"]


def test_an_undone_import_is_taken_again_with_its_key(client):
    send(client, ACCOUNTS, headers={"Idempotency-Key": "k"})
    client.post("/imports/1/undo")
    assert send(client, ACCOUNTS, headers={"Idempotency-Key": "k"}).json()["batches"][0]["accepted"] == 3


def test_the_page_of_the_api_loads_nothing_from_anywhere(client):
    page = client.get("/docs").text
    assert "POST" in page and "/api/imports" in page and "needs the token" in page
    assert not [sign for sign in ("<script", "src=", "@import", "http://", "https://", "url(") if sign in page]


def test_a_token_that_others_could_read_is_made_anew(tmp_path):
    store = tmp_path / "own.duckdb"
    first = keep_token(store)
    assert keep_token(store) == first
    token_path(store).chmod(0o644)
    assert keep_token(store) != first


def test_training_needs_the_token_and_says_why_there_is_no_model(client):
    said = client.post("/train").json()["said"]
    assert said[0].endswith("not used") and "There are 0 losses" in said[1]
    assert "no churn model in use" in client.post("/train", params={"keep": True}).json()["detail"]
    client.headers.pop("Authorization")
    assert client.post("/train").status_code == 401


def test_where_enough_reports_wait_the_next_is_told_to_come_again_and_all_else_is_answered(client, monkeypatch):
    from reports.two_at_a_time import Line
    from server import api

    free, line = threading.Event(), Line(at_once=1)
    monkeypatch.setattr(api, "LINE", line)
    held = line.ask(lambda: free.wait(PATIENCE))
    assert held.began.wait(PATIENCE)
    waiting = [line.ask(lambda: None) for _ in range(api.MOST_WAITING)]
    answer = client.get("/reports/arr")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10") and "two at a time" in answer.json()["detail"]
    assert client.get("/imports").status_code == 200
    free.set()
    assert waiting[-1].ended.wait(PATIENCE) and client.get("/reports/arr").status_code == 200
