"""To the provider and back: where somebody wanted to go is kept, a sign-in is written down, a sign-out ends it for good."""

from http.cookies import CookieError, SimpleCookie
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from data.access.admission import begun, ended
from data.access.provider import Provider
from data.access.recording import failed
from data.settings import current_settings
from server.signin import cookies
from server.signin.people import claims_in, claims_of

LOGIN, BACK, LOGOUT = "/auth/login", "/oauth2callback", "/auth/logout"
WANTED, NOTICE = "holdfast_wanted", "holdfast_notice"
MINUTES = 60 * 30  # in which somebody comes back from the provider
MOMENT = 20  # seconds in which the page that comes next tells what went wrong


class RoundTrip:
    """ASGI middleware, where people sign in, around the pages' own way to the provider."""

    def __init__(self, app: ASGIApp, provider: Provider) -> None:
        self.app, self.provider = app, provider

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request, path = Request(scope), scope["path"]
        if path == LOGOUT and request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return await RedirectResponse("/", 303)(scope, receive, send)  # nobody else's page signs people out
        if path == LOGOUT and (claims := claims_of(request)):
            ended(claims)
        steps = {LOGIN: self._leaves, BACK: self._comes_back}

        async def out(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if step := steps.get(path):
                    step(request, message, headers)
                self._closed(headers)
            await send(message)

        await self.app(scope, receive, out)

    def _leaves(self, request: Request, message: Message, headers: MutableHeaders) -> None:
        """On the way to the provider: keep the page that they left; where the provider does not answer, they stay on it."""
        wanted = _own(request.headers.get("referer", ""), self.provider.origin)
        if message["status"] < 400:
            headers.append("set-cookie", _cookie(WANTED, quote(wanted, safe=""), MINUTES))
            return
        message["status"] = 303
        headers["location"] = wanted
        headers.append("set-cookie", _cookie(NOTICE, "down", MOMENT))

    def _comes_back(self, request: Request, message: Message, headers: MutableHeaders) -> None:
        """Back from the provider: write the sign-in down, and lead to where they wanted to go; or say that it came to nothing."""
        asked = request.query_params
        if "code" not in asked and "error" not in asked:  # after a sign-out there
            return
        claims = claims_in(_set(headers), self.provider)
        if claims:
            begun(claims)
        else:
            why = "denied" if asked.get("error") == "access_denied" else "failed"
            failed("nobody", why)
            _take_back(headers)
            headers.append("set-cookie", _cookie(NOTICE, why, MOMENT))
        if headers.get("location") == "/":
            headers["location"] = _path(unquote(request.cookies.get(WANTED, "/")))
        headers.append("set-cookie", _cookie(WANTED, "", 0))

    def _closed(self, headers: MutableHeaders) -> None:
        """Cookies go over encrypted lines alone, where there are such; those of a sign-in last as long as one may."""
        given = headers.getlist("set-cookie")
        if not given:
            return
        del headers["set-cookie"]
        longest = int(current_settings().signin_absolute_hours * 3600)
        for one in given:
            name, _, _ = one.partition("=")
            parts = [part.strip() for part in one.split(";")]
            if cookies.is_ours(name) and "Max-Age=0" not in parts:
                parts = [f"Max-Age={longest}" if part.lower().startswith("max-age=") else part for part in parts]
            if self.provider.is_secure and "secure" not in (part.lower() for part in parts):
                parts.append("Secure")
            headers.append("set-cookie", "; ".join(parts))


def _take_back(headers: MutableHeaders) -> None:
    """Cookies of a sign-in that came to nothing are not set."""
    given = headers.getlist("set-cookie")
    if given:
        del headers["set-cookie"]
    for one in given:
        if not cookies.is_ours(one.partition("=")[0]) or "Max-Age=0" in one:
            headers.append("set-cookie", one)


def _cookie(name: str, value: str, seconds: int) -> str:
    return f"{name}={value}; Path=/; HttpOnly; SameSite=lax; Max-Age={seconds}"


def _own(address: str, origin: str) -> str:
    """Path and query of an address of this server; the first page for any other."""
    try:
        found = urlsplit(address)
    except ValueError:
        return "/"
    if f"{found.scheme}://{found.netloc}" != origin:
        return "/"
    return _path(found.path + (f"?{found.query}" if found.query else ""))


def _path(wanted: str) -> str:
    """A path of this server, and no other place that a browser would read out of it; else the first page."""
    plain = wanted.startswith("/") and wanted[1:2] not in ("/", "\\") and wanted.isprintable() and wanted.isascii() and " " not in wanted
    return wanted if plain and not wanted.startswith((LOGIN, LOGOUT, BACK)) else "/"


def _set(headers: Headers) -> dict[str, str]:
    """The cookies that an answer sets."""
    jar: dict[str, str] = {}
    for one in headers.getlist("set-cookie"):
        try:
            jar |= {name: found.value for name, found in SimpleCookie(one).items() if found["max-age"] != "0"}
        except CookieError:
            continue
    return jar
