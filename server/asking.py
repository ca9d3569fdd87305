"""Who asks the API, and what they may: by a token of their own, by the sign-in of their browser, or by the token beside the store.

Where nobody signs in everybody on this machine may read, and the token beside the store changes things. Where people sign in nobody reads
without a sign-in or a token; the token beside the store is then that of the command line, for who can read that file could open the store.
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from data.access import personal_tokens, recording, rights
from data.access.claims import Refused
from data.access.personal_tokens import Token
from data.access.provider import is_configured
from data.access.sessions import RecordUnreadable
from data.audit.deeds import denied
from data.settings import current_settings
from data.store import open_stores
from data.store.store import Store, StoreError, StoreHeld
from data.viewer import EVERYONE, Actor, Viewer
from server import tokens
from server.signin.people import signed_in

COMMAND_LINE, API = "command line", "api"
OPEN = ("/hello", "/openapi.json", "/docs", "/health", "/health/live")  # they tell of the program, and nothing of a company
ASK_THEMSELVES = ("/metrics",)  # they have a token of their own
SIGNED = "/webhooks/"  # what comes below it is signed, one delivery at a time, and opens nothing else
NEEDED = (
    "Give a token of yours, as `Authorization: Bearer TOKEN`: it is made on the page My access. In a browser, sign in on the pages first."
)
BY_TOKEN_ONLY = (
    "This takes a token of yours, as `Authorization: Bearer TOKEN`, also where you are signed in: it is made on the page My access."
)
NO_ROLE = "You are signed in, but have no role here. Ask who administers Holdfast for one."
OWNER_GONE = "Whose token this is has no role here any more, or may not sign in any more; so the token counts for nothing."
ALSO_TOKEN = "A token may do no more than it was made for, whatever its owner may: see the page My access."


@dataclass(frozen=True)
class Asker:
    """Who sends a request.

    email, name, groups: of the person; no e-mail for who shows the token beside the store, and where nobody signs in. token: the personal
    token that was shown. by_token: whether any token was shown, without which nothing is changed. called: who stands in the log where
    there is no person.
    """

    email: str = ""
    name: str = ""
    groups: tuple[str, ...] = ()
    token: Token | None = None
    by_token: bool = False
    called: str = ""

    def viewer(self, store: Store) -> Viewer:
        """What they may do in a store now. Raises HTTPException for a person who may do nothing."""
        if not self.email:
            return replace(EVERYONE, person=self.called)
        if not _is_out(self.email):
            found = rights.viewer_of(store, self.email, self.groups, datetime.now(UTC).date(), self.name)
            if found.rights:
                return found if self.token is None else self.token.narrowed(found)
        recording.refused(Actor(self.email, way=API), {"why": "owner gone" if self.token else "no role"})
        raise unauthorized(OWNER_GONE) if self.token else HTTPException(403, NO_ROLE)


def unauthorized(why: str) -> HTTPException:
    return HTTPException(401, why, headers={"WWW-Authenticate": "Bearer"})


def asker(request: HTTPConnection) -> Asker:
    """Who sends a request. Raises HTTPException for who may ask nothing."""
    shown = _shown(request)
    own = open_stores.path_of("own")
    if not is_configured(current_settings()):
        return Asker(by_token=shown is not None and tokens.fits(own, shown))
    if shown is not None and tokens.fits(own, shown):
        return Asker(by_token=True, called=COMMAND_LINE)
    try:
        return _person(request) if shown is None else _of_token(shown)
    except RecordUnreadable as error:
        raise HTTPException(503, str(error)) from None


def may_begin(request: HTTPConnection, *, changes: bool) -> None:
    """What is asked before a body is read. Raises HTTPException for who may not send it."""
    _with_token(asker(request)) if changes else asker(request)


def signed_by(viewer: Viewer, said: str) -> Viewer:
    """The viewer as it signs what somebody is said to have done: a person signs themselves, the command line for who is named."""
    return replace(viewer, person=f"{COMMAND_LINE}: {said}") if viewer.person == COMMAND_LINE else viewer


def store_of(company: str | None) -> Store:
    """The store of a company; left out: the own one once it is there."""
    try:
        return open_stores.store(company or open_stores.default_name())
    except StoreHeld as error:
        raise HTTPException(503, str(error)) from None


class Asking:
    """What a route takes: one of these rights, each an operation and a kind of object. As a dependency it gives the viewer.

    whole: the first of them, for the whole company.
    """

    def __init__(self, *needs: tuple[str, str], whole: bool = False) -> None:
        self.needs, self.whole = needs, whole

    def __call__(self, request: Request) -> Viewer:
        return self.checked(asker(request), request.query_params.get("company"))

    def checked(self, who: Asker, company: str | None) -> Viewer:
        """What they may do. Raises HTTPException, and NotAllowed for who has none of the rights."""
        viewer = who.viewer(store_of(company))
        need = next((need for need in self.needs if viewer.may(*need)), self.needs[0])
        viewer.for_whole_company(*need) if self.whole else viewer.allowed(*need)
        return viewer


class AskingByToken(Asking):
    """As Asking, of the own store, and for who shows a token."""

    def __call__(
        self, request: Request, _shown: Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))] = None
    ) -> Viewer:
        return self.checked(_with_token(asker(request)), "own")


async def say_not_recorded(request: Request, error: Exception) -> JSONResponse:
    """503: what was asked for was not done, since the audit cannot be written."""
    return JSONResponse({"detail": str(error)}, 503)


def _route(request: HTTPConnection) -> str:
    """The route of a request, without what its path names."""
    found = request.scope.get("route")
    return f"{request.scope.get('method', '')} {found.path if found else ''}".strip()


def _actor(request: HTTPConnection) -> Actor:
    """Who a request is of, as far as that is known."""
    try:
        who = asker(request)
        return replace(who.viewer(store_of(None)).signs(who.email or who.called or API), way=API)
    except HTTPException:
        return Actor("nobody", way=API)


async def say_not_allowed(request: Request, error: Exception) -> JSONResponse:
    """403, with the sentence that says what it takes; the audit says so, too."""
    told = {"route": _route(request)}
    with suppress(StoreError, HTTPException):
        denied(store_of("own" if request.method != "GET" else request.query_params.get("company")), _actor(request), detail=told)
    return JSONResponse({"detail": f"{error} {ALSO_TOKEN}" if "authorization" in request.headers else str(error)}, 403)


def _shown(request: HTTPConnection) -> str | None:
    """The token in the header; None where there is none. Raises HTTPException for a header of another kind, where people sign in."""
    given = request.headers.getlist("authorization")
    if not given:
        return None
    kind, _, token = given[0].partition(" ")
    if len(given) > 1 or kind.lower() != "bearer" or not token.strip():
        return ""
    return token.strip()


def _with_token(who: Asker) -> Asker:
    if not who.by_token:
        raise unauthorized(BY_TOKEN_ONLY if who.email else tokens.wanted(open_stores.path_of("own")))
    return who


def _person(request: HTTPConnection) -> Asker:
    person = signed_in(request)
    if person is None:
        raise unauthorized(NEEDED)
    return Asker(person.email, person.name, person.groups)


def _of_token(shown: str) -> Asker:
    found = personal_tokens.shown(shown, datetime.now(UTC))
    if isinstance(found, Refused):
        recording.failed("nobody", found.code, API)
        raise unauthorized(found.text)
    return Asker(found.email, found.owner, found.groups, token=found, by_token=True)


def _is_out(email: str) -> bool:
    """Whether the own company says that a person works there no more; that counts for the sample company, too."""
    return open_stores.path_of("own").exists() and rights.is_out(rights.known_people(store_of("own"))[0], email)
