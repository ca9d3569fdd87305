"""An upload that there is no memory for is refused before it is received; all others, and all else, pass."""

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from server import room

PLACE = "/_stcore/upload_file/session/file"


@pytest.fixture
def client(monkeypatch):
    async def taken(request):
        return PlainTextResponse(str(len(await request.body())))

    monkeypatch.setattr(room, "left", lambda: 1000)
    app = Starlette(routes=[Route(PLACE, taken, methods=["PUT"]), Route("/api/imports", taken, methods=["POST"])])
    return TestClient(room.Room(app))


def test_half_of_what_is_left_may_be_taken(client):
    assert client.put(PLACE, content=b"a" * 500).text == "500"
    refused = client.put(PLACE, content=b"a" * 501)
    assert refused.status_code == 413 and "inbox" in refused.text
    assert client.put(PLACE, content=b"a" * 500).text == "500", "what was received is counted no more"


def test_what_is_being_received_counts(client):
    client.app.coming = 400
    assert client.put(PLACE, content=b"a" * 101).status_code == 413
    assert client.put(PLACE, content=b"a" * 100).text == "100"


def test_who_does_not_say_how_much_comes_is_refused_and_other_ways_pass(client):
    assert client.put(PLACE, content=iter([b"a"])).status_code == 411
    assert client.post("/api/imports", content=b"a" * 5000).text == "5000"


def test_what_is_left_is_what_machine_and_container_leave(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "MEMORY", tmp_path / "meminfo")
    monkeypatch.setattr(room, "GROUP", tmp_path)
    assert room.left() is None
    (tmp_path / "meminfo").write_text("MemTotal:  9000 kB\nMemAvailable:  2000 kB\n")
    assert room.left() == 2000 * 1024
    for name, text in {
        "memory.max": "1000000",
        "memory.current": "900000",
        "memory.stat": "inactive_file 50000\nactive_file 1000\n",
    }.items():
        (tmp_path / name).write_text(text)
    assert room.left() == 151_000  # 1,000,000 - 900,000 + 51,000
    (tmp_path / "memory.max").write_text("max\n")
    assert room.left() == 2000 * 1024
