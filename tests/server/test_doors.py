"""A real server, and requests as they stand on the wire: who is answered, and who is refused before anything is read."""

import pytest

from data.importing.run import import_file
from data.store.store import Store
from tests.books import ACCOUNTS
from tests.server.running import server

PATHS = ("/api/reports/arr", "/api/imports", "/", "/revenue", "/_stcore/health", "/_stcore/host-config", "/favicon.png", "/api/docs")
SOCKET = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
FOREIGN = (
    "evil.example", "EVIL.example:8501", "evil.example.", "localhost.evil.example", "127.0.0.1.evil.example", "127.0.0.1:8501@evil.example",
    "evil.example#127.0.0.1", "localhost:0x50", "localhost:80:evil.example", "xn--lcalhost-90a",
)  # fmt: skip


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doors")
    store = Store.open(folder / "own.duckdb")
    (folder / "accounts.csv").write_text(ACCOUNTS)
    import_file(store, folder / "accounts.csv")
    store.close()
    with server(folder, HOLDFAST_TRUSTED_HOSTS="reports.example.com, 192.168.1.20:8501") as started:
        yield started


def status(said: str) -> int:
    return int(said.split(" ", 2)[1])


def get(running, path: str, *lines: str, method: str = "GET") -> str:
    return running.raw(f"{method} {path} HTTP/1.1", *lines)


@pytest.mark.parametrize("host", FOREIGN)
def test_nothing_is_answered_under_a_foreign_host(running, host):
    for path in PATHS:
        said = get(running, path, f"Host: {host}")
        assert status(said) == 400, path
        assert "Alder" not in said and "<html" not in said
    assert status(get(running, "/_stcore/stream", f"Host: {host}", f"Origin: http://{host}", *SOCKET)) == 400


def test_the_refusal_is_in_words(running):
    assert "does not answer under that name" in get(running, "/", "Host: evil.example")
    assert "HOLDFAST_TRUSTED_HOSTS" in get(running, "/_stcore/stream", "Host: evil.example", "Origin: http://evil.example", *SOCKET)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:9", "LOCALHOST.", "[::1]:8501", "Reports.Example.com", "192.168.1.20:8501"])
def test_this_machine_and_the_hosts_of_the_setting_are_answered(running, host):
    assert all(status(get(running, path, f"Host: {host}")) == 200 for path in PATHS)
    assert status(get(running, "/_stcore/stream", f"Host: {host}", f"Origin: http://{host}", *SOCKET)) == 101


def test_a_trusted_host_with_a_port_is_trusted_under_that_port_alone(running):
    assert status(get(running, "/", "Host: 192.168.1.20:8502")) == 400


def test_no_host_and_two_hosts_are_refused(running):
    assert status(get(running, "/api/imports")) == 400
    assert status(running.raw("GET /api/imports HTTP/1.0")) == 400
    assert status(get(running, "/api/imports", "Host: localhost", "Host: evil.example")) == 400
    assert status(get(running, "/api/imports", "Host: localhost", "Host: localhost")) == 400
    assert status(get(running, "/api/imports", "Host:")) == 400


@pytest.mark.parametrize("target", ["http://evil.example/api/imports", "http://localhost/api/imports", "evil.example:80", "*"])
def test_a_request_for_anything_but_a_path_is_refused(running, target):
    method = {"*": "OPTIONS", "evil.example:80": "CONNECT"}.get(target, "GET")
    assert status(get(running, target, "Host: localhost", method=method)) == 400
    assert status(get(running, target, "Host: evil.example", method=method)) == 400


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-Host", "X-Forwarded-Server"])
def test_only_the_host_itself_counts(running, name):
    value = "host=localhost" if name == "Forwarded" else "localhost"
    assert status(get(running, "/api/imports", "Host: evil.example", f"{name}: {value}")) == 400
    assert status(get(running, "/api/imports", "Host: localhost", f"{name}: evil.example")) == 200


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://localhost:3000", "http://127.0.0.1", "file://", "http://localhost.evil.example", "localhost", ""],
)  # fmt: skip
def test_a_socket_opens_for_pages_of_the_same_host_alone(running, origin):
    assert status(get(running, "/_stcore/stream", "Host: localhost:8501", f"Origin: {origin}", *SOCKET)) == 403


def test_a_socket_opens_only_where_it_is_said_from_where(running):
    own = "Origin: http://localhost:8501"
    assert status(get(running, "/_stcore/stream", "Host: localhost:8501", *SOCKET)) == 403
    assert status(get(running, "/_stcore/stream", "Host: localhost:8501", own, own, *SOCKET)) == 400
    assert status(get(running, "/_stcore/stream", "Host: localhost:8501", own, *SOCKET)) == 101


LINK = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")


def test_a_link_from_another_site_leads_here_and_nothing_else_does(running):
    def asked(method: str, *lines: str) -> int:
        return status(get(running, "/api/imports", "Host: localhost", *lines, method=method))

    assert asked("GET", *LINK) == 200
    assert asked("POST", *LINK, "Content-Length: 0") == 403
    assert asked("HEAD", *LINK, "Connection: close") == 403
    for mode, destination in (
        ("no-cors", "script"),
        ("cors", "empty"),
        ("navigate", "iframe"),
        ("navigate", "embed"),
        ("no-cors", "image"),
    ):
        assert asked("GET", "Sec-Fetch-Site: cross-site", f"Sec-Fetch-Mode: {mode}", f"Sec-Fetch-Dest: {destination}") == 403
    assert asked("GET", "Sec-Fetch-Site: cross-site") == 403
    for site in ("same-origin", "same-site", "none"):
        assert asked("GET", f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty") == 200


def test_a_change_that_a_page_of_another_site_asks_for_is_refused_also_by_its_origin(running):
    asked = [
        f"Authorization: Bearer {running.store.with_suffix('.token').read_text().strip()}",
        "Content-Length: 0",
        "Host: localhost:8501",
    ]
    assert status(get(running, "/api/imports/9/undo", *asked, "Origin: http://evil.example", method="POST")) == 403
    assert status(get(running, "/api/imports/9/undo", *asked, "Origin: null", method="POST")) == 403
    assert status(get(running, "/api/imports/9/undo", *asked, "Origin: http://localhost:8501", method="POST")) == 409
    assert status(get(running, "/api/imports/9/undo", *asked, method="POST")) == 409


def test_answers_name_the_host_asked_in_their_policy(running):
    said = get(running, "/", "Host: reports.example.com")
    assert "connect-src 'self' ws://reports.example.com wss://reports.example.com;" in said
    assert "cross-origin-resource-policy: same-origin" in said.lower()
