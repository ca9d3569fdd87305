"""How long people wait who work in it at the same time: plain clients against the real server, beside a trivial Streamlit page.

    python -m benchmarks.team_load [PEOPLE] [SECONDS] [ACCOUNTS] [EVENTS] [STORE]     20 people, 120 s, 5000 accounts, 10,000,000 events

Every client opens a window of its own, looks at the whole company, at one owner's accounts or at one segment, and goes from page to
page as people do, thinking ten seconds (give or take) after each. A page is there when its script has ended and all of it has come.
Clients speak Streamlit's protocol over a socket, without a browser, so that the cores are the server's. CPU is what the server spent on
a page. The company is made up; a store that is given is copied instead. The trivial page is under the same load first, for comparison.
"""

import asyncio
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from benchmarks.pages import empty, spent_by
from sample.load import load
from tests.server.running import server

WHOLE = "company=own"
QUERIES = (WHOLE, WHOLE, *(f"{WHOLE}&viewer=csm{n}@example.com" for n in range(1, 7)), f"{WHOLE}&segment=Enterprise")
PATHS = ("", "accounts", "renewals", "revenue", "activation", "cohorts", "account", "churn-model")
THINK = 10.0  # seconds, on average
LONG = 600.0  # seconds until a page is given up


@dataclass
class Waited:
    """Seconds until each page stood, by page, what went wrong, and bytes received."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    received: int = 0

    def told(self, name: str, cpu: float) -> str:
        """One line: how long people waited, and what a page cost the server; cpu: milliseconds of all pages together."""
        found = sorted(one for waits in self.seconds.values() for one in waits) or [float("nan")]
        waited = f"median {statistics.median(found):6.2f} s, p95 {found[int(0.95 * (len(found) - 1))]:6.2f} s"
        cost = f"CPU {cpu / len(found):5.0f} ms, {self.received / len(found) / 1024:5.0f} kB a page"
        return f"{name:20s} {len(found):5d} pages, {waited}, {len(self.errors)} errors; {cost}"


class Window:
    """One open window of one person: what its script sends is received and counted; elements that it has are not sent again."""

    def __init__(self, socket: ClientConnection, waited: Waited) -> None:
        self.socket, self.waited = socket, waited
        self.pages: dict[str, str] = {}
        self.known: set[str] = set()

    async def look(self, path: str, query: str) -> None:
        """Ask for a page, and wait until its script has ended."""
        asked = BackMsg()
        asked.rerun_script.query_string = query
        asked.rerun_script.cached_message_hashes.extend(self.known)
        if path in self.pages:
            asked.rerun_script.page_script_hash = self.pages[path]
        else:
            asked.rerun_script.page_name = path
        began = time.perf_counter()
        await self.socket.send(asked.SerializeToString())
        while not self._ended(await asyncio.wait_for(self.socket.recv(decode=False), LONG)):
            pass
        self.waited.seconds.setdefault(path, []).append(time.perf_counter() - began)

    def _ended(self, received: bytes) -> bool:
        self.waited.received += len(received)
        told = ForwardMsg()
        told.ParseFromString(received)
        if told.metadata.cacheable:
            self.known.add(told.hash)
        kind = told.WhichOneof("type")
        if kind == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in told.navigation.app_pages}
        if kind == "delta" and told.delta.new_element.WhichOneof("type") == "exception":
            self.waited.errors.append(told.delta.new_element.exception.message[:200])
        return kind == "script_finished" and told.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN


def window(url: str) -> connect:
    """A socket as a browser's window of that server opens one."""
    address = url.replace("http", "ws") + "/_stcore/stream"
    return connect(address, subprotocols=[Subprotocol("streamlit")], origin=Origin(url), max_size=None, open_timeout=LONG)


async def alone(url: str, path: str, query: str, times: int) -> Waited:
    """One person looks at one page again and again, each time in a window of its own."""
    waited = Waited()
    for _ in range(times):
        async with window(url) as socket:
            await Window(socket, waited).look(path, query)
    return waited


async def person(url: str, paths: tuple[str, ...], query: str, until: float, waited: Waited, chance: random.Random) -> None:
    """Work until the time is over: a page, some thought, the next page."""
    await asyncio.sleep(chance.uniform(0, THINK))
    try:
        async with window(url) as socket:
            opened = Window(socket, waited)
            while time.monotonic() < until:
                await opened.look(chance.choice(paths), query)
                await asyncio.sleep(chance.uniform(0.5 * THINK, 1.5 * THINK))
    except (OSError, TimeoutError) as error:
        waited.errors.append(repr(error))


async def team(url: str, people: int, seconds: float, paths: tuple[str, ...] = PATHS, queries: tuple[str, ...] = QUERIES) -> Waited:
    """So many people at once, who share the queries among them."""
    waited, until = Waited(), time.monotonic() + seconds
    asked = [queries[number % len(queries)] for number in range(people)]
    await asyncio.gather(*(person(url, paths, query, until, waited, random.Random(at)) for at, query in enumerate(asked)))
    return waited


def measured(name: str, pid: int, work: Coroutine[Any, Any, Waited]) -> Waited:
    """Let clients work, and print how long they waited."""
    before = spent_by(pid)
    waited = asyncio.run(work)
    print(waited.told(name, spent_by(pid) - before), flush=True)
    return waited


def main(people: str = "20", seconds: str = "120", accounts: str = "5000", events: str = "10000000", store: str = "") -> None:
    count, duration = int(people), float(seconds)
    with tempfile.TemporaryDirectory() as place:
        own = Path(place) / "own.duckdb"
        shutil.copy(store, own) if store else load(own, accounts=int(accounts), events=int(events), trained=False)
        with empty(Path(place)) as (url, pid):
            measured("(trivial) alone", pid, alone(url, "", "", 5))
            measured(f"(trivial) {count} people", pid, team(url, count, duration / 2, ("",), ("",)))
        with server(Path(place)) as running:
            for path in PATHS:
                measured(f"/{path} cold", running.pid, alone(running.url, path, WHOLE, 1))
                measured(f"/{path} warm", running.pid, alone(running.url, path, WHOLE, 5))
            found = measured(f"{count} people", running.pid, team(running.url, count, duration))
            for path, waits in sorted(found.seconds.items()):
                print(f"  /{path:14s} median {statistics.median(waits):6.2f} s, longest {max(waits):6.2f} s", flush=True)
            for error in sorted({*found.errors}):
                print(f"  error: {error}", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
