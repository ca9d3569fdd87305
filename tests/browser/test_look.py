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
LOOKS = {"wide": (1440, "light"), "dark": (1440, "dark"), "phone": (375, "light"), "dark-phone": (375, "dark")}
# The front end asks below each page where it is, before it asks at the root: a 404 that the browser writes into the console by itself.
PROBE = re.compile(r"/[\w-]+/_stcore/(health|host-config)$")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("look")
    company(folder / "own.duckdb").close()
    with server(folder) as started:
        yield started


@pytest.fixture(params=LOOKS)
def page(browser, request):
    width, scheme = LOOKS[request.param]
    opened = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    opened.set_default_timeout(PATIENCE * 1000)
    yield opened
    opened.close()


def settled(page, running, address: str) -> None:
    page.goto(f"{running.url}/{address}?company=own&account=A&as_of=2023-12-28")
    page.locator("h1").first.wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.locator("[data-testid=stSidebarNavItems]:not([role=group])").wait_for(state="detached")  # what the search puts right
    page.wait_for_timeout(700)


def violations(page) -> list[str]:
    """What axe finds, one line each: the rule, and where."""
    page.evaluate(f"() => {{ {AXE} }}")
    found = page.evaluate("rules => axe.run(document, rules)", RULES)["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def test_every_page_shuts_nobody_out_and_keeps_to_itself(running, page):
    errors, asked = [], set()
    page.on("console", lambda said: said.type == "error" and not PROBE.search(said.location.get("url", "")) and errors.append(said.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.add(urlsplit(request.url).hostname))
    spilt, shut = {}, {}
    for address in ADDRESSES:
        settled(page, running, address)
        shut[address or "today"] = violations(page)
        for width in [page.viewport_size["width"], *([768] if page.viewport_size["width"] > 768 else [])]:
            page.set_viewport_size({"width": width, "height": 900})
            spilt[address or "today", width] = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        page.set_viewport_size({"width": 1440 if width > 400 else 375, "height": 900})
    told = [f"{name} {one}" for name, found in shut.items() for one in found]
    told += [f"{name} at {width} px: {over} px over the edge" for (name, width), over in spilt.items() if over > 0]
    assert not told + errors, "\n".join(told + errors)
    assert asked - {None, ""} == {"127.0.0.1"}
