"""nginx and Caddy with the files as they are, names and places replaced: https, sockets, a sign-in there and back, a large body, no figures."""

import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from data.settings import Settings
from server import announcement
from server.doctor.deployment import Deployment
from server.doctor.online import the_way_in
from server.tokens import token_path
from tests.books import company
from tests.server.running import answer, server
from tests.server.signin import provider
from tests.waiting import PATIENCE

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
PROXIES = ("nginx", "caddy")
SECRET = "a-secret-of-this-test-alone-0123456789"
LARGE = 6 << 20  # bytes; proxies that are told nothing take one megabyte


@dataclass
class Way:
    """A proxy in front of a server: the address of browsers, the server's own store, the provider, and a certificate to trust."""

    origin: str
    store: Path
    provider: provider.Provider
    certificate: Path
    log: Path

    def browser(self) -> httpx2.Client:
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        return httpx2.Client(base_url=self.origin, verify=trusted, trust_env=False, timeout=PATIENCE)

    def socket(self, origin: str) -> str:
        """What is answered to a page that opens a socket."""
        where = urlsplit(self.origin)
        lines = [
            "GET /_stcore/stream HTTP/1.1", f"Host: {where.netloc}", f"Origin: {origin}", "Connection: Upgrade", "Upgrade: websocket",
            "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: aG9sZGZhc3QgaG9sZGZhcw==", "", "",
        ]  # fmt: skip
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        plain = socket.create_connection(("127.0.0.1", where.port or 443), timeout=PATIENCE)
        with trusted.wrap_socket(plain, server_hostname="localhost") as line:
            line.sendall("\r\n".join(lines).encode())
            return answer(line)


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def certificate(folder: Path) -> Path:
    """A certificate of this machine for itself; its key beside it."""
    made = folder / "cert.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-keyout",
        str(folder / "key.pem"),
        "-out",
        str(made),
    ]
    subprocess.run([*command, *subject], check=True, capture_output=True)
    return made


def nginx(folder: Path, port: int, behind: int) -> list[str]:
    given = (DEPLOY / "nginx.conf").read_text()
    for said, here in {
        "listen 443 ssl http2": f"listen 127.0.0.1:{port} ssl http2", "listen 80": f"listen 127.0.0.1:{free()}",
        "127.0.0.1:8501": f"127.0.0.1:{behind}", "holdfast.example.com": "localhost",
        "/etc/ssl/holdfast/fullchain.pem": f"{folder}/cert.pem", "/etc/ssl/holdfast/key.pem": f"{folder}/key.pem",
        "/var/log/nginx/holdfast.log": f"{folder}/access.log",
    }.items():  # fmt: skip
        assert said in given, said
        given = given.replace(said, here)
    places = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    whole = f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error.log;\nevents {{}}\nhttp {{\n{places}{given}\n}}\n"
    (folder / "nginx.conf").write_text(whole)
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]


def caddy(folder: Path, port: int, behind: int) -> list[str]:
    given = (DEPLOY / "Caddyfile").read_text()
    for said, here in {
        "holdfast.example.com {": f"https://localhost:{port} {{\n\tbind 127.0.0.1\n\ttls {folder}/cert.pem {folder}/key.pem",
        "127.0.0.1:8501": f"127.0.0.1:{behind}", "/var/log/caddy/holdfast.log": f"{folder}/access.log",
    }.items():  # fmt: skip
        assert said in given, said
        given = given.replace(said, here)
    (folder / "Caddyfile").write_text(f"{{\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system {folder}/caddy\n}}\n{given}")
    return ["caddy", "run", "--adapter", "caddyfile", "--config", str(folder / "Caddyfile")]


@contextmanager
def proxy(kind: str, folder: Path, port: int, behind: int) -> Iterator[None]:
    command = {"nginx": nginx, "caddy": caddy}[kind](folder, port, behind)
    with (folder / "proxy.log").open("w") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log, env={"HOME": str(folder), "PATH": "/usr/sbin:/usr/bin:/bin"})
        try:
            assert announcement.answers(announcement.Server(f"http://127.0.0.1:{port}", 0), PATIENCE), (folder / "proxy.log").read_text()
            yield
        finally:
            running.terminate()
            running.wait(PATIENCE)


