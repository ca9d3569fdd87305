"""Where the command line's work is done: in the store where it is free, else by the server that holds it."""

import json
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from data.settings import current_settings
from data.store.integrity import Checked
from data.store.store import Store, StoreHeld
from data.upkeep.looking import look
from reports.health.versions import published_in
from server import announcement, tokens
from workplaces.in_store import InStore
from workplaces.through_server import ThroughServer
from workplaces.workplace import Workplace

WAIT_SECONDS = 60


def find() -> Workplace:
    """The store where it is free; else the server that holds it; else the store once another process has let it go.

    Raises StoreHeld when that takes longer than a minute.
    """
    settings, waited_until, told = current_settings(), time.monotonic() + WAIT_SECONDS, False
    path = settings.store.expanduser().resolve()
    while True:
        try:
            return InStore(Store.open(path, memory_limit=settings.memory_limit, timezone=settings.timezone))
        except StoreHeld:
            if server := _server_of(path):
                return server
            if time.monotonic() > waited_until:
                raise
            if not told:
                _say("Another process has the store open; waiting for it.")
                told = True
            time.sleep(0.2)


def looked_at(path: Path) -> Checked | None:
    """What a quick check finds, by the server where one holds the store; None of a store that the next start upgrades. Changes nothing.

    Raises StoreHeld where another process has it that is no server of this store.
    """
    try:
        return look(path)
    except StoreHeld:
        server = _server_of(path, told=lambda _: None)
        if server is None:
            raise
        with closing(server):
            return server.check(quick=True)


def score_versions(path: Path) -> list[dict[str, Any]]:
    """The versions of the health score, by the server where one holds the store. Raises as `looked_at`. Changes nothing."""
    try:
        return published_in(path)
    except StoreHeld:
        server = _server_of(path, told=lambda _: None)
        if server is None:
            raise
        with closing(server):
            return json.loads(server.report("health-versions", {}, ["json"])["json"])["rows"]


def _server_of(path: Path, told: Callable[[str], None] | None = None) -> ThroughServer | None:
    """The server that holds the store, once it has proven that it is; None where none is announced, or what is there is another program."""
    found, token = announcement.announced(path), tokens.kept(path)
    if not found or not token:
        return None
    personal = current_settings().token.get_secret_value().strip()
    server = ThroughServer(found, token, personal)
    if not server.is_proven():
        server.close()
        return None
    (told or _say)(
        f"The store is held by the server at {found.url} (process {found.pid}); it does the work{' with your token' if personal else ''}."
    )
    return server


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
