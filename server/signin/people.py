"""Who a request is of, by the cookie that it brings."""

from starlette.requests import HTTPConnection

from data.access.admission import admitted
from data.access.claims import Refused, SignedIn
from data.access.provider import Provider, cookie_secret, provider
from data.settings import current_settings
from server.signin import cookies


def signed_in(request: HTTPConnection) -> SignedIn | None:
    """The person of a request, who thereby is not idle; None where nobody is signed in, any more or at all."""
    found = asked(request, clicked=True)
    return found if isinstance(found, SignedIn) else None


def asked(request: HTTPConnection, *, clicked: bool) -> SignedIn | Refused | None:
    """The person of a request, or why they are not let in; None where it brings no cookie of this server's."""
    claims = claims_of(request)
    return None if claims is None else admitted(claims, clicked=clicked)


def claims_of(request: HTTPConnection) -> dict[str, object] | None:
    """What the cookie of a request says, true or not any more."""
    settings = current_settings()
    found = provider(settings)
    return None if found is None else cookies.claims(request.cookies, found, cookie_secret(settings))


def claims_in(jar: dict[str, str], found: Provider) -> dict[str, object] | None:
    """What cookies say that are about to be sent, where the provider signed it."""
    secret = cookie_secret(current_settings())
    return cookies.claims(jar, found, secret) if cookies.is_of_a_signed_token(jar, secret) else None
