"""A real server on a free port of this machine, with stores of its own, for as long as a test needs it."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.waiting import PATIENCE

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Running:
    """A running server: its address, the own store, and the environment under which a command line finds that store."""

    url: str
    store: Path
    environment: dict[str, str]
    umask: int = -1
    pid: int = 0

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def command(self, *arguments: object) -> subprocess.CompletedProcess:
        """Run the command line beside the server."""
        return self.begin(*arguments, wait=True)

    def begin(self, *arguments: object, wait: bool = False) -> subprocess.CompletedProcess | subprocess.Popen:
        start = subprocess.run if wait else subprocess.Popen
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return start([sys.executable, "cli.py", *map(str, arguments)], cwd=ROOT, env=self.environment, umask=self.umask, **pipes)

    def raw(self, *lines: str, body: bytes = b"") -> str:
        """What the server answers to these very lines, until it has said all of its answer's length or closes the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as line:
            line.sendall("\r\n".join([*lines, "", ""]).encode() + body)
            return answer(line)


def answer(line: socket.socket) -> str:
    """One answer from a connection: head and body as text."""
    said = b""
    while not _is_whole(said) and (piece := line.recv(65_536)):
        said += piece
    return said.decode(errors="replace")


def _is_whole(said: bytes) -> bool:
    head, separator, body = said.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head.lower())
    ends = body.endswith(b"0\r\n\r\n") if b"transfer-encoding: chunked" in head.lower() else len(body) >= int(length[1] if length else 0)
    return bool(separator) and ends


@contextmanager
def server(folder: Path, umask: int = -1, port: int = 0, **more: str) -> Iterator[Running]:
    """Start the server over `folder`/own.duckdb, wait until it answers, and end it; `more` are settings in its environment, {port} the port."""
    port = port or _free_port()
    own = folder / "own.duckdb"
    environment = os.environ | {
        "HOLDFAST_STORE": str(own),
        "HOLDFAST_SAMPLE_STORE": str(folder / "sample" / "sample.duckdb"),
        "HOLDFAST_PORT": str(port),
        **{name: value.replace("{port}", str(port)) for name, value in more.items()},
    }
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, umask=umask, stdout=log, stderr=log)
        try:
            url = f"http://127.0.0.1:{port}"
            _until_it_answers(f"{url}/api/openapi.json", process, folder / "server.log")
            yield Running(url, own, environment, umask, process.pid)
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _until_it_answers(url: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"The server did not answer: {log.read_text()[-2000:]}")
