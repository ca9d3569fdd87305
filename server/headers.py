"""Headers on every answer: nothing from elsewhere is loaded, nobody frames the pages, no address leaves in a referrer."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# The pages' own front end evaluates code it made itself and builds styles and workers at run time; all else is refused.
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src {places}; worker-src 'self' blob:; frame-src 'self'; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def policy(host: str) -> str:
    """What pages may load and where they may send: this host alone. `host` is one that was found to be trusted.

    Some browsers take 'self' for http alone, so the host's sockets are named; an IPv6 address cannot be written there.
    """
    sockets = "" if "[" in host else f" ws://{host} wss://{host}"
    return POLICY.format(places=f"'self'{sockets}")


class SecurityHeaders:
    """ASGI middleware, behind the one that looks at the host, that adds HEADERS and the policy."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS | {"Content-Security-Policy": policy(Headers(scope=scope)["host"])})
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)
