"""Who looks at the pages: nobody before sign-in, a person after it, nobody again after the last of their time."""

import time

import pytest
from streamlit.testing.v1 import AppTest

from data.access import admission, sessions
from data.store import open_stores
from tests.books import company_at
from tests.pages.showing import everything, shown
from tests.server.signin import GIVEN, fresh
from tests.waiting import PATIENCE

NAMES = ("Alder", "Birch", "Cedar", "one@example.com", "SMB", "own.duckdb")  # of the small company


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The small company on a server where people sign in."""
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    monkeypatch.setenv("HOLDFAST_ADMINISTRATORS", "Ann@Example.com")
    for name in ("metadata_url", "client_id", "origin"):
        monkeypatch.setenv(f"HOLDFAST_SIGNIN_{name.upper()}", getattr(GIVEN, f"signin_{name}"))
    monkeypatch.setenv("HOLDFAST_SIGNIN_CLIENT_SECRET", "s3cret")
    company_at(tmp_path / "own.duckdb")
    yield
    open_stores.close_all()
    sessions.close()


def as_somebody(claims: dict | None, page: str = "shell", language: str | None = None) -> AppTest:
    test = AppTest.from_file(f"../../../pages/{page}.py", default_timeout=PATIENCE)
    test.user = (claims | {"is_logged_in": True}) if claims else {}
    if language:
        test.session_state["language"] = language
    return test.run()


def signed_in(**more: object) -> dict:
    given = fresh(**more)
    admission.begun(given)
    return given


def words(test: AppTest) -> str:
    return " ".join(one.value for kind in ("title", "info", "markdown", "caption") for one in getattr(test, kind))


def test_before_sign_in_there_is_one_page_and_nothing_of_the_company(small):
    test = as_somebody(None)
    assert [one.value for one in test.title] == ["Sign in to Holdfast"]
    assert [one.label for one in test.button] == ["Sign in"]
    assert [name for name in NAMES if name in everything(test)] == []
    assert not test.exception and not test.get("bidi_component")


def test_after_sign_in_the_page_is_there_with_the_name_and_the_way_out(small):
    test = as_somebody(signed_in())
    assert "Sign in to Holdfast" not in words(test) and not test.exception
    sent = everything(test)
    assert "Ann Lee" in sent and 'href=\\"auth/logout\\"' in sent.replace('href="', 'href=\\"').replace('logout"', 'logout\\"')
    assert "SMB" in sent


def test_who_has_no_role_is_told_so_and_gets_nothing_of_the_company(small):
    test = as_somebody(signed_in(sub="bo", email="bo@example.com", name="Bo <b>"))
    assert "You are signed in as Bo" in words(test) and "no role here yet" in words(test)
    assert [name for name in NAMES if name in everything(test)] == []


OUT = {
    "never began here": (lambda: fresh(nonce="other"), "not in the record"),
    "the token is over": (lambda: signed_in(iat=int(time.time()) - 600, exp=int(time.time()) - 1), "good until now"),
    "after twelve hours": (lambda: signed_in(iat=int(time.time()) - 12 * 3600), "12 hours after you signed in"),
    "without e-mail": (lambda: signed_in(email=None), "does not send the claim email"),
    "an e-mail of somebody else": (lambda: [signed_in(sub="first"), signed_in(email="ANN@example.com")][1], "another person's"),
}


@pytest.mark.parametrize("case", OUT)
def test_who_is_not_signed_in_any_more_reads_why_and_can_sign_in_again(small, case):
    given, told = OUT[case]
    test = as_somebody(given())
    assert told in words(test) and [one.label for one in test.button] == ["Sign in"]
    assert [name for name in NAMES if name in everything(test)] == []


def test_out_with_the_next_click_after_sign_out_or_an_hour_without_one(small, monkeypatch):
    given = signed_in()
    test = as_somebody(given)
    assert "SMB" in everything(test)
    admission.ended(given)
    test.run()
    assert "You signed out." in words(test) and "SMB" not in everything(test)
    monkeypatch.setenv("HOLDFAST_SIGNIN_IDLE_MINUTES", "0.0001")
    given = signed_in(nonce="n2")
    time.sleep(0.02)
    test = as_somebody(given)
    assert "after 0.0001 minutes without a click" in words(test) and "SMB" not in everything(test)


def test_the_page_speaks_the_language_of_its_reader(small):
    test = as_somebody(signed_in(email=None), language="zh_Hans")
    assert [one.value for one in test.title] == ["登录 Holdfast"]
    assert "身份提供方未发送声明 email" in words(test)


def test_where_nobody_signs_in_everybody_sees_the_pages(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    company_at(tmp_path / "own.duckdb")
    test = as_somebody({"email": "somebody@example.com"})
    assert "SMB" in everything(test) and "auth/logout" not in everything(test)
    assert not shown("accounts").exception
    open_stores.close_all()


def test_to_ask_who_looks_costs_less_than_a_millisecond(small):
    given = signed_in()
    admission.admitted(given)

    def cost() -> float:
        began = time.thread_time()
        for _ in range(50):
            admission.admitted(given)
        return (time.thread_time() - began) / 50

    assert min(cost() for _ in range(5)) < 0.001
