"""The system's Chromium, for as long as a file of tests needs it."""

import os
import shutil

import pytest

from tests.waiting import PATIENCE

# The first of these that is there: the one without a window draws the same pages with half of the processor.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
# evil.example is a name on this machine, as a page of somebody else has it once its name points here
RULES = "--host-resolver-rules=MAP evil.example 127.0.0.1"
# What a page fetches and runs ahead once its reader rests, all that draws charts, takes longer than most pages themselves. It is part of the
# pages of files that look at every page (`READ_AHEAD = True`); elsewhere charts' code comes when a page has a chart.
NOT_AHEAD = "window.requestIdleCallback = () => 0"


@pytest.fixture(scope="module")
def browser(request):
    if not CHROMIUM and not os.environ.get("CI"):
        pytest.skip("no chromium on this machine: the browser test is left out")
    assert CHROMIUM, "CI must have chromium: the browser test is part of what it holds"
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", RULES])
        if not getattr(request.module, "READ_AHEAD", False):
            _without_what_comes_ahead(opened)
        yield opened
        opened.close()


def _without_what_comes_ahead(browser) -> None:
    """All that is opened in this browser is."""

    def opens(make):
        def opened(**given):
            one = make(**given)
            one.add_init_script(NOT_AHEAD)
            return one

        return opened

    browser.new_context, browser.new_page = opens(browser.new_context), opens(browser.new_page)


@pytest.fixture(scope="module")
def reader(browser):
    """One person's browser, which loads the program once for all pages that a file of tests opens."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE * 1000)
    yield context
    context.close()


@pytest.fixture(scope="module")
def _one_page(reader):
    return reader.new_page()


@pytest.fixture
def wide_page(reader, _one_page):
    """A page of that person on a wide screen; what it leaves in the browser is gone after it. It is one for a file of tests, which each
    begin at an address of their own: a new one would read and compile all of the program again."""
    _one_page.set_viewport_size({"width": 1440, "height": 900})
    yield _one_page
    _one_page.evaluate("() => (localStorage.clear(), sessionStorage.clear())")
    _one_page.goto("about:blank")
    reader.clear_cookies()
