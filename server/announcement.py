"""Which server holds a store: a small file beside the store, so that the command line can send its work there."""

import json
import os
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from data import private

PATIENCE = 120  # seconds in which a server that starts is waited for


@dataclass(frozen=True)
class Server:
    """A running server: its address on this machine, and its process."""

    url: str
    pid: int


def _path(store: Path) -> Path:
    return store.with_suffix(".server.json")


def announce(store: Path, host: str, port: int) -> Server:
    """Say that this process serves the store; an address that listens everywhere is reached on loopback."""
    near = "127.0.0.1" if host in ("", "0.0.0.0", "::") else f"[{host}]" if ":" in host else host
    server = Server(f"http://{near}:{port}", os.getpid())
    private.place_for(store)
    _path(store).write_text(json.dumps({"url": server.url, "pid": server.pid}))
    private.close(_path(store))
    return server


def answers(server: Server, patience: float = PATIENCE) -> bool:
    """Wait until the server takes connections; false where it does not in that many seconds."""
    host, _, port = server.url.removeprefix("http://").rpartition(":")
    until = time.monotonic() + patience
    while time.monotonic() < until:
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=1).close()
            return True
        except OSError:
            time.sleep(0.1)
    return False


def withdraw(store: Path) -> None:
    """Take the announcement back, if it is this process's own."""
    found = announced(store)
    if found and found.pid == os.getpid():
        _path(store).unlink(missing_ok=True)


def announced(store: Path) -> Server | None:
    """The server that says it serves the store, as long as its process lives; None where there is none."""
    try:
        server = Server(**json.loads(_path(store).read_text()))
        os.kill(server.pid, 0)
    except PermissionError:
        return server
    except (OSError, ValueError, TypeError):
        return None
    return server