@pytest.fixture(scope="module", params=PROXIES)
def way(request, tmp_path_factory) -> Iterator[Way]:
    if not shutil.which(request.param):
        pytest.skip(f"{request.param} is not installed")
    folder = tmp_path_factory.mktemp(request.param)
    company(folder / "own.duckdb").close()
    made, port = certificate(folder), free()
    with provider.running() as signs_in:
        settings = {
            "HOLDFAST_SIGNIN_METADATA_URL": f"{signs_in.address}/.well-known/openid-configuration", "HOLDFAST_SIGNIN_CLIENT_ID": "holdfast",
            "HOLDFAST_SIGNIN_CLIENT_SECRET": "s3cret", "HOLDFAST_SIGNIN_ORIGIN": f"https://localhost:{port}",
            "HOLDFAST_ADMINISTRATORS": "ann@example.com", "HOLDFAST_SIGNIN_COOKIE_SECRET": SECRET,
        }  # fmt: skip
        with server(folder, **settings) as running, proxy(request.param, folder, port, running.port):
            yield Way(f"https://localhost:{port}", folder / "own.duckdb", signs_in, made, folder / "access.log")


@pytest.mark.long
def test_pages_come_over_https_and_figures_do_not(way):
    with way.browser() as browser:
        health = browser.get("/api/health")
        assert health.json()["ready"] is True and len(health.headers["x-request-id"]) >= 16
        assert "max-age" in health.headers["strict-transport-security"]
        assert browser.get("/api/metrics").status_code == 404
        page = browser.get("/", headers={"Accept": "text/html"})
        assert page.status_code == 200 and "<title>" in page.text
        assert f"wss://{urlsplit(way.origin).netloc}" in page.headers["content-security-policy"], "the host is passed on as it is"


@pytest.mark.long
def test_sockets_pass_for_own_pages_alone(way):
    assert way.socket(way.origin).startswith("HTTP/1.1 101")
    assert way.socket("https://evil.example").split()[1] in ("403", "400")


@pytest.mark.long
def test_people_sign_in_there_and_back(way):
    with way.browser() as browser:
        assert browser.get("/api/reports/arr").status_code == 401
        button = jwt.encode({"alg": "HS256"}, {"provider": "default", "exp": int(time.time()) + 60}, OctKey.import_key(SECRET))
        leaves = browser.get("/auth/login", params={"provider": button}, headers={"Referer": f"{way.origin}/renewals?segment=A"})
        asked = {name: values[0] for name, values in parse_qs(urlsplit(leaves.headers["location"]).query).items()}
        assert asked["redirect_uri"] == f"{way.origin}/oauth2callback"
        way.provider.claims = {"nonce": asked["nonce"]}
        back = browser.get("/oauth2callback", params={"code": "c0de-of-a-sign-in", "state": asked["state"]})
        assert (back.status_code, back.headers["location"]) == (302, "/renewals?segment=A")
        assert all("secure" in cookie.lower() for cookie in back.headers.get_list("set-cookie"))
        assert browser.get("/api/reports/arr", params={"as_of": "2023-12-28"}).json()["totals"]["arr"] == 11194.44  # as in tests/books.py
    log = way.log.read_text()
    assert "/oauth2callback" in log and "c0de-of-a-sign-in" not in log, "a proxy's log has paths, and no codes"


@pytest.mark.long
def test_a_large_export_is_taken_whole(way):
    rows = b"account_id,name\n" + b"".join(f"L{n},{'x' * 200}\n".encode() for n in range(LARGE // 208))
    shown = {"Authorization": f"Bearer {token_path(way.store).read_text().strip()}", "Origin": way.origin}
    with way.browser() as browser:
        said = browser.post("/api/imports", files={"file": ("large.csv", rows)}, data={"table": "accounts"}, headers=shown)
    assert said.status_code == 200 and said.json()["batches"][0]["accepted"] == LARGE // 208


@pytest.mark.long
def test_the_doctor_comes_in_as_browsers_do(way, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(way.certificate))
    for name, value in {"METADATA_URL": way.provider.address, "CLIENT_ID": "a", "CLIENT_SECRET": "b", "ORIGIN": way.origin}.items():
        monkeypatch.setenv(f"HOLDFAST_SIGNIN_{name}", value)
    assert the_way_in(Deployment(Settings(), {}, datetime.now(UTC))) == []
    monkeypatch.delenv("SSL_CERT_FILE")
    ((fault, _),) = the_way_in(Deployment(Settings(), {}, datetime.now(UTC)))
    assert "certificate" in fault.lower()
