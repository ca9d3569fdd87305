"""With a real browser, on one server: every page in light and dark, wide, on a tablet and on a phone shuts nobody out, does not spill
over its edge, complains of nothing in the console, and asks nothing of any other machine.

A page is loaded once; then the scheme is switched as the system's setting does it, and the window made as narrow as a phone."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
import pytest

from tests.addresses import ADDRESSES
from tests.books import company
from tests.server.running import server
from tests.waiting import PATIENCE

pytestmark = pytest.mark.long
READ_AHEAD = True
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
WIDE, TABLET, PHONE = 1440, 768, 375
SCHEMES = ("light", "dark")
# The front end asks below each page where it is, before it asks at the root: a 404 that the browser writes into the console by itself.
PROBE = re.compile(r"/[\w-]+/_stcore/(health|host-config)$")
TAGS = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}}
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""The rules of these that ask about colours."""
MADE_OF = """() => [...document.querySelectorAll('*')].map(one => {
    const {x, y, width, height} = one.getBoundingClientRect(), said = [...one.attributes].filter(of => !of.name.match(/^(class|style|color|fill|stroke)$/));
    return [one.tagName, ...said.map(of => of.name + '=' + of.value), x, y, width, height, one.checkVisibility({visibilityProperty: true}),
        ...[...one.childNodes].filter(of => of.nodeType === Node.TEXT_NODE && one.tagName !== 'STYLE').map(of => of.data)].join('|')
}).join('\\n')"""


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("look")
    company(folder / "own.duckdb").close()
    with server(folder) as started:
        yield started


@pytest.fixture
def page(browser):
    opened = browser.new_page(viewport={"width": WIDE, "height": 900})
    opened.set_default_timeout(PATIENCE * 1000)
    yield opened
    opened.close()


def settled(page, running, address: str) -> None:
    page.goto(f"{running.url}/{address}?company=own&account=A&as_of=2023-12-28")
    page.locator("h1").first.wait_for()
    page.locator("[data-testid=stSidebarNavItems]:not([role=group])").wait_for(state="detached")  # what the search puts right
    drawn(page)
    page.evaluate(AXE)


def drawn(page) -> None:
    """Wait until nothing runs, also after what has changed has been drawn: what knows its width only then may run once more."""
    ready = page.locator("[data-test-script-state=notRunning]")
    while True:
        ready.wait_for()
        page.wait_for_timeout(700)
        if ready.count():
            return


def violations(page, rules: dict) -> list[str]:
    """What axe finds, one line each: the rule, and where."""
    found = page.evaluate("rules => axe.run(document, rules)", rules)["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


def spilt(page) -> dict[int, int]:
    """By how many pixels a page is wider than the window, by the widths at which it is looked at: on a wide screen also those of a tablet."""
    own, found = page.viewport_size["width"], {}
    for width in [own, *([TABLET] if own > TABLET else [])]:
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size({"width": own, "height": 900})
    return found


def looks(page, first: str, second: str) -> Iterator[tuple[str, list[str]]]:
    """How a page looks in both schemes, wide and then on a phone, and what axe finds. Where nothing but colours is another than in the
    scheme before, not the place of anything either, nothing but what asks about colours can be answered otherwise."""
    for width, schemes in ((WIDE, (first, second)), (PHONE, (second, first))):
        page.set_viewport_size({"width": width, "height": 900})
        before = None
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme)
            drawn(page)
            made_of = page.evaluate(MADE_OF)
            yield scheme, violations(page, COLOURS if made_of == before else TAGS)
            before = made_of


def ground(page) -> str:
    return page.evaluate("() => getComputedStyle(document.querySelector('.stApp')).backgroundColor")


@pytest.mark.parametrize("half", (0, 1))
def test_every_page_shuts_nobody_out_and_keeps_to_itself(running, page, half):
    """Every other page comes in dark and is turned light, the others come in light and are turned dark."""
    errors, asked, told = [], set(), []
    page.on("console", lambda said: said.type == "error" and not PROBE.search(said.location.get("url", "")) and errors.append(said.text))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: asked.add(urlsplit(request.url).hostname))
    for address in ADDRESSES[half::2]:
        first, second = SCHEMES if half == 0 else SCHEMES[::-1]
        page.set_viewport_size({"width": WIDE, "height": 900})
        page.emulate_media(color_scheme=first)
        settled(page, running, address)
        grounds = set()
        for scheme, found in looks(page, first, second):
            grounds.add((page.viewport_size["width"], ground(page)))
            where = f"{address or 'today'}, {scheme}, {page.viewport_size['width']} px"
            told += [f"{where}: {one}" for one in found]
            told += [f"{where}, at {width} px: {over} px over the edge" for width, over in spilt(page).items() if over > 0]
        assert len(grounds) == 2 * len(SCHEMES), "it was looked at in both, wide and narrow"
    assert not told + errors, "\n".join(told + errors)
    assert asked - {None, ""} == {"127.0.0.1"}
