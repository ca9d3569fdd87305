"""The address at which assistants ask, beside the pages and the API: who may, and how much may be sent."""

from functools import cache
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from data.access.provider import is_configured
from data.settings import current_settings
from data.store import open_stores
from server import asking
from server.assistants.answers import Desk

if TYPE_CHECKING:
    from mcp.server import MCPServer
    from mcp.server.mcpserver import Context

PATH = "/mcp"
MOST_BYTES = 1 << 20
TOKEN_ONLY = "Assistants show a token of yours, as `Authorization: Bearer TOKEN`: it is made on the page My access."
COMPANIES = ("own", "sample")
NO_COMPANY = "company: own or sample."


class Assistants:
    """ASGI application: the tools. Nothing is kept between two questions, so that none finds what another left."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await run_in_threadpool(_standing, HTTPConnection(scope))
        except HTTPException as error:
            return await JSONResponse({"detail": error.detail}, error.status_code, error.headers)(scope, receive, send)
        tools = await run_in_threadpool(_tools)
        from mcp.server.transport_security import TransportSecuritySettings

        # Hosts and origins are looked at by the doors, before anything comes here.
        checked = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        app = tools.streamable_http_app(
            json_response=True, stateless_http=True, max_request_body_size=MOST_BYTES, transport_security=checked, streamable_http_path=PATH
        )
        async with tools.session_manager.run():
            await app(scope, receive, send)


@cache
def _tools() -> "MCPServer":
    """Made with the first question: the library behind it takes a second to load, which no other start needs."""
    from server.assistants.tools import build

    return build(_desk)


def _desk(ctx: "Context") -> Desk:
    """Where the one who asks stands."""
    request = ctx.request_context.request
    assert isinstance(request, Request)  # the protocol's own, and every question came through the door
    return _standing(request)


def _standing(request: HTTPConnection) -> Desk:
    """Where the one who sends a request stands. A sign-in of a browser does not count here: a page could ask with it. Where nobody signs
    in, whoever shows no token may read alone. Raises HTTPException."""
    who, company = asking.asker(request), request.query_params.get("company") or open_stores.default_name()
    if is_configured(current_settings()) and not who.by_token:
        raise asking.unauthorized(TOKEN_ONLY)
    if company not in COMPANIES:
        raise HTTPException(404, NO_COMPANY)
    store = asking.store_of(company)
    may_write = who.by_token and company == "own"
    return Desk(store, who.viewer(store), str(request.base_url).rstrip("/"), company, may_write)
