"""What an assistant waits for an answer, against what the API takes for the same report: medians, one after the other in one run.

python -m benchmarks.assistants [STORE] [TIMES]     the sample company unless a store is given, which is copied; 15 times

Every time asks of another day, so that the report is worked out anew by either; whoever asks first changes from day to day. The answer of
an assistant has at most two hundred rows, and its definition and links besides.
"""

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from pathlib import Path

import httpx2
from mcp import Client

from sample.load import load
from tests.server.running import server

REPORTS = ("arr", "retention", "movement-accounts", "accounts", "health", "usage-depth", "renewals", "today", "cohorts")
Ask = Callable[[str, date], Awaitable[None]]


async def compared(url: str, last: date, times: int) -> dict[str, tuple[float, float]]:
    """Of each report the seconds that the API takes, and an assistant: medians over different days."""
    async with httpx2.AsyncClient(base_url=url, timeout=120) as api, Client(f"{url}/mcp?company=own") as assistant:

        async def by_api(name: str, day: date) -> None:
            (await api.get(f"/api/reports/{name}", params={"as_of": str(day), "company": "own"})).raise_for_status()

        async def by_assistant(name: str, day: date) -> None:
            answer = await assistant.call_tool("run_report", {"name": name, "parameters": {"as_of": str(day)}})
            if answer.is_error:
                raise RuntimeError(answer.content)

        return {name: await _medians(name, last, times, (by_api, by_assistant)) for name in REPORTS}


async def _medians(name: str, last: date, times: int, ways: tuple[Ask, Ask]) -> tuple[float, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    for ask in ways:  # what holds for every day is worked out once, and is not what is compared
        await ask(name, last)
    for number in range(times):
        for at in (0, 1) if number % 2 else (1, 0):
            began = time.perf_counter()
            await ways[at](name, last - timedelta(days=1 + 2 * number + at))
            taken[at].append(time.perf_counter() - began)
    return statistics.median(taken[0]), statistics.median(taken[1])


def main(store: str = "", times: str = "15") -> None:
    with tempfile.TemporaryDirectory() as place:
        own = Path(place) / "own.duckdb"
        shutil.copy(store, own) if store else load(own, trained=False)
        with server(Path(place)) as running:
            last = httpx2.get(f"{running.url}/api/reports/arr", params={"company": "own"}, timeout=120).json()["parameters"]["as_of"]
            found = asyncio.run(compared(running.url, date.fromisoformat(last), int(times)))
    for name, (api, assistant) in found.items():
        print(f"{name:20} API {api:.3f} s, assistant {assistant:.3f} s: {assistant / api:.2f} times")
    print(f"all: {sum(one for _, one in found.values()) / sum(one for one, _ in found.values()):.2f} times")


if __name__ == "__main__":
    main(*sys.argv[1:])
