"""What is said before a request's body is read: who may send it, and how much; the rest of what was refused is not received."""

import asyncio

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server import asking
from server.doors import READING

FRAME = 1 << 20  # bytes that a form has around its file, at most
LINGER_BYTES, LINGER_SECONDS = 1 << 20, 1.0


class Guarded:
    """ASGI middleware before the API, before any of a body is read: who asks may ask at all, and a change needs a token, and no more than
    `limit` bytes."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app, self.limit = app, limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or _asks_itself(scope):
            return await self.app(scope, receive, send)
        changes = scope["method"] not in READING
        try:
            await run_in_threadpool(asking.may_begin, HTTPConnection(scope), changes=changes)
            if changes and int(Headers(scope=scope).get("content-length", 0)) > self.limit + FRAME:
                raise HTTPException(413, self._too_large())
        except HTTPException as error:
            return await JSONResponse({"detail": error.detail}, error.status_code, error.headers)(scope, receive, send)
        await self.app(scope, self._counted(receive) if changes else receive, send)

    def _counted(self, receive: Receive) -> Receive:
        """The same body, ended with a refusal where it turns out larger than it may be, whatever its header said."""
        so_far = 0

        async def counted() -> Message:
            nonlocal so_far
            message = await receive()
            so_far += len(message.get("body", b""))
            if so_far > self.limit + FRAME:
                raise HTTPException(413, self._too_large())
            return message

        return counted

    def _too_large(self) -> str:
        most = f"{self.limit / (1 << 30):,.1f} GB"
        return f"More than {most} is not taken this way. Put the file into the inbox, or stop the server and import it on the command line."


class HangUp:
    """ASGI middleware: an answer given before a request's body was read ends the connection, so that the rest is never received.

    What comes in the second after it, up to a megabyte, is thrown away first: who is still sending a small file then reads the answer
    and not that the line is dead.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            return await self.app(scope, receive, send)
        read = False

        async def reading() -> Message:
            nonlocal read
            message = await receive()
            read = not message.get("more_body", False)
            return message

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and not read:
                MutableHeaders(scope=message)["Connection"] = "close"
            elif not read and not message.get("more_body", False):
                await send({**message, "more_body": True})
                await _thrown_away(receive)
                message = {"type": "http.response.body"}
            await send(message)

        await self.app(scope, reading, sending)


def _asks_itself(scope: Scope) -> bool:
    """Whether a path is open, or asks by itself who may come; a webhook is one name below its place, sent by POST."""
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    if path in (*asking.OPEN, *asking.ASK_THEMSELVES):
        return True
    name = path.removeprefix(asking.SIGNED)
    return scope["method"] == "POST" and path.startswith(asking.SIGNED) and bool(name) and "/" not in name


def _has_body(headers: Headers) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


async def _thrown_away(receive: Receive) -> None:
    """Read and forget what is still being sent, for a moment."""
    try:
        async with asyncio.timeout(LINGER_SECONDS):
            so_far, more = 0, True
            while more and so_far < LINGER_BYTES:
                message = await receive()
                so_far, more = so_far + len(message.get("body", b"")), message.get("more_body", False)
    except TimeoutError:
        pass
