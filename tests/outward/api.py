"""A small HTTP API on loopback for tests: what it answers is a function, and faults are put in its way by chance."""

import json
import random
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HANG = 0.35  # seconds; clients of these tests wait 0.25
FAULTS = ("500", "429", "reset", "hang", "half", "cut")


@dataclass(frozen=True)
class Asked:
    """One request as it came: path, parameters (the last of each name), headers with small names, and what the body holds."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any

    def number(self, name: str, otherwise: int) -> int:
        return int(self.query.get(name, otherwise))


@dataclass(frozen=True)
class Reply:
    """What is answered. fault: how the answer breaks off: `half` (Content-Length is longer), `cut` (JSON ends early), `reset`, `hang`,
    `drip` (a byte every hundredth of a second)."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    fault: str = ""

    @property
    def raw(self) -> bytes:
        return (
            self.body
            if isinstance(self.body, bytes)
            else self.body.encode()
            if isinstance(self.body, str)
            else json.dumps(self.body).encode()
        )


Answering = Callable[[Asked], Reply]


@dataclass
class Api:
    """A running API: its address, and every request that it was asked."""

    url: str
    asked: list[Asked] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    server: Any = None


@contextmanager
def api(answering: Answering, *, share: float = 0.0, seed: int = 0, kinds: Sequence[str] = FAULTS) -> Generator[Api, None, None]:
    """An API that answers so; `share` of its answers is a fault of some kind."""
    rng, lock = random.Random(seed), threading.Lock()
    running = Api("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *told: object) -> None: ...

        def do_GET(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            asked = _asked(self, self.rfile.read(length))
            with lock:
                running.asked.append(asked)
                fault = rng.choice(kinds) if rng.random() < share else ""
            if fault:
                running.faults.append(fault)
            _sent(self, _faulty(answering(asked), fault))

        do_POST = do_GET

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=lambda: server.serve_forever(0.01), daemon=True)
    running.server = server
    running.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread.start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def encrypted() -> Generator[tuple[str, list[str], str], None, None]:
    """A server whose certificate nobody knows: its address, every request that reached it, and the file of the certificate."""
    asked: list[str] = []
    with api(lambda one: asked.append(one.path) or Reply([])) as running, TemporaryDirectory() as folder:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate = _own_certificate(Path(folder))
        context.load_cert_chain(*certificate)
        running.server.socket = context.wrap_socket(running.server.socket, server_side=True)
        yield running.url.replace("http://127.0.0.1", "https://localhost"), asked, certificate[0]


def _own_certificate(folder: Path) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    day = datetime(2020, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    signed = made.not_valid_before(day).not_valid_after(day + timedelta(days=36_500)).sign(key, hashes.SHA256())
    (folder / "cert.pem").write_bytes(signed.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(folder / "cert.pem"), str(folder / "key.pem")


def _asked(handler: BaseHTTPRequestHandler, body: bytes) -> Asked:
    parts = urlsplit(handler.path)
    query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    kind = handler.headers.get("content-type", "")
    told: Any = json.loads(body) if "json" in kind and body else {name: values[-1] for name, values in parse_qs(body.decode()).items()}
    return Asked(handler.command, parts.path, query, {name.lower(): value for name, value in handler.headers.items()}, told)


def _faulty(reply: Reply, fault: str) -> Reply:
    if fault == "500":
        return Reply({"error": "boom"}, 500)
    if fault == "429":
        return Reply({"error": "slow down"}, 429, {"Retry-After": "1"})
    return Reply(reply.body, reply.status, reply.headers, fault) if fault else reply


def _sent(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    if reply.fault == "hang":
        time.sleep(HANG)
    if reply.fault in ("hang", "reset"):
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.close_connection = True
        handler.connection.close()
        return
    raw = reply.raw
    sent = raw[: len(raw) // 2] if reply.fault in ("half", "cut") else raw
    handler.send_response_only(reply.status)
    told = {
        "Date": handler.date_time_string(),
        "Content-Type": "application/json",
        "Content-Length": str(len(raw if reply.fault != "cut" else sent)),
    } | reply.headers
    for name, value in told.items():
        if value:
            handler.send_header(name, value)
    with suppress(OSError):  # who asked is gone
        handler.end_headers()
        for piece in (sent[n : n + 1] for n in range(len(sent))) if reply.fault == "drip" else [sent]:
            handler.wfile.write(piece)
            time.sleep(0.01 if reply.fault == "drip" else 0)
    handler.close_connection = reply.fault == "half" or "close" in reply.headers.get("Connection", "")
