"""What nobody gets before they sign in: files and uploads of the pages, and a socket that knows who they are."""

from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, cookie_parser
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.access.claims import Refused, SignedIn
from server.signin import cookies
from server.signin.messages import run_alone
from server.signin.people import asked, signed_in

FILES, INNER = "/media/", "/_stcore/"  # what pages show and take
OPEN_INNER = ("health", "host-config", "allowed-message-origins", "bidi-components/")  # how the front end starts, for all alike
REASON = "x-holdfast-signed-out"  # tells the pages why a socket is nobody's; what a browser sends under that name is dropped
SIGN_IN = "Sign in on the pages first."
OVER = 1008  # ends a socket: its person is not signed in any more


class Gate:
    """ASGI middleware, where people sign in: refuses files, and lets a socket that nobody signed in for be nobody's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        elif scope["type"] == "http" and (refusal := _refusal(HTTPConnection(scope))):
            answer = JSONResponse({"detail": refusal[1]}, refusal[0], {"Cache-Control": "no-store"})
            await answer(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A socket is a person's until the first message after they are signed out; from then on it is nobody's."""
        request = HTTPConnection(scope)
        person = asked(request, clicked=False)
        if isinstance(person, SignedIn):
            belongs = Theirs(request, receive, send)
            await self.app(_without_reason(scope), belongs.receive, belongs.send)
            if belongs.last is not None:
                nobodys = Nobodys(belongs.last, receive, send)
                await self.app(_nobodys(scope, belongs.over), nobodys.receive, nobodys.send)
        else:
            await self.app(_nobodys(scope, person), receive, send)


class Theirs:
    """The socket of a person, who is looked at anew with each message. To the pages it ends where they are signed out.

    last: the message that came first after that, without what was clicked; None where none came. over: why they are signed out.
    """

    def __init__(self, request: HTTPConnection, receive: Receive, send: Send) -> None:
        self.request, self._receive, self._send = request, receive, send
        self.last: bytes | None = None
        self.over: Refused | None = None

    async def receive(self) -> Message:
        while True:
            message = await self._receive()
            if message["type"] != "websocket.receive":
                return message
            person = asked(self.request, clicked=False)
            if isinstance(person, SignedIn):
                return message
            self.over, self.last = person, run_alone(message.get("bytes") or b"")
            if self.last is not None:
                return {"type": "websocket.disconnect", "code": OVER}

    async def send(self, message: Message) -> None:
        if self.last is None:
            await self._send(message)


class Nobodys:
    """The same socket for pages that begin anew, and do not know that it was somebody's: first they hear of the last message."""

    def __init__(self, last: bytes, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self._first: list[Message] = [{"type": "websocket.connect"}, {"type": "websocket.receive", "bytes": last}]

    async def receive(self) -> Message:
        return self._first.pop(0) if self._first else await self._receive()

    async def send(self, message: Message) -> None:
        if message["type"] != "websocket.accept":
            await self._send(message)


def _refusal(request: HTTPConnection) -> tuple[int, str] | None:
    """Status and words where a request is refused; None for what may go on."""
    path = request.scope["path"]
    if path.startswith(FILES) or (path.startswith(INNER) and not path.removeprefix(INNER).startswith(OPEN_INNER)):
        return None if signed_in(request) else (401, SIGN_IN)
    return None


def _without_reason(scope: Scope) -> Scope:
    return {**scope, "headers": [(name, value) for name, value in scope["headers"] if name.lower() != REASON.encode()]}


def _nobodys(scope: Scope, why: Refused | None) -> Scope:
    """The same socket without cookies of a sign-in and without the session that it would go on with; and why, where there is a reason."""
    found = _without_reason(scope)
    headers = MutableHeaders(scope=found)
    kept = {name: value for name, value in cookie_parser(headers.get("cookie", "")).items() if not cookies.is_ours(name)}
    protocols = [one.strip() for one in headers.get("sec-websocket-protocol", "").split(",")]
    headers["cookie"] = "; ".join(f"{name}={value}" for name, value in kept.items())
    headers["sec-websocket-protocol"] = ", ".join(protocols[:2])  # which language, and against forgery; the third names a session
    if why:
        headers[REASON] = quote(f"{why.code} {why.text}")
    return {**found, "headers": headers.raw}
