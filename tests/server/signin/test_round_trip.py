"""To the provider and back: only pages of this server are led to, and cookies go over encrypted lines alone."""

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from data.access.provider import provider
from server.signin.round_trip import RoundTrip
from tests.data.access import settings
from tests.server.signin import GIVEN, ORIGIN


def answering(status: int, *headers: tuple[str, str]):
    """Pages that answer this."""

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        await send(
            {"type": "http.response.start", "status": status, "headers": [(name.encode(), value.encode()) for name, value in headers]}
        )
        await send({"type": "http.response.body", "body": b""})

    return inner


def browser(inner, given=GIVEN) -> TestClient:
    return TestClient(RoundTrip(inner, provider(given)), base_url=ORIGIN, follow_redirects=False)


def wanted(referer: str | None) -> str:
    sent = browser(answering(302, ("location", "https://login.example.com/authorize")))
    return sent.get("/auth/login", headers={"referer": referer} if referer else {}).headers["set-cookie"]


@pytest.mark.parametrize(
    ("referer", "kept"),
    [
        (f"{ORIGIN}/accounts?segment=A&as_of=2024-05-14", "%2Faccounts%3Fsegment%3DA%26as_of%3D2024-05-14"),
        (f"{ORIGIN}/accounts?name=%E5%AE%A2%3Bx", "%2Faccounts%3Fname%3D%25E5%25AE%25A2%253Bx"),
        (f"{ORIGIN}/", "%2F"),
        (None, "%2F"),
        ("https://evil.example/accounts", "%2F"),
        (f"{ORIGIN}.evil.example/accounts", "%2F"),
        (f"{ORIGIN}//evil.example/accounts", "%2F"),
        (f"{ORIGIN}/\\evil.example", "%2F"),
        (f"{ORIGIN}/auth/logout", "%2F"),
        ("https://[broken", "%2F"),
    ],
)
def test_the_page_that_they_left_is_kept_where_it_is_one_of_ours(referer, kept):
    assert wanted(referer).startswith(f"holdfast_wanted={kept};")


@pytest.mark.parametrize(
    ("kept", "led"),
    [
        ("%2Faccounts%3Fsegment%3DA", "/accounts?segment=A"),
        ("%2F%2Fevil.example", "/"),
        ("https%3A%2F%2Fevil.example", "/"),
        ("%2F%5Cevil.example", "/"),
        ("%2Fa%0d%0aSet-Cookie%3Ax", "/"),
        ("", "/"),
    ],
)
def test_they_are_led_to_pages_of_ours_alone_whatever_the_cookie_says(kept, led):
    sent = browser(answering(302, ("location", "/"))).get("/oauth2callback?code=c&state=s", headers={"cookie": f"holdfast_wanted={kept}"})
    assert sent.headers["location"] == led


def test_back_from_signing_out_at_the_provider_nothing_is_said():
    sent = browser(answering(302, ("location", "/"))).get("/oauth2callback", headers={"cookie": "holdfast_wanted=%2Faccounts"})
    assert sent.headers["location"] == "/" and "set-cookie" not in sent.headers


SET = "_streamlit_user=abc; HttpOnly; Max-Age=2592000; Path=/; SameSite=lax"


def test_cookies_go_over_encrypted_lines_alone_and_last_as_long_as_a_sign_in():
    sent = browser(
        answering(200, ("set-cookie", SET), ("set-cookie", "_streamlit_xsrf=1; Path=/"), ("set-cookie", "_streamlit_user=; Max-Age=0"))
    ).get("/")
    first, second, third = sent.headers.get_list("set-cookie")
    assert first == "_streamlit_user=abc; HttpOnly; Max-Age=43200; Path=/; SameSite=lax; Secure"  # 12 hours
    assert second.endswith("; Secure") and third == "_streamlit_user=; Max-Age=0; Secure"


def test_on_this_machine_without_encryption_they_are_not_secure():
    sent = browser(answering(200, ("set-cookie", SET)), settings(signin_origin="http://127.0.0.1:8501")).get("/")
    assert "Secure" not in sent.headers["set-cookie"] and "HttpOnly" in sent.headers["set-cookie"]
