"""The protocol's own client, asking the tools as an assistant does, without a server in between."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx2
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from starlette.applications import Starlette
from starlette.routing import Route

from server.assistants.door import PATH, Assistants

URL = f"http://127.0.0.1{PATH}"


def http(shown: str = "") -> httpx2.AsyncClient:
    """A client of the address at which assistants ask; shown: a token."""
    transport = httpx2.ASGITransport(app=Starlette(routes=[Route(PATH, Assistants())]))
    return httpx2.AsyncClient(transport=transport, headers={"Authorization": f"Bearer {shown}"} if shown else {})


def ask(*calls: tuple[str, Mapping[str, Any]], shown: str = "") -> list[Any]:
    """What each call of a tool is answered."""

    async def asking() -> list[Any]:
        async with http(shown) as client, Client(streamable_http_client(URL, http_client=client)) as assistant:
            return [await assistant.call_tool(name, dict(given)) for name, given in calls]

    return asyncio.run(asking())


def tools(shown: str = "") -> list[Any]:
    """The tools that are offered."""

    async def asking() -> list[Any]:
        async with http(shown) as client, Client(streamable_http_client(URL, http_client=client)) as assistant:
            return (await assistant.list_tools()).tools

    return asyncio.run(asking())


def posted(content: bytes, shown: str = "", query: str = "") -> httpx2.Response:
    """What is answered to bytes that an assistant may send."""

    async def sending() -> httpx2.Response:
        async with http(shown) as client:
            kinds = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
            return await client.post(URL + query, content=content, headers=kinds)

    return asyncio.run(sending())
