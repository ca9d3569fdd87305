"""Assistants that begin a program of their own: the same tools, answered out of the store, or by the server that holds it."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from tests.books import company
from tests.server.running import ROOT, server

pytestmark = pytest.mark.long
ASKED = {"name": "arr", "parameters": {"as_of": "2023-12-31"}}


def said(environment: dict[str, str]) -> tuple[set[str], list[Any]]:
    """The names of the tools, and what two calls are answered, by the command of that environment."""

    async def asking() -> tuple[set[str], list[Any]]:
        begun = StdioServerParameters(command=sys.executable, args=[str(ROOT / "cli.py"), "assistants"], env=environment, cwd=str(ROOT))
        async with Client(begun) as assistant:
            names = {tool.name for tool in (await assistant.list_tools()).tools}
            return names, [await assistant.call_tool("run_report", asked) for asked in (ASKED, {"name": "nope"})]

    return asyncio.run(asking())


def check(environment: dict[str, str], base: str) -> None:
    """ARR by hand, see test_tools."""
    names, (arr, nope) = said(environment)
    assert {"run_report", "open_figure", "explain_account"} < names
    assert arr.structured_content["totals"]["arr"] == 11194.44 and arr.structured_content["link"].startswith(f"{base}/revenue")
    assert nope.is_error and "There is no report" in nope.content[0].text


def test_out_of_a_store_that_no_server_holds(tmp_path: Path):
    company(tmp_path / "own.duckdb").close()
    check({**os.environ, "HOLDFAST_STORE": str(tmp_path / "own.duckdb")}, "")


def test_by_the_server_that_holds_the_store(tmp_path: Path):
    company(tmp_path / "own.duckdb").close()
    with server(tmp_path) as running:
        check(running.environment, running.url)
