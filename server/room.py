"""Uploads of pages lie in memory until the page lets go of them: one that there is no memory for is refused before it is received."""

from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SHARE = 0.5  # of the memory that is left, which uploads may take together
MEMORY, GROUP = Path("/proc/meminfo"), Path("/sys/fs/cgroup")
TOO_LARGE = "There is no memory for a file of {size:,.2f} GB just now. Put it into the inbox, or import it on the command line."
NO_LENGTH = "Say how long the file is (Content-Length)."


def left() -> int | None:
    """Bytes of memory that programs can still have, by the machine and by the container's limit; None where neither says so."""
    found = [one for one in (_of_machine(), _of_group()) if one is not None]
    return min(found, default=None)


def _of_machine() -> int | None:
    try:
        lines = dict(line.split(":", 1) for line in MEMORY.read_text().splitlines())
        return int(lines["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError):
        return None


def _of_group() -> int | None:
    """What the container's limit leaves; files that the system keeps in memory make room by themselves."""
    try:
        most, used = int((GROUP / "memory.max").read_text()), int((GROUP / "memory.current").read_text())
        parts = dict(line.split() for line in (GROUP / "memory.stat").read_text().splitlines())
        return most - used + int(parts["inactive_file"]) + int(parts["active_file"])
    except (OSError, KeyError, ValueError):  # "max": there is no limit
        return None


class Room:
    """ASGI middleware before the pages: counts what is being received."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.coming = app, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT" or not scope["path"].startswith("/_stcore/upload_file/"):
            return await self.app(scope, receive, send)
        given = Headers(scope=scope).get("content-length", "")
        if not given.isdecimal():
            return await PlainTextResponse(NO_LENGTH, 411)(scope, receive, send)
        size, free = int(given), left()
        if free is not None and size + self.coming > SHARE * free:
            return await PlainTextResponse(TOO_LARGE.format(size=size / 1e9), 413)(scope, receive, send)
        self.coming += size
        try:
            await self.app(scope, receive, send)
        finally:
            self.coming -= size
