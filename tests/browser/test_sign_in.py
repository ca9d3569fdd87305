"""With a real browser and a provider on this machine: in, with the link that was asked for; out, in every tab, for good."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from data.access.sessions import Sessions, path_beside
from tests.books import company
from tests.browser.signing_in import provider, settings
from tests.server.running import server
from tests.waiting import PATIENCE

NAMES = (b"Alder", b"Birch", b"Cedar", b"one@example.com")  # of the small company
LINK = "accounts?company=own&as_of=2023-11-30&segment=SMB"


@pytest.fixture(scope="module")
def idp(tmp_path_factory):
    with provider(tmp_path_factory.mktemp("provider")) as address:
        yield address


@pytest.fixture(scope="module")
def running(tmp_path_factory, idp):
    yield from serving(tmp_path_factory.mktemp("signin"), settings(idp))


def serving(folder: Path, given: dict[str, str]):
    company(folder / "own.duckdb").close()
    with server(folder, **given) as started:
        yield started


@pytest.fixture
def own(browser):
    """A browser of somebody's own; closed with all that it keeps."""
    opened = browser.new_context(viewport={"width": 1440, "height": 900})
    opened.set_default_timeout(PATIENCE * 1000)
    yield opened
    opened.close()


def sent_to(page) -> list[bytes]:
    """All that the server sends to a page over its sockets, from now on."""
    sent: list[bytes] = []
    page.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: sent.append(frame if isinstance(frame, bytes) else frame.encode())),
    )
    return sent


def sign_in(page, who: str = "ann") -> None:
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=re.compile(rf"^{who}\b")).first.click()


def see(page, words: str) -> None:
    page.get_by_text(words).first.wait_for()


def test_in_with_the_link_that_was_asked_for_and_out_in_every_tab_for_good(running, own, browser):
    page = own.new_page()
    sent = sent_to(page)
    page.goto(f"{running.url}/{LINK}")
    page.get_by_role("heading", name="Sign in to Holdfast").wait_for()
    assert own.request.get(f"{running.url}/api/reports/arr?company=own").status == 401
    assert sent and not [name for name in NAMES if name in b"".join(sent)]

    sign_in(page)
    page.get_by_role("heading", name="Accounts").wait_for()
    see(page, "Segment: SMB")
    assert "segment=SMB" in page.url and "as_of=2023-11-30" in page.url
    see(page, "Ann Lee")
    assert own.request.get(f"{running.url}/api/reports/arr?company=own").status == 200
    kept = own.cookies()
    assert all(one["httpOnly"] for one in kept if one["name"].startswith("_streamlit_user"))

    second = own.new_page()
    second.goto(f"{running.url}/revenue?company=own&as_of=2023-12-28")
    second.get_by_role("link", name="Sign out").wait_for()
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="End session").click()  # at the provider, which leads back
    page.get_by_role("heading", name="Sign in to Holdfast").wait_for()
    assert page.url.startswith(running.url)
    before = len(heard := sent_to(second))
    second.get_by_role("link", name="Renewals").click()
    see(second, "You signed out.")
    assert not [name for name in NAMES if name in b"".join(heard[before:])]

    copied = browser.new_context()
    copied.add_cookies(kept)
    third = copied.new_page()
    third.set_default_timeout(PATIENCE * 1000)
    third.goto(f"{running.url}/accounts?company=own")
    see(third, "You signed out.")
    assert copied.request.get(f"{running.url}/api/reports/arr?company=own").status == 401
    copied.close()


@pytest.mark.long
def test_an_address_without_a_page_says_so_once_one_is_in_and_no_dialog_lies_over_it(running, own):
    page = own.new_page()
    for address in ("renewals", "no-such-page", "no%20such%20page?company=own"):
        page.goto(f"{running.url}/{address}")
        expect(page.get_by_role("heading", name="Sign in to Holdfast")).to_be_visible()
        expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1)
        expect(page.get_by_role("dialog")).to_have_count(0)
    sign_in(page)
    expect(page.get_by_role("heading", name="There is no page at this address")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Accounts", exact=True).click()
    expect(page.get_by_role("heading", name="Accounts", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="There is no page at this address")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.long
def test_who_has_no_role_and_who_comes_with_an_e_mail_of_another_are_told_so(running, own, browser):
    page = own.new_page()
    page.goto(f"{running.url}/accounts?company=own")
    sign_in(page, "bo")
    see(page, "no role here yet")
    page.get_by_role("link", name="Sign out").click()
    page.get_by_role("button", name="End session").click()
    sign_in(page, "ann")
    page.get_by_role("heading", name=re.compile("Accounts|Today")).first.wait_for()
    other = browser.new_context()
    second = other.new_page()
    second.set_default_timeout(PATIENCE * 1000)
    second.goto(f"{running.url}/accounts?company=own")
    sign_in(second, "ann-2")
    see(second, "another person's")
    assert second.get_by_role("heading", name=re.compile("Accounts|Today")).count() == 0
    other.close()


@pytest.mark.long
def test_who_is_signed_out_by_somebody_else_is_out_with_the_next_click(running, own):
    page = own.new_page()
    page.goto(f"{running.url}/{LINK}")
    sign_in(page)
    page.get_by_role("heading", name="Accounts").wait_for()
    record = Sessions(path_beside(running.store))
    assert record.end_all("ann@example.com") >= 1
    record.close()
    page.get_by_role("link", name="Activation").click()
    page.get_by_role("heading", name="Sign in to Holdfast").wait_for()
    sign_in(page)
    page.get_by_role("heading", name="Activation").wait_for()  # the page that was clicked


@pytest.mark.long
def test_without_a_click_one_is_out_and_comes_back_to_the_same_page(tmp_path, idp, own):
    for running in serving(tmp_path, settings(idp, HOLDFAST_SIGNIN_IDLE_MINUTES="0.5")):
        page = own.new_page()
        page.goto(f"{running.url}/{LINK}")
        sign_in(page)
        page.get_by_role("heading", name="Accounts").wait_for()
        see(page, "Segment: SMB")
        page.locator("[data-test-script-state=notRunning]").wait_for()
        time.sleep(31)
        page.get_by_role("button", name="Segment: SMB").click()  # which does nothing any more
        see(page, "You were signed out after 0.5 minutes without a click.")
        assert "segment=SMB" in page.url
        sign_in(page)
        page.get_by_role("heading", name="Accounts").wait_for()
        see(page, "Segment: SMB")


@pytest.mark.long
def test_one_is_out_once_the_token_of_the_provider_is_over(tmp_path, own):
    (tmp_path / "own").mkdir()
    with provider(tmp_path, seconds=30) as address:
        for running in serving(tmp_path / "own", settings(address)):
            page = own.new_page()
            page.goto(f"{running.url}/{LINK}")
            sign_in(page)
            page.get_by_role("heading", name="Accounts").wait_for()
            time.sleep(31)
            page.get_by_role("link", name="Renewals").click()
            see(page, "good until now")
            assert own.request.get(f"{running.url}/api/reports/arr?company=own").status == 401


@pytest.mark.long
def test_where_the_provider_is_down_the_page_says_so(tmp_path, own):
    for running in serving(tmp_path, settings("http://localhost:1")):
        page = own.new_page()
        page.goto(f"{running.url}/{LINK}")
        page.get_by_role("button", name="Sign in").click()
        see(page, "does not answer")
        page.get_by_role("button", name="Sign in").wait_for()
        assert "segment=SMB" in page.url
