"""Tells the pages' front end where it is (left alone it asks below the page first, and a browser reports each 404), its language, and what
to do where the connection is lost."""

import json
import secrets
from functools import cache
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from language import COOKIE, asked_for
from language.away import away

# Every page lies directly below the root, whatever stands before the root at a proxy.
TOLD = '<head><script>window.__streamlit = { BACKEND_BASE_URL: new URL("./", document.baseURI).href }; window.holdfast = %s;\n%s</script>'
AWAY = (Path(__file__).parent / "away.js").read_text()
INSTANCE = secrets.token_urlsafe(9)  # another one for each start: a page that outlives the server finds out by it


@cache
def told(language: str) -> bytes:
    """What the head of a page begins with, in a language."""
    return (TOLD % (json.dumps({"instance": INSTANCE, "words": away(language)}), AWAY)).encode()


LANG = b'<html lang="en">'  # as the front end has it; screen readers choose a voice by it


class Whereabouts:
    """ASGI middleware that adds those words to the head of each page; all else passes as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _asks_for_a_page(scope):
            await self.app(scope, receive, send)
            return
        plain = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        request = Request(scope)
        spoken = asked_for(request.cookies.get(COOKIE), request.headers.get("accept-language"))
        await self.app({**scope, "headers": plain}, receive, Page(send, spoken).send)


def _asks_for_a_page(scope: Scope) -> bool:
    wanted = Headers(scope=scope).get("accept", "")
    return scope["method"] == "GET" and "text/html" in wanted and not scope["path"].startswith("/api")


class Page:
    """One answer: where it is a page, it is sent once it is whole, with the words in it."""

    def __init__(self, send: Send, language: str) -> None:
        self.onward, self.start, self.body, self.told = send, None, b"", told(language)
        self.words = LANG.replace(b"en", language.replace("_", "-").encode())

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and Headers(scope=message).get("content-type", "").startswith("text/html"):
            self.start = message
        elif self.start and message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                await self._whole()
        else:
            await self.onward(message)

    async def _whole(self) -> None:
        said = self.body.replace(b"<head>", self.told, 1).replace(LANG, self.words, 1)
        start = self.start or {}
        if "content-length" in Headers(scope=start):
            MutableHeaders(scope=start)["content-length"] = str(len(said))
        await self.onward(start)
        await self.onward({"type": "http.response.body", "body": said})
