"""Which server holds a store: a small file beside the store, so that the command line can send its work there."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from data import private


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
