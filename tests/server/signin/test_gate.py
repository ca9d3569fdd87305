"""What is refused before sign-in, and a socket that is a person's as long as they are signed in."""

import asyncio

import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from data.access import admission, sessions
from data.access.claims import Refused
from server.signin.gate import REASON, Gate
from server.tokens import keep_token
from tests.server.signin import GIVEN, SECRET, cookie, fresh, written

INNER = {"/media/1a2b.csv", "/_stcore/upload_file/s/f", "/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent/interact"}
OPEN = {
    "/",
    "/accounts",
    "/_stcore/health",
    "/_stcore/host-config",
    "/app/static/icon.png",
    "/api/hello",
    "/api/docs",
    "/api/openapi.json",
    "/language",
}


@pytest.fixture(autouse=True)
def store(tmp_path, monkeypatch):
    """Sign-in is set up, with a record of its own; where the own store would be."""
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    monkeypatch.setenv("HOLDFAST_ADMINISTRATORS", GIVEN.administrators)
    for name in ("metadata_url", "client_id", "origin"):
        monkeypatch.setenv(f"HOLDFAST_SIGNIN_{name.upper()}", getattr(GIVEN, f"signin_{name}"))
    monkeypatch.setenv("HOLDFAST_SIGNIN_CLIENT_SECRET", "s3cret")
    monkeypatch.setenv("HOLDFAST_SIGNIN_COOKIE_SECRET", SECRET)
    yield tmp_path / "own.duckdb"
    sessions.close()


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"inside"})


def status(path: str, jar: dict[str, str] | None = None, **headers: str) -> int:
    return TestClient(Gate(inner)).get(path, headers={"cookie": written(jar or {}), **headers}).status_code


def signed_in(**more: object) -> dict[str, str]:
    given = fresh(**more)
    admission.begun(given)
    return cookie(given)


@pytest.mark.parametrize("path", sorted(INNER))
def test_files_and_uploads_are_refused_before_sign_in_and_open_after(path):
    assert status(path) == 401
    assert status(path, cookie(fresh(nonce="never began"))) == 401
    assert status(path, signed_in()) == 200


@pytest.mark.parametrize("path", sorted(OPEN))
def test_what_tells_of_the_program_alone_is_open(path):
    assert status(path) == 200


def test_the_token_beside_the_store_opens_no_files(store):
    assert status("/media/1a2b.csv", authorization=f"Bearer {keep_token(store)}") == 401


def test_after_sign_out_the_same_cookie_opens_nothing_more():
    given = fresh()
    admission.begun(given)
    assert status("/media/1a2b.csv", cookie(given)) == 200
    admission.ended(given)
    assert status("/media/1a2b.csv", cookie(given)) == 401


class Pages:
    """Pages that note what they hear: one connection after the other."""

    def __init__(self) -> None:
        self.connections: list[tuple[dict[str, str], list[Message]]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        heard: list[Message] = []
        self.connections.append(({name.decode(): value.decode() for name, value in scope["headers"]}, heard))
        while not heard or heard[-1]["type"] != "websocket.disconnect":
            heard.append(await receive())
            if heard[-1]["type"] == "websocket.connect":
                await send({"type": "websocket.accept"})
        await send({"type": "websocket.send", "bytes": b"goodbye"})


def click() -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = "segment=A"
    message.rerun_script.widget_states.widgets.add().id = "delete-everything"
    return message.SerializeToString()


def visited(jar: dict[str, str], *steps: object) -> tuple[Pages, list[Message]]:
    """What pages hear over a socket where these things happen one after the other: bytes are messages, a function is done; and what is sent."""
    pages, sent, left = Pages(), [], list(steps)

    async def receive() -> Message:
        while left:
            step = left.pop(0)
            if isinstance(step, bytes):
                return {"type": "websocket.receive", "bytes": step}
            if step is not None:
                step()
            else:
                return {"type": "websocket.connect"}
        return {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Message) -> None:
        sent.append(message)

    headers = {
        "host": "holdfast.example.com",
        "cookie": written({"holdfast_language": "en", **jar}),
        "sec-websocket-protocol": "streamlit, xsrf, session-1",
    }
    raw = [(name.encode(), value.encode()) for name, value in {**headers, REASON: "claims%20let%20me%20in"}.items()]
    asyncio.run(Gate(pages)({"type": "websocket", "path": "/_stcore/stream", "headers": raw}, receive, send))
    return pages, sent


def kinds(heard: list[Message]) -> list[str]:
    return [message["type"].removeprefix("websocket.") for message in heard]


def test_a_socket_of_a_person_passes_as_it_is_but_for_words_that_only_the_server_says():
    jar = signed_in()
    pages, _ = visited(jar, None, click(), click())
    [(headers, heard)] = pages.connections
    assert kinds(heard) == ["connect", "receive", "receive", "disconnect"] and heard[1]["bytes"] == click()
    assert jar["_streamlit_user"] in headers["cookie"] and headers["sec-websocket-protocol"].endswith("session-1")
    assert REASON not in headers


@pytest.mark.parametrize("jar", [{}, cookie(fresh(), secret="x" * 40)], ids=["no cookie", "a forged one"])
def test_a_socket_without_a_good_cookie_is_nobodys_and_goes_on_with_no_session(jar):
    pages, _ = visited(jar, None, click())
    [(headers, heard)] = pages.connections
    assert headers["cookie"] == "holdfast_language=en" and headers["sec-websocket-protocol"] == "streamlit, xsrf"
    assert REASON not in headers and kinds(heard) == ["connect", "receive", "disconnect"]


def test_who_was_signed_out_before_is_told_why():
    given = fresh()
    admission.begun(given)
    admission.ended(given)
    pages, _ = visited(cookie(given), None)
    [(headers, _)] = pages.connections
    assert headers[REASON].startswith("ended%20You%20signed%20out.") and "_streamlit_user" not in headers["cookie"]


def test_who_is_signed_out_meanwhile_is_nobody_with_the_next_click_and_the_click_does_nothing():
    given = fresh()
    admission.begun(given)
    pages, sent = visited(cookie(given), None, click(), lambda: admission.ended(given), b"\x88\x01\x01", click(), click())
    (first, before), (second, after) = pages.connections
    assert kinds(before) == ["connect", "receive", "disconnect"] and "_streamlit_user" in first["cookie"]
    assert kinds(after) == ["connect", "receive", "receive", "disconnect"]
    run = BackMsg.FromString(after[1]["bytes"]).rerun_script
    assert run.query_string == "segment=A" and not run.widget_states.widgets  # which page, and nothing that was clicked on it
    assert "_streamlit_user" not in second["cookie"] and second[REASON].startswith("ended%20")
    assert [message["type"] for message in sent] == [
        "websocket.accept",
        "websocket.send",
    ]  # accepted once, and nothing of the first any more


def test_where_the_record_cannot_be_read_a_socket_is_nobodys(store):
    jar = signed_in()
    sessions.close()
    store.with_suffix(".signins.sqlite").write_bytes(b"no record" * 1000)
    pages, _ = visited(jar, None)
    assert "nobody%20is%20let%20in" in pages.connections[0][0][REASON]
    assert isinstance(admission.admitted(fresh()), Refused)
