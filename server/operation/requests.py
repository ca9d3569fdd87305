"""Every request and socket: an id, how long it took, and what became of it; counted, and told in the log without what it asked for."""

import logging
import re
import secrets
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.operation.figures import REQUESTS, SECONDS, SOCKETS
from server.operation.logs import request_id

HEADER = "x-request-id"
GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")  # of a proxy before this server
log = logging.getLogger("holdfast.requests")

API = (
    "reports",
    "imports",
    "matches",
    "train",
    "closes",
    "hello",
    "check",
    "backup",
    "dump",
    "docs",
    "openapi.json",
    "health",
    "metrics",
    "webhooks",
)
FRONT, AUTH = "front end", "sign-in"
FIRST = {"media": "files", "_stcore": FRONT, "static": FRONT, "app": FRONT, "auth": AUTH, "oauth2callback": AUTH}
UNTOLD = ("files", "front end", "api/health", "api/metrics", "api/hello", "api/webhooks")  # in the log; they are counted all the same


def kind(path: str) -> str:
    """What is asked for, in a few words that a path of any length or content is one of."""
    first, _, rest = path.strip("/").partition("/")
    if first == "api":
        asked = rest.partition("/")[0]
        return f"api/{asked}" if asked in API else "api/other"
    return FIRST.get(first, "page" if not rest else "other")


class Watched:
    """ASGI middleware, the outermost: gives each request an id, which its answer and its lines in the log have."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        mark = request_id.set(_id_of(scope))
        try:
            await (self._socket if scope["type"] == "websocket" else self._request)(scope, receive, send)
        finally:
            request_id.reset(mark)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun, status = time.monotonic(), 500

        async def with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id.get()
            await send(message)

        try:
            await self.app(scope, receive, with_id)
        finally:
            _told(kind(scope["path"]), scope["method"], status, time.monotonic() - begun)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = time.monotonic()
        SOCKETS.inc()
        try:
            await self.app(scope, receive, send)
        finally:
            SOCKETS.dec()
            log.info("a page was closed", extra={"fields": {"seconds": round(time.monotonic() - begun, 3)}})


def _told(what: str, method: str, status: int, seconds: float) -> None:
    method = method if method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS") else "other"
    REQUESTS.labels(what, method, str(status)).inc()
    SECONDS.labels(what).observe(seconds)
    if what not in UNTOLD or status >= 500:
        log.info("answered", extra={"fields": {"what": what, "method": method, "status": status, "seconds": round(seconds, 3)}})


def _id_of(scope: Scope) -> str:
    given = Headers(scope=scope).get(HEADER, "")
    return given if GIVEN.fullmatch(given) else secrets.token_hex(8)
