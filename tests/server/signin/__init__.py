"""Cookies as the pages' sign-in sets them, made for the tests.

forged: what a provider sends that is not to be trusted, through a real server
"""

import json
import time

from itsdangerous import URLSafeTimedSerializer

from tests.data.access import claims, settings

SECRET = "a secret of the tests, longer than 32 characters"
ORIGIN = "https://holdfast.example.com"
GIVEN = settings(signin_cookie_secret=SECRET, administrators="ann@example.com")


def fresh(**more: object) -> dict[str, object]:
    """Claims of Ann, who signed in just now."""
    now = int(time.time())
    return claims(**({"iat": now, "exp": now + 3600} | more))


def signed(name: str, value: object, secret: str = SECRET) -> str:
    return URLSafeTimedSerializer(secret, salt=name).dumps(value)


def cookie(given: dict[str, object], *, pieces: int = 1, secret: str = SECRET, **more: object) -> dict[str, str]:
    """The cookies that say these claims, in so many pieces."""
    text = json.dumps(given | {"origin": ORIGIN, "is_logged_in": True, "provider": "default"} | more)
    if pieces == 1:
        return {"_streamlit_user": signed("_streamlit_user", text, secret)}
    size = -(-len(text) // pieces)
    parts = {f"_streamlit_user_{at + 1}": text[at * size : (at + 1) * size] for at in range(pieces)}
    whole = {"_streamlit_user": f"chunks-{pieces}"} | parts
    return {name: signed(name, value, secret) for name, value in whole.items()}


def written(jar: dict[str, str]) -> str:
    """Cookies as a browser sends them."""
    return "; ".join(f"{name}={value}" for name, value in jar.items())
