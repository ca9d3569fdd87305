"""With a real browser: the server is killed under an open page and started again. People see what happened, and lose nothing that they typed."""

import os
import signal

import pytest
from playwright.sync_api import expect

from tests.books import company
from tests.server.running import server

pytestmark = pytest.mark.long
TYPED = "They want <b>the export</b> by March"
LOST, ANEW = "No connection to the server.", "The connection was lost, and this page was loaded anew. You had typed:"


@pytest.fixture
def folder(tmp_path):
    company(tmp_path / "own.duckdb").close()
    return tmp_path


def stands(page) -> None:
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.get_by_label("What was discussed").wait_for()


def test_what_was_typed_is_put_back_once_the_server_is_there_again(folder, wide_page):
    page, told = wide_page, wide_page.locator("#holdfast-away")
    with server(folder) as first:
        page.goto(f"{first.url}/design?company=own")
        stands(page)
        page.get_by_label("What was discussed").click()
        page.keyboard.type(TYPED)
        os.kill(first.pid, signal.SIGKILL)
        expect(told).to_contain_text(LOST)
        expect(page.get_by_label("What was discussed")).to_have_value(TYPED)
    with server(folder, port=first.port):
        expect(told).to_contain_text(ANEW)
        expect(told).to_contain_text(TYPED)
        expect(page.get_by_text("Connection error")).to_have_count(0)
        stands(page)
        expect(page.get_by_label("What was discussed")).to_have_value("")
        page.get_by_role("button", name="Put it back").click()
        expect(page.get_by_label("What was discussed")).to_have_value(TYPED)
        page.get_by_role("button", name="No longer needed").click()
        page.reload()
        stands(page)
        expect(told).to_have_count(0)


def test_a_connection_that_is_lost_for_a_moment_leaves_the_page_as_it_was(folder, wide_page):
    page, told = wide_page, wide_page.locator("#holdfast-away")
    with server(folder) as running:
        page.goto(f"{running.url}/design?company=own")
        stands(page)
        page.evaluate("() => { window.stayed = true }")
        page.get_by_label("What was discussed").click()
        page.keyboard.type(TYPED)
        page.evaluate(
            "() => { const app = document.querySelector('[data-testid=stApp]'); app.setAttribute('data-test-connection-state', 'CONNECTING') }"
        )
        expect(told).to_contain_text(LOST)
        page.evaluate(
            "() => { const app = document.querySelector('[data-testid=stApp]'); app.setAttribute('data-test-connection-state', 'CONNECTED') }"
        )
        expect(told).to_have_count(0)
        expect(page.get_by_label("What was discussed")).to_have_value(TYPED)
        assert page.evaluate("() => window.stayed")
