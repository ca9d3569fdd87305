"""What the cookie of a signed-in person says: the claims of the provider, signed by this server, in one piece or in several."""

import base64
import json
import re
from collections.abc import Mapping

from itsdangerous import BadSignature, URLSafeTimedSerializer

from data.access.provider import Provider

NAME = "_streamlit_user"  # the pages' own sign-in sets it, and signs each cookie with its name
TOKENS = "_streamlit_user_tokens"
LONGEST = 31 * 24 * 3600  # seconds; the pages take none that is older
PIECES = re.compile(r"chunks-(\d{1,2})")


def claims(cookies: Mapping[str, str], provider: Provider, secret: str) -> dict[str, object] | None:
    """The claims; None where there is no cookie, or one that was signed elsewhere, for another address, or not whole."""
    found = _object(cookies, NAME, secret)
    signed_in = found is not None and found.get("is_logged_in") is True and found.get("origin") == provider.origin
    return found if signed_in else None


def is_of_a_signed_token(cookies: Mapping[str, str], secret: str) -> bool:
    """Whether the provider signed the token that the claims come from: some list "none" among the ways in which they sign."""
    tokens = _object(cookies, TOKENS, secret) or {}
    head = str(tokens.get("id_token") or "").partition(".")[0]
    try:
        way = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))).get("alg")
    except (ValueError, AttributeError):
        return False
    return isinstance(way, str) and way.lower() != "none"


def is_ours(name: str) -> bool:
    """Whether a cookie is one of the sign-in: who somebody is, the provider's tokens, or a piece of them."""
    return name.startswith(NAME)


def _object(cookies: Mapping[str, str], name: str, secret: str) -> dict[str, object] | None:
    """What a cookie says, in one piece or in several."""
    text = _read(cookies, name, secret)
    if text and (several := PIECES.fullmatch(text)):
        pieces = [_read(cookies, f"{name}_{at + 1}", secret) for at in range(int(several[1]))]
        text = None if None in pieces else "".join(filter(None, pieces))
    try:
        found = json.loads(text) if text else None
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _read(cookies: Mapping[str, str], name: str, secret: str) -> str | None:
    try:
        found = URLSafeTimedSerializer(secret, salt=name).loads(cookies.get(name, ""), max_age=LONGEST)
    except BadSignature:
        return None
    return found if isinstance(found, str) else None
