"""A server's proof that it keeps the token of a store: a keyed digest of what it could not know before. The token is not sent for it.

The announcement beside a store may be old, and another program may listen on that port by now: it must not learn the token. The
port is part of the digest, so that a program on another port cannot have the true server answer for it.
"""

import hmac
import secrets
from collections.abc import AsyncGenerator, Generator

import httpx2

from data.store.store import StoreError

SECONDS = {"connect": 10.0, "read": 60.0, "write": 10.0, "pool": 10.0}


class NotProven(StoreError):
    """What answers at the announced address is not the server of this store; the token was not sent."""


def proof(token: str, nonce: str, port: int) -> str:
    """The digest with which the server on this port answers the nonce."""
    return hmac.digest(token.encode(), f"holdfast server {port} {nonce}".encode(), "sha256").hex()


class AfterProof(httpx2.Auth):
    """Shows a token with each request, once the server has proven right before that it keeps the store's token.

    shown: a personal token, which no other program may hear either; left out: the store's.
    """

    def __init__(self, token: str, shown: str = "") -> None:
        self.token, self.shown = token, shown or token

    def sync_auth_flow(self, request: httpx2.Request) -> Generator[httpx2.Request, httpx2.Response, None]:
        nonce = secrets.token_urlsafe(24)
        answer = yield _challenge(request, nonce)
        answer.read()
        yield self._proven(request, nonce, answer)

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        nonce = secrets.token_urlsafe(24)
        answer = yield _challenge(request, nonce)
        await answer.aread()
        yield self._proven(request, nonce, answer)

    def _proven(self, request: httpx2.Request, nonce: str, answer: httpx2.Response) -> httpx2.Request:
        """The request with its token. Raises NotProven."""
        if not hmac.compare_digest(_said(answer).encode(), proof(self.token, nonce, request.url.port or 80).encode()):
            raise NotProven(f"What answers on port {request.url.port} is not the server of this store. Nothing was sent to it.")
        request.headers["Authorization"] = f"Bearer {self.shown}"
        return request


def _challenge(request: httpx2.Request, nonce: str) -> httpx2.Request:
    url = request.url.copy_with(path="/api/hello", query=f"nonce={nonce}".encode())
    return httpx2.Request("GET", url, extensions={"timeout": SECONDS})


def _said(answer: httpx2.Response) -> str:
    """The digest in an answer; empty where there is none."""
    try:
        return str(answer.json()["hmac"]) if answer.is_success else ""
    except (ValueError, KeyError, TypeError):
        return ""
