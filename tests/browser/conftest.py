"""The system's Chromium, for as long as a file of tests needs it."""

import os
import shutil

import pytest

from tests.waiting import PATIENCE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
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


@pytest.fixture
def wide_page(reader):
    """A page of that person on a wide screen; what it leaves in the browser is gone after it."""
    opened = reader.new_page()
    opened.set_viewport_size({"width": 1440, "height": 900})
    yield opened
    opened.evaluate("() => localStorage.clear()")
    opened.close()
    reader.clear_cookies()
