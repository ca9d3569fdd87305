"""Who is let in: requests to a name of this server, from its own pages, from scripts, or by following a link."""

from collections.abc import Set

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from server.hosts import Host, is_trusted, read

READING = ("GET", "HEAD", "OPTIONS")
NO_HOST = "The request names no host, or more than one."
NOT_OURS = "This server does not answer under that name. Names other than those of this machine go into HOLDFAST_TRUSTED_HOSTS."
NO_PROXY = "This server is no proxy: ask for a path, not for a whole address."
FOREIGN_PAGE = "This comes from a page of another site, and is refused. Only links lead here from there."
ALWAYS = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


class Doors:
    """ASGI middleware: refuses, in words, a host that is not among those trusted, and what pages of other sites send."""

    def __init__(self, app: ASGIApp, hosts: Set[Host]) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] in ("http", "websocket") else None
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket" and "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008})
        else:
            await PlainTextResponse(refusal[1] + "\n", refusal[0], ALWAYS)(scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        """Status and words of a refusal; None for who may come in."""
        headers = Headers(scope=scope)
        named = headers.getlist("host")
        host = read(named[0]) if len(named) == 1 else None
        if not scope["path"].startswith("/"):
            return 400, NO_PROXY
        if host is None or not is_trusted(host, self.hosts):
            return 400, NOT_OURS if host else NO_HOST
        return (403, FOREIGN_PAGE) if _is_foreign(scope, headers) else None


def _is_foreign(scope: Scope, headers: Headers) -> bool:
    """Whether a page of another site asks: for a socket, for a change, or for anything but what following a link asks for."""
    ours = [origin in (f"http://{headers['host']}", f"https://{headers['host']}") for origin in headers.getlist("origin")]
    if scope["type"] == "websocket":
        return ours != [True]  # a browser always says which page opens a socket
    if "cross-site" in headers.getlist("sec-fetch-site"):
        return not _follows_a_link(scope["method"], headers)
    return scope["method"] not in READING and not all(ours)


def _follows_a_link(method: str, headers: Headers) -> bool:
    mode, destination = headers.get("sec-fetch-mode"), headers.get("sec-fetch-dest", "document")
    return (method, mode, destination) == ("GET", "navigate", "document")
