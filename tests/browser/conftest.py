"""The system's Chromium, for as long as a file of tests needs it."""

import os
import shutil

import pytest

from tests.waiting import PATIENCE

# The first of these that is there: the one without a window draws the same pages with half of the processor.
CHROMIUM = next(filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser"))), None)
# evil.example is a name on this machine, as a page of somebody else has it once its name points here
RULES = "--host-resolver-rules=MAP evil.example 127.0.0.1"


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM and not os.environ.get("CI"):
        pytest.skip("no chromium on this machine: the browser test is left out")
    assert CHROMIUM, "CI must have chromium: the browser test is part of what it holds"
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", RULES])
        yield opened
        opened.close()


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
