"""Deliveries of webhooks: what is signed is kept before it is answered for, and imported once; what is not is sent away, whoever asks."""

import hmac
import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from starlette.datastructures import Headers

from data import kept_webhooks
from data.kept_webhooks import path_of
from data.store import open_stores
from server import webhooks
from server.api import api
from server.bodies import Guarded
from server.operation import figures
from sources import description

STRIPE = 'kind = "webhook"\nsignature = "stripe"\nsecret = "BILLING"\nsecret_before = "BILLING_BEFORE"\n'
APP = 'kind = "webhook"\nsignature = "hmac"\nsecret = "APP"\ntable = "usage_events"\nevent_id = "id"\n'
EVENT = {"id": "e1", "account_id": "A", "user_id": "ann", "event": "open", "occurred_at": "2026-11-28T08:00:00Z"}
SUBSCRIPTION = {
    "id": "evt_1",
    "type": "customer.subscription.updated",
    "created": 1_795_852_800,
    "data": {"object": {"id": "sub_1", "object": "subscription"}},
}


@pytest.fixture
def own(tmp_path, monkeypatch):
    path = tmp_path / "own.duckdb"
    monkeypatch.setenv("HOLDFAST_STORE", str(path))
    for name in ("APP", "BILLING"):
        monkeypatch.setenv(f"HOLDFAST_SECRET_{name}", f"secret of {name}")
    for name, written in (("app", APP), ("billing", STRIPE), ("other", APP)):
        description.write(path, name, written)
    yield path
    kept_webhooks.close_all()
    webhooks.flows = webhooks.Flows()
    open_stores.close_all()


@pytest.fixture
def client(own):
    with TestClient(Guarded(api, limit=1 << 20)) as found:
        yield found


def signed(body: bytes, secret: str = "secret of APP") -> dict[str, str]:
    return {"X-Signature": hmac.digest(secret.encode(), body, "sha256").hex()}


def send(client, name: str = "app", said: object = EVENT, **more):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return client.post(f"/webhooks/{name}", content=body, headers=more.get("headers", signed(body)))


def stripe(client, said: dict, *secrets: str, off: int = 0):
    body, at = json.dumps(said).encode(), int(time.time()) + off
    made = [f"v1={hmac.digest(one.encode(), b'%d.' % at + body, 'sha256').hex()}" for one in secrets or ["secret of BILLING"]]
    return client.post("/webhooks/billing", content=body, headers={"Stripe-Signature": ",".join([f"t={at}", *made])})


def waiting(own, name: str = "app") -> int:
    return kept_webhooks.of(own, name).waiting().events


def test_a_signed_delivery_needs_neither_token_nor_cookie_and_is_kept(client, own):
    answer = send(client)
    assert (answer.status_code, answer.json()) == (200, {"outcome": "kept"}) and waiting(own) == 1


@pytest.mark.parametrize("headers", [{}, {"X-Signature": "00" * 32}, {"X-Signature": "no hex"}, signed(b"another body"), signed(b"", "")])
def test_a_wrong_signature_is_refused_without_why(client, own, headers):
    answer = send(client, headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"detail": "Not signed as agreed."}) and waiting(own) == 0
    assert send(client, headers=headers | {"Authorization": "Bearer anything"}).status_code == 401


def test_nothing_else_of_the_api_opens_with_a_signature(client):
    for method, path in [("GET", "/webhooks/app"), ("DELETE", "/webhooks/app"), ("POST", "/webhooks/app/more"), ("POST", "/webhooks/"),
                         ("POST", "/imports"), ("POST", "/train"), ("POST", "/webhooks/../imports"), ("POST", "/webhooks/%2e%2e%2fimports")]:  # fmt: skip
        assert client.request(method, path, headers=signed(b"")).status_code in (401, 404, 405, 403), path
    assert client.post("/imports", headers=signed(b"")).status_code == 401


@pytest.mark.parametrize("name", ["nobody", "app.toml", "APP", "a" * 300, "app "])
def test_a_name_that_is_no_webhook_is_not_found(client, name):
    assert send(client, name).status_code == 404


def test_a_source_of_another_kind_is_no_webhook(client, own):
    description.write(own, "db", 'kind = "sql"\nurl = "sqlite://"\nquery = "select 1"\n')
    assert send(client, "db").json() == {"detail": "There is no webhook here."}


def test_a_delivery_that_is_repeated_is_answered_and_makes_no_second_row(client, own):
    assert [send(client).json()["outcome"] for _ in range(3)] == ["kept", "repeated", "repeated"] and waiting(own) == 1
    assert send(client, "other").json()["outcome"] == "kept"  # another source may have the same id


@pytest.mark.parametrize(("off", "status"), [(0, 200), (-290, 200), (290, 200), (-320, 409), (320, 409), (-86_400, 409)])
def test_a_clock_may_be_five_minutes_off(client, off, status):
    answer = stripe(client, SUBSCRIPTION, off=off)
    assert answer.status_code == status
    if status == 409:
        assert "Sign it anew" in answer.json()["detail"]


