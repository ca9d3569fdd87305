"""What the cookie says counts where this server signed it, for its own address, and it is whole."""

import base64
import json

import pytest
from itsdangerous import TimestampSigner

from data.access.provider import provider
from server.signin.cookies import claims, is_of_a_signed_token, is_ours
from tests.server.signin import GIVEN, SECRET, cookie, fresh, signed


def said(jar: dict[str, str]) -> dict[str, object] | None:
    found = provider(GIVEN)
    assert found
    return claims(jar, found, SECRET)


@pytest.mark.parametrize("pieces", [1, 2, 7])
def test_it_says_the_claims_in_one_piece_or_in_several(pieces):
    given = fresh(groups=[f"team-{n}" for n in range(300)])
    found = said(cookie(given, pieces=pieces))
    assert found and {name: found[name] for name in given} == given


def test_the_pages_read_the_same_cookie():
    from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

    value = create_signed_value(SECRET, "_streamlit_user", '{"origin": "https://holdfast.example.com", "is_logged_in": true, "sub": "a"}')
    found = said({"_streamlit_user": value.decode()})
    assert found and found["sub"] == "a"


def without(jar: dict[str, str], name: str) -> dict[str, str]:
    return {one: value for one, value in jar.items() if one != name}


CHANGED = {
    "no cookie": lambda: {},
    "an empty one": lambda: {"_streamlit_user": ""},
    "one letter changed": lambda: {"_streamlit_user": "X" + cookie(fresh())["_streamlit_user"][1:]},
    "its end changed": lambda: {"_streamlit_user": cookie(fresh())["_streamlit_user"][:-3] + "abc"},
    "not signed": lambda: {"_streamlit_user": cookie(fresh())["_streamlit_user"].split(".")[0]},
    "signed with another secret": lambda: cookie(fresh(), secret="x" * 40),
    "signed under another name": lambda: {"_streamlit_user": signed("_streamlit_user_tokens", "{}")},
    "of another address": lambda: cookie(fresh(), origin="https://elsewhere.example.com"),
    "of another scheme": lambda: cookie(fresh(), origin="http://holdfast.example.com"),
    "not signed in": lambda: cookie(fresh(), is_logged_in=False),
    "a piece lacks": lambda: without(cookie(fresh(), pieces=3), "_streamlit_user_2"),
    "a piece of another": lambda: cookie(fresh(), pieces=3) | {"_streamlit_user_2": signed("_streamlit_user_1", "x")},
    "pieces that are no claims": lambda: {"_streamlit_user": signed("_streamlit_user", "chunks-1"), "_streamlit_user_1": signed("_streamlit_user_1", "[")},
    "too many pieces": lambda: {"_streamlit_user": signed("_streamlit_user", "chunks-100000")},
    "no object": lambda: {"_streamlit_user": signed("_streamlit_user", "[1]")},
    "no text": lambda: {"_streamlit_user": signed("_streamlit_user", {"is_logged_in": True})},
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGED)
def test_any_other_says_nothing(change):
    assert said(CHANGED[change]()) is None


def test_one_that_is_older_than_a_month_says_nothing(monkeypatch):
    jar = cookie(fresh())
    assert said(jar)
    now = TimestampSigner(SECRET).get_timestamp()
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: now + 32 * 24 * 3600)
    assert said(jar) is None


def test_which_cookies_are_of_the_sign_in():
    names = (
        "_streamlit_user",
        "_streamlit_user_1",
        "_streamlit_user_tokens",
        "_streamlit_user_tokens_2",
        "_streamlit_xsrf",
        "holdfast_language",
    )
    assert [is_ours(name) for name in names] == [True, True, True, True, False, False]


def head(way: object) -> str:
    return base64.urlsafe_b64encode(json.dumps({"alg": way}).encode()).rstrip(b"=").decode() + ".e30.c2ln"


@pytest.mark.parametrize(
    ("token", "signed_"),
    [(head("RS256"), True), (head("ES256"), True), (head("none"), False), (head("NONE"), False), (head(None), False), (head(["RS256"]), False),
     ("", False), ("no.token.here", False), ("W10.e30.", False), (None, False), (7, False)],
)  # fmt: skip
def test_whether_the_provider_signed_the_token(token, signed_):
    jar = {"_streamlit_user_tokens": signed("_streamlit_user_tokens", json.dumps({"id_token": token}))}
    assert is_of_a_signed_token(jar, SECRET) is signed_
    assert not is_of_a_signed_token(jar, "x" * 40) and not is_of_a_signed_token({}, SECRET)
