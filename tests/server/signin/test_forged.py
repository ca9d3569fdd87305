"""A real server and a provider that sends what is not to be trusted: nobody is let in by it, and the page that comes next says so."""

import time
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.new_store import new_store
from tests.server import running
from tests.server.signin import SECRET, provider
from tests.waiting import PATIENCE

ANN = {"HOLDFAST_ADMINISTRATORS": "ann@example.com"}


@pytest.fixture(scope="module")
def idp():
    with provider.running() as found:
        yield found


@pytest.fixture(scope="module")
def served(tmp_path_factory, idp):
    given = {
        "HOLDFAST_SIGNIN_METADATA_URL": f"{idp.address}/.well-known/openid-configuration",
        "HOLDFAST_SIGNIN_CLIENT_ID": "holdfast",
        "HOLDFAST_SIGNIN_CLIENT_SECRET": "s3cret",
        "HOLDFAST_SIGNIN_COOKIE_SECRET": SECRET,
        "HOLDFAST_SIGNIN_ORIGIN": "http://127.0.0.1:{port}",
    }
    folder = tmp_path_factory.mktemp("signin")
    new_store(folder / "own.duckdb").close()  # without one the server would make the sample company first
    with running.server(folder, **given, **ANN) as found:
        yield found


@pytest.fixture(autouse=True)
def as_usual(idp):
    idp.claims, idp.sign, idp.down, idp.algorithms = {}, "well", False, ["RS256"]


@pytest.fixture
def browser(served):
    with httpx2.Client(base_url=served.url, timeout=PATIENCE) as found:
        yield found


def to_the_provider(browser: httpx2.Client) -> httpx2.Response:
    """What the button on the sign-in page does, on the page /accounts?segment=A."""
    asked = jwt.encode({"alg": "HS256"}, {"provider": "default", "exp": int(time.time()) + 60}, OctKey.import_key(SECRET))
    return browser.get(
        "/auth/login", params={"provider": asked}, headers={"Referer": f"{str(browser.base_url).rstrip('/')}/accounts?segment=A"}
    )


def back(browser: httpx2.Client, idp, **claims: object) -> httpx2.Response:
    """Sign in at the provider, which sends these claims, and come back."""
    asked = {name: value[0] for name, value in parse_qs(urlsplit(to_the_provider(browser).headers["location"]).query).items()}
    idp.claims = {"nonce": asked["nonce"]} | claims
    return browser.get("/oauth2callback", params={"code": "c", "state": asked["state"]})


def is_in(browser: httpx2.Client) -> bool:
    return browser.get("/api/imports", params={"company": "own"}).status_code != 401


def test_who_the_provider_names_is_in_and_goes_where_they_wanted_to(browser, idp):
    answer = back(browser, idp)
    assert (answer.status_code, answer.headers["location"]) == (302, "/accounts?segment=A")
    assert is_in(browser) and "holdfast_notice" not in answer.cookies


FORGED = {
    "signed by somebody else": ({}, "forged"),
    "not signed at all": ({}, "none"),
    "for another program": ({"aud": "another"}, "well"),
    "of another provider": ({"iss": "https://other.example.com"}, "well"),
    "expired": ({"iat": int(time.time()) - 7200, "exp": int(time.time()) - 3600}, "well"),
    "of another sign-in": ({"nonce": "heard before"}, "well"),
    "of no sign-in": ({"nonce": None}, "well"),
    "without an end": ({"exp": None}, "well"),
}


@pytest.mark.parametrize("case", FORGED)
def test_a_token_that_is_not_to_be_trusted_lets_nobody_in(browser, idp, case):
    claims, idp.sign = FORGED[case]
    answer = back(browser, idp, **claims)
    assert not is_in(browser)
    assert (answer.cookies.get("holdfast_notice"), answer.headers["location"]) == ("failed", "/accounts?segment=A")


def test_a_token_without_a_signature_is_none_even_where_the_provider_lists_that(browser, idp):
    idp.algorithms, idp.sign = ["RS256", "none"], "none"
    answer = back(browser, idp)
    assert not is_in(browser)
    assert answer.cookies.get("holdfast_notice") == "failed" and "_streamlit_user" not in answer.cookies


@pytest.mark.parametrize("claims", [{"email": None}, {"email": ["ann@example.com"]}, {"groups": {"a": 1}}], ids=str)
def test_claims_that_cannot_be_let_nobody_in(browser, idp, claims):
    back(browser, idp, **claims)
    assert not is_in(browser)


def test_a_second_person_with_the_same_e_mail_in_other_letters_is_not_let_in(browser, idp, served):
    back(browser, idp)
    with httpx2.Client(base_url=served.url, timeout=PATIENCE) as second:
        back(second, idp, sub="ann-2", email="ANN@example.com")
        assert not is_in(second)
    assert is_in(browser)


def test_after_sign_out_the_copied_cookie_lets_nobody_in(browser, idp, served):
    back(browser, idp)
    copied = dict(browser.cookies)
    assert browser.get("/auth/logout", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}).status_code == 303
    assert is_in(browser)  # a page of somebody else signed nobody out
    assert browser.get("/auth/logout").status_code == 302
    assert not is_in(browser)
    with httpx2.Client(base_url=served.url, timeout=PATIENCE, cookies=copied) as second:
        assert not is_in(second)


def test_the_way_back_is_gone_once_and_with_its_own_state_alone(browser, idp, served):
    first = back(browser, idp)
    assert is_in(browser) and first.status_code == 302
    with httpx2.Client(base_url=served.url, timeout=PATIENCE) as second:
        assert second.get("/oauth2callback", params={"code": "c", "state": "guessed"}).cookies.get("holdfast_notice") == "failed"
        assert not is_in(second)


def test_who_declines_at_the_provider_is_told_so(browser):
    answer = browser.get("/oauth2callback", params={"error": "access_denied", "state": "s"})
    assert answer.cookies.get("holdfast_notice") == "denied" and not is_in(browser)


def test_where_the_provider_is_down_they_stay_on_the_page_and_are_told(browser, idp):
    idp.down = True
    answer = to_the_provider(browser)
    assert (answer.status_code, answer.headers["location"], answer.cookies.get("holdfast_notice")) == (303, "/accounts?segment=A", "down")


def test_where_it_goes_down_on_the_way_nobody_is_in(browser, idp):
    asked = parse_qs(urlsplit(to_the_provider(browser).headers["location"]).query)
    idp.down = True
    answer = browser.get("/oauth2callback", params={"code": "c", "state": asked["state"][0]})
    assert answer.cookies.get("holdfast_notice") == "failed" and not is_in(browser)
