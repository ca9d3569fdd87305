"""What the cookie of a signed-in person says: the claims of the provider, signed by this server, in one piece or in several."""

import json
import re
from collections.abc import Mapping

from itsdangerous import BadSignature, URLSafeTimedSerializer

from data.access.provider import Provider

NAME = "_streamlit_user"  # the pages' own sign-in sets it, and signs each cookie with its name
LONGEST = 31 * 24 * 3600  # seconds; the pages take none that is older
PIECES = re.compile(r"chunks-(\d{1,2})")


def claims(cookies: Mapping[str, str], provider: Provider, secret: str) -> dict[str, object] | None:
    """The claims; None where there is no cookie, or one that was signed elsewhere, for another address, or not whole."""
    text = _read(cookies, NAME, secret)
    if text and (several := PIECES.fullmatch(text)):
        pieces = [_read(cookies, f"{NAME}_{at + 1}", secret) for at in range(int(several[1]))]
        text = None if None in pieces else "".join(filter(None, pieces))
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    signed_in = isinstance(found, dict) and found.get("is_logged_in") is True and found.get("origin") == provider.origin
    return found if signed_in else None


def is_ours(name: str) -> bool:
    """Whether a cookie is one of the sign-in: who somebody is, the provider's tokens, or a piece of them."""
    return name.startswith(NAME)


def _read(cookies: Mapping[str, str], name: str, secret: str) -> str | None:
    try:
        found = URLSafeTimedSerializer(secret, salt=name).loads(cookies.get(name, ""), max_age=LONGEST)
    except BadSignature:
        return None
    return found if isinstance(found, str) else None
