"""The tools on stdio, for assistants that begin a program of their own: led to the server that holds the store, else answered here."""

import anyio
import httpx2
import mcp_types as types
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from data.store.store import Store
from data.viewer import EVERYONE
from server.assistants.answers import Desk
from server.assistants.door import PATH
from server.assistants.tools import INSTRUCTIONS, NAME, build

SECONDS = 300.0


def answer_here(store: Store) -> None:
    """Answer out of a store that no server holds, until the assistant hangs up. Whoever may open the store may read and write all of it."""
    build(lambda _: Desk(store, EVERYONE, "", "own", may_write=True)).run("stdio")


def lead_to(url: str, auth: httpx2.Auth) -> None:
    """Hand every question to a running server, until the assistant hangs up. auth: shows the token with which it is asked."""
    anyio.run(_led, url, auth)


async def _led(url: str, auth: httpx2.Auth) -> None:
    async with (
        httpx2.AsyncClient(auth=auth, timeout=SECONDS) as http,
        Client(streamable_http_client(f"{url}{PATH}", http_client=http)) as there,
    ):

        async def tools(_: object, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
            return await there.list_tools()

        async def call(_: object, asked: types.CallToolRequestParams) -> types.CallToolResult:
            return await there.call_tool(asked.name, asked.arguments or {})

        here = Server(NAME, instructions=INSTRUCTIONS, on_list_tools=tools, on_call_tool=call)
        async with stdio_server() as (reading, writing):
            await here.run(reading, writing, here.create_initialization_options())
