"""Bodies that are refused are not received: asked on the wire, with a body that would be far larger than what is sent."""

import contextlib
import socket

import pytest

from data.store.store import Store
from tests.server.running import answer, server
from tests.waiting import PATIENCE

HUGE = 300 << 20
FORM = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\naccount_id,name\r\n'
WRITES = ("/api/imports", "/api/imports/1/undo", "/api/imports/1/redo", "/api/train", "/api/closes", "/api/matches", "/api/nothing-here")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bodies")
    Store.open(folder / "own.duckdb").close()
    with server(folder, STREAMLIT_SERVER_MAX_UPLOAD_SIZE="1") as started:
        yield started


def head(path: str, *lines: str, method: str = "POST") -> bytes:
    return "\r\n".join(
        [f"{method} {path} HTTP/1.1", "Host: localhost", "Content-Type: multipart/form-data; boundary=x", *lines, "", ""]
    ).encode()


def token(running) -> str:
    return f"Authorization: Bearer {running.store.with_suffix('.token').read_text().strip()}"


def sent(running, start: bytes, piece: bytes = b"a" * 65_536, most: int = 0) -> tuple[str, int]:
    """The answer to a head and as much of a body as the server takes in, at most `most` bytes; and how much that was."""
    with socket.create_connection(("127.0.0.1", running.port), timeout=PATIENCE) as line:
        line.sendall(start)
        taken = 0
        with contextlib.suppress(ConnectionError):
            while taken < most:
                taken += line.send(piece)
        return answer(line), taken


@pytest.mark.parametrize("path", WRITES)
@pytest.mark.parametrize("shown", ["", "Authorization: Bearer wrong", "Authorization: Basic eDp5"])
def test_without_the_token_the_answer_comes_before_any_of_the_body(running, path, shown):
    said, _ = sent(running, head(path, f"Content-Length: {HUGE}", *filter(None, [shown])))
    assert said.startswith("HTTP/1.1 401") and "connection: close" in said.lower()
    assert "own.token beside the store" in said


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_every_way_to_write_needs_the_token(running, method):
    said, _ = sent(running, head("/api/imports", f"Content-Length: {HUGE}", method=method))
    assert said.startswith("HTTP/1.1 401")


@pytest.mark.parametrize("length", [f"Content-Length: {HUGE}", "Transfer-Encoding: chunked"])
def test_the_rest_of_a_body_without_the_token_is_not_received(running, length):
    piece = b"a" * 65_536 if "Content" in length else b"10000\r\n" + b"a" * 65_536 + b"\r\n"
    said, taken = sent(running, head("/api/imports", length), piece, HUGE)
    assert said.startswith("HTTP/1.1 401")
    assert taken < 20 << 20  # a megabyte is thrown away, the rest lay in the buffers of the machine


def test_who_asks_first_is_answered_before_a_body_is_sent(running):
    said, _ = sent(running, head("/api/imports", f"Content-Length: {HUGE}", "Expect: 100-continue"))
    assert said.startswith("HTTP/1.1 401")
    said, _ = sent(running, head("/api/imports", f"Content-Length: {HUGE // 300}", "Expect: 100-continue", token(running)))
    assert said.startswith("HTTP/1.1 100")


def test_the_connection_ends_soon_after_the_refusal(running):
    with socket.create_connection(("127.0.0.1", running.port), timeout=PATIENCE) as line:
        line.sendall(head("/api/imports", f"Content-Length: {HUGE}"))
        answer(line)
        assert line.recv(1) == b""  # and not a time-out


def test_what_says_that_it_is_too_large_is_refused_at_once(running):
    said, _ = sent(running, head("/api/imports", f"Content-Length: {HUGE}", token(running)))
    assert said.startswith("HTTP/1.1 413") and "More than 0.0 GB" in said and "inbox" in said


def test_what_turns_out_too_large_is_refused_while_it_comes(running):
    chunk = b"10000\r\n" + b"a" * 65_536 + b"\r\n"
    start = head("/api/imports", "Transfer-Encoding: chunked", token(running)) + b"%x\r\n" % len(FORM) + FORM + b"\r\n"
    said, taken = sent(running, start, chunk, HUGE)
    assert said.startswith("HTTP/1.1 413")
    assert taken < 30 << 20


def test_a_file_within_the_limit_goes_in(running):
    body = FORM + b"A,Alder\r\n--x--\r\n"
    said = running.raw(
        "POST /api/imports HTTP/1.1",
        "Host: localhost",
        "Content-Type: multipart/form-data; boundary=x",
        f"Content-Length: {len(body)}",
        token(running),
        body=body,
    )
    assert said.startswith("HTTP/1.1 200") and '"accepted":1' in said
    assert "connection: close" not in said.lower()


def test_an_upload_of_the_pages_needs_their_own_mark_before_its_body(running):
    said, _ = sent(running, head("/_stcore/upload_file/a/b", f"Content-Length: {HUGE}", method="PUT"))
    assert said.startswith("HTTP/1.1 403")


def test_a_body_under_a_foreign_host_is_not_received(running):
    start = head("/api/imports", f"Content-Length: {HUGE}", token(running)).replace(b"Host: localhost", b"Host: evil.example")
    said, taken = sent(running, start, most=HUGE)
    assert said.startswith("HTTP/1.1 400") and taken < 20 << 20
