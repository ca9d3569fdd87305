"""The token goes to the server that keeps it too, and to nothing else that listens where a server once was announced."""

import json
import os
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from data.store.store import Store, StoreHeld
from server.proof import AfterProof, NotProven, proof
from tests.server.running import ROOT, server
from tests.waiting import PATIENCE
from workplaces import finding

TOKEN = "t0ken-of-this-store"
HOLD = "import sys; from data.store.store import Store; store = Store.open(sys.argv[1]); print('held', flush=True); input()"


@contextmanager
def listener(answer: Callable[[str], tuple[int, dict]]) -> Iterator[tuple[int, list[str]]]:
    """Another program on a port of this machine that answers as `answer` says; the port, and all that was sent to it."""
    heard: list[str] = []

    class Heard(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(f"{self.requestline}\n{self.headers}")
            status, said = answer(self.path)
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Heard)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    try:
        yield listening.server_port, heard
    finally:
        listening.shutdown()
        listening.server_close()


@pytest.fixture
def held(tmp_path, monkeypatch):
    """A store that another process has open, with a token beside it."""
    path = tmp_path / "own.duckdb"
    Store.open(path).close()
    path.with_suffix(".token").write_text(TOKEN)
    monkeypatch.setenv("HOLDFAST_STORE", str(path))
    monkeypatch.setattr(finding, "WAIT_SECONDS", 0.5)
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holder.stdout.readline() == "held\n"
    yield path
    holder.communicate("\n")


def announce(path, port: int) -> None:
    path.with_suffix(".server.json").write_text(json.dumps({"url": f"http://127.0.0.1:{port}", "pid": os.getpid()}))


@pytest.mark.parametrize(
    "answer",
    [
        lambda path: (404, {}),
        lambda path: (200, {}),
        lambda path: (200, {"hmac": "0" * 64}),
        lambda path: (200, {"hmac": None}),
        lambda path: (200, []),
    ],
)
def test_another_program_on_the_announced_port_never_hears_the_token(held, answer):
    with listener(answer) as (port, heard):
        announce(held, port)
        with pytest.raises(StoreHeld):
            finding.find()
    assert heard and not [request for request in heard if TOKEN in request or "authorization" in request.lower()]


def test_a_program_that_has_the_true_server_answer_for_it_hears_no_token_either(tmp_path, monkeypatch):
    Store.open(tmp_path / "own.duckdb").close()
    with server(tmp_path) as true_server:
        token = true_server.store.with_suffix(".token").read_text().strip()

        def relayed(path: str) -> tuple[int, dict]:
            with urllib.request.urlopen(f"{true_server.url}{path}", timeout=PATIENCE) as answer:
                return 200, json.load(answer)

        with listener(relayed) as (port, heard), httpx2.Client(auth=AfterProof(token), trust_env=False) as client:
            with pytest.raises(NotProven, match="Nothing was sent"):
                client.get(f"http://127.0.0.1:{port}/api/imports")
            assert len(heard) == 1 and token not in heard[0]
            assert client.get(f"{true_server.url}/api/check").status_code == 200


def test_the_proof_is_asked_for_with_every_request_and_is_never_the_same():
    nonces, shown = [], []

    def answered(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/api/hello":
            nonces.append(parse_qs(urlsplit(str(request.url)).query)["nonce"][0])
            right = proof(TOKEN, nonces[-1], 8501) if len(nonces) < 3 else proof("another", nonces[-1], 8501)
            return httpx2.Response(200, json={"hmac": right})
        shown.append(request.headers.get("authorization"))
        return httpx2.Response(200, json={})

    with httpx2.Client(auth=AfterProof(TOKEN), transport=httpx2.MockTransport(answered)) as client:
        for _ in range(2):
            client.get("http://127.0.0.1:8501/api/imports")
        with pytest.raises(NotProven):
            client.post("http://127.0.0.1:8501/api/imports/1/undo")
    assert shown == [f"Bearer {TOKEN}"] * 2
    assert len(set(nonces)) == 3 and min(map(len, nonces)) >= 32


def test_the_digest_is_of_the_nonce_the_port_and_the_token():
    # echo -n 'holdfast server 8501 abc' | openssl dgst -sha256 -hmac key
    assert proof("key", "abc", 8501) == "50e0a24c197884b10450a02bde2330afc64c6d2333dc96c5df376233450c654a"
    assert len({proof("key", "abc", 8501), proof("key", "abd", 8501), proof("key", "abc", 8502), proof("kez", "abc", 8501)}) == 4