def test_while_a_secret_rolls_both_count_and_afterwards_one(client, monkeypatch):
    def outcome(number: int, *secrets: str) -> int:
        return stripe(client, SUBSCRIPTION | {"id": f"evt_{number}"}, *secrets).status_code

    assert outcome(1, "before") == 401  # the one before is nowhere, and that is no fault
    monkeypatch.setenv("HOLDFAST_SECRET_BILLING_BEFORE", "before")
    assert [outcome(2, "before"), outcome(3, "secret of BILLING"), outcome(4, "x", "before"), outcome(5, "x")] == [200, 200, 200, 401]


def test_a_secret_that_is_missing_is_told_in_the_log_and_to_nobody_else(client, own, monkeypatch, capsys):
    monkeypatch.delenv("HOLDFAST_SECRET_APP")
    webhooks._troubles = webhooks.Troubles()
    answer = send(client)
    assert (answer.status_code, answer.json(), answer.headers["Retry-After"]) == (503, {"detail": "Come again later."}, "30")
    assert "The secret APP is missing. Set HOLDFAST_SECRET_APP" in capsys.readouterr().out and waiting(own) == 0


@pytest.mark.parametrize("body", [b"<html>no</html>", b"", b"{}", b'{"event": "open"}', b"\xff\xfe\x00"])
def test_a_signed_body_that_is_no_event_is_refused(client, own, body):
    answer = send(client, said=body)
    assert answer.status_code == 400 and waiting(own) == 0


def test_an_event_that_is_not_used_is_answered_and_not_kept(client, own):
    answer = stripe(client, {"id": "evt_9", "type": "invoice.paid", "created": 1, "data": {"object": {"id": "in_1"}}})
    assert answer.json() == {"outcome": "not used"} and waiting(own, "billing") == 0


def test_a_giant_body_is_refused_by_what_it_says_and_by_what_it_is(client, own):
    large = b"x" * (webhooks.MOST + 1)
    assert send(client, said=large).status_code == 413
    pieces = (b"x" * 65_536 for _ in range(17))  # 1,114,112 bytes of no length that is said
    assert client.post("/webhooks/app", content=pieces, headers=signed(b"")).status_code == 413
    assert send(client, said=EVENT | {"more": "x" * 900_000}).status_code == 200


def test_an_unsigned_body_is_refused_before_it_is_read(own):
    with pytest.raises(webhooks.HTTPException) as refused:
        webhooks.may_begin(webhooks.known("app"), Headers({"content-length": "1000"}))
    assert refused.value.status_code == 401


def test_a_flood_is_told_to_come_again_and_others_are_not(client, own, monkeypatch):
    monkeypatch.setattr(webhooks, "AT_ONCE", 3)
    monkeypatch.setattr(webhooks, "A_SECOND", 0.001)
    webhooks.flows.of("app").left = 3
    answers = [send(client, said=EVENT | {"id": f"e{n}"}) for n in range(5)]
    assert [one.status_code for one in answers] == [200, 200, 200, 503, 503]
    assert answers[-1].headers["Retry-After"] == "30" and send(client, "other").status_code == 200


def test_a_full_queue_takes_no_more_and_loses_nothing(client, own, monkeypatch):
    monkeypatch.setattr(kept_webhooks, "MOST_EVENTS", 1)
    assert [send(client, said=EVENT | {"id": f"e{n}"}).status_code for n in range(2)] == [200, 503]
    assert waiting(own) == 1


def test_a_queue_that_cannot_be_written_is_no_answer_of_having_it(client, own):
    path_of(own, "app").parent.mkdir(parents=True)
    path_of(own, "app").write_bytes(b"no database" * 100)
    assert send(client).status_code == 503


def test_what_is_wrong_is_told_once_a_minute(client, capsys):
    webhooks._troubles = webhooks.Troubles()
    for _ in range(5):
        send(client, headers={})
    assert capsys.readouterr().out.count("not signed as agreed") == 1


def test_deliveries_are_counted_by_what_became_of_them(client):
    send(client, "other", EVENT | {"id": "counted"})
    send(client, "other", EVENT | {"id": "counted"})
    told = figures.as_text().decode()
    assert 'holdfast_webhook_deliveries_total{outcome="kept",source="other"}' in told
    assert 'holdfast_webhook_deliveries_total{outcome="repeated",source="other"} 1.0' in told


def test_what_was_kept_is_imported_and_a_source_that_fails_ends_no_other(client, own, monkeypatch):
    """The queue of `app` cannot be read; `other` goes in all the same. Five minutes are what it waits for more."""
    send(client, "other")
    send(client, "app")
    importing = webhooks.Importing(lambda: open_stores.store("own"))
    assert importing.look(datetime.now(UTC)) == []  # a little waits for more
    monkeypatch.setattr(kept_webhooks.of(own, "app"), "take", _broken)
    (told,) = importing.look(datetime.now(UTC) + timedelta(minutes=6))
    assert (told.source, told.outcome, told.rows) == ("other", "imported", 1)
    assert open_stores.store("own").imports()["who"].to_list().count("source other") >= 1 and waiting(own, "other") == 0


def _broken(*_args):
    raise OSError("the disk is gone")
