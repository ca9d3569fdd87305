"""How much a server grows while sessions are opened and closed: plain clients, each a new session that looks at pages and goes.

    python -m benchmarks.sessions [SESSIONS] [WARM] [AT_ONCE] [STORE]     2000 sessions after 200, 4 at once

Memory is what the process has resident, read after the first WARM sessions, then after each tenth of the others, and a last time once
sessions of the last minutes are forgotten. Growth is the last reading after sessions less the first. Each session looks at two pages, in
turn, as whole company, owner or segment. It has no browser, and shares nothing with the session before. The company is made up (500
accounts, 200,000 events); a store that is given is copied instead.
"""

import asyncio
import itertools
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.team_load import PATHS, QUERIES, Waited, Window, window
from sample.load import load
from tests.server.running import server

LOOKS = 2  # pages of a session
FORGOTTEN = 130.0  # seconds: Streamlit keeps a session for two minutes after its window has gone, for one that comes back
MOST = 100.0  # MB of growth


def resident(pid: int) -> float:
    """MB that a process has in memory."""
    line = next(one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


async def _session(url: str, looks: list[tuple[str, str]], waited: Waited) -> None:
    async with window(url) as socket:
        opened = Window(socket, waited)
        for path, query in looks:
            await opened.look(path, query)


async def _one_after_the_other(url: str, asked: Iterator[list[tuple[str, str]]], waited: Waited) -> None:
    for looks in asked:
        try:
            await _session(url, looks, waited)
        except (OSError, TimeoutError) as error:
            waited.errors.append(repr(error))


async def opened_and_closed(url: str, count: int, at_once: int, turns: Iterator[tuple[str, str]], waited: Waited) -> None:
    """Open and close so many sessions, some at once."""
    asked = iter([list(itertools.islice(turns, LOOKS)) for _ in range(count)])
    await asyncio.gather(*(_one_after_the_other(url, asked, waited) for _ in range(at_once)))


async def measured(url: str, pid: int, sessions: int, warm: int, at_once: int) -> float:
    """Print what is resident as sessions come and go; the growth in MB."""
    turns, waited = itertools.cycle(itertools.product(PATHS, QUERIES)), Waited()
    print(f"{0:6d} sessions: {resident(pid):7.1f} MB", flush=True)
    await opened_and_closed(url, warm, at_once, turns, waited)
    first = resident(pid)
    print(f"{warm:6d} sessions: {first:7.1f} MB", flush=True)
    for tenth in range(1, 11):
        await opened_and_closed(url, sessions // 10, at_once, turns, waited)
        print(f"{warm + tenth * (sessions // 10):6d} sessions: {resident(pid):7.1f} MB, {len(waited.errors)} errors", flush=True)
    growth = resident(pid) - first
    await asyncio.sleep(FORGOTTEN)
    await opened_and_closed(url, 1, 1, turns, waited)
    print(f"once they are forgotten: {resident(pid):7.1f} MB", flush=True)
    for error in sorted({*waited.errors}):
        print(f"  error: {error}", flush=True)
    return growth


def main(sessions: str = "2000", warm: str = "200", at_once: str = "4", store: str = "") -> None:
    with tempfile.TemporaryDirectory() as place:
        own = Path(place) / "own.duckdb"
        shutil.copy(store, own) if store else load(own, accounts=500, events=200_000, trained=False)
        with server(Path(place)) as running:
            growth = asyncio.run(measured(running.url, running.pid, int(sessions), int(warm), int(at_once)))
    print(f"growth over {sessions} sessions: {growth:.1f} MB, {'within' if growth < MOST else 'MORE than'} {MOST:.0f} MB")


if __name__ == "__main__":
    main(*sys.argv[1:])
