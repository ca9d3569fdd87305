"""With a real browser, on one server: every page in light and dark, wide, on a tablet and on a phone shuts nobody out, does not spill
over its edge, complains of nothing in the console, and asks nothing of any other machine."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
import pytest

from tests.addresses import ADDRESSES
from tests.books import company
from tests.server.running import server
from tests.waiting import PATIENCE

pytestmark = pytest.mark.long
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
WIDTHS = {"wide": 1440, "phone": 375}
SCHEMES = ("light", "dark")
# The front end asks below each page where it is, before it asks at the root: a 404 that the browser writes into the console by itself.
PROBE = re.compile(r"/[\w-]+/_stcore/(health|host-config)$")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("look")
    company(folder / "own.duckdb").close()
    with server(folder) as started:
        yield started


@pytest.fixture(params=WIDTHS)
def page(browser, request):
    opened = browser.new_page(viewport={"width": WIDTHS[request.param], "height": 900})
    opened.set_default_timeout(PATIENCE * 1000)
    yield opened
    opened.close()


def settled(page, running, address: str) -> None:
    page.goto(f"{running.url}/{address}?company=own&account=A&as_of=2023-12-28")
    page.locator("h1").first.wait_for()
    page.locator("[data-testid=stSidebarNavItems]:not([role=group])").wait_for(state="detached")  # what the search puts right
    drawn(page)


def drawn(page) -> None:
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.wait_for_timeout(700)


def violations(page) -> list[str]:
    """What axe finds, one line each: the rule, and where."""
    page.evaluate(f"() => {{ if (!window.axe) {{ {AXE} }} }}")
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def spilt(page) -> dict[int, int]:
    """By how many pixels a page is wider than the window, by the widths at which it is looked at: on a wide screen also those of a tablet."""
    own, found = page.viewport_size["width"], {}
    for width in [own, *([768] if own > 768 else [])]:
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size({"width": own, "height": 900})
    return found


def test_every_page_shuts_nobody_out_and_keeps_to_itself(running, page):
    """Every other page comes in dark and is turned light, the others come in light and are turned dark, as the system's setting does it."""
    errors, asked, told = [], set(), []
    page.on("console", lambda said: said.type == "error" and not PROBE.search(said.location.get("url", "")) and errors.append(said.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.add(urlsplit(request.url).hostname))
    for number, address in enumerate(ADDRESSES):
        first, second = SCHEMES if number % 2 == 0 else SCHEMES[::-1]
        page.emulate_media(color_scheme=first)
        settled(page, running, address)
        grounds = set()
        for scheme in (first, second):
            if scheme == second:
                page.emulate_media(color_scheme=second)
                drawn(page)
            grounds.add(page.evaluate("() => getComputedStyle(document.querySelector('.stApp')).backgroundColor"))
            told += [f"{address or 'today'}, {scheme}: {one}" for one in violations(page)]
            told += [
                f"{address or 'today'}, {scheme}, at {width} px: {over} px over the edge" for width, over in spilt(page).items() if over > 0
            ]
        assert len(grounds) == len(SCHEMES), "it was looked at in both"
    assert not told + errors, "\n".join(told + errors)
    assert asked - {None, ""} == {"127.0.0.1"}
