"""With a real browser: names of every kind and too much of everything are laid out without breaking the page, wide and narrow."""

import pytest

from tests.odd_company import odd_company
from tests.server.running import server

pytestmark = pytest.mark.long

PAGES = (
    "",
    "accounts",
    "account?account=LONG",
    "account?account=UNBROKEN",
    "account?account=MANY",
    "renewals",
    "revenue",
    "import",
    "closes",
)
SCHEMES = [("light", "dark"), ("dark", "light")]
GROUND = "() => getComputedStyle(document.querySelector('.stApp')).backgroundColor"
TOO_WIDE = """() => [...document.querySelectorAll('[data-testid=stMain]')].map(one => one.scrollWidth - one.clientWidth)
    .concat(document.documentElement.scrollWidth - document.documentElement.clientWidth)"""


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("odd")
    odd_company(folder / "own.duckdb").close()
    with server(folder) as started:
        yield started


@pytest.mark.parametrize(("width", "schemes"), [(width, schemes) for width in (1440, 375) for schemes in SCHEMES])
def test_nothing_is_wider_than_the_page(running, reader, width, schemes):
    """Every other page is loaded in light and turned dark, the others the other way round."""
    page = reader.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    alerts = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    for path in PAGES[SCHEMES.index(schemes) :: 2]:
        page.emulate_media(color_scheme=schemes[0])
        page.goto(f"{running.url}/{path}{'&' if '?' in path else '?'}company=own&as_of=2026-06-30")
        page.get_by_role("heading", level=1).wait_for()
        fits(page, path)
        before = page.evaluate(GROUND)
        page.emulate_media(color_scheme=schemes[1])
        page.wait_for_function(f"before => ({GROUND})() !== before", arg=before)
        fits(page, path)
    assert not alerts
    page.close()


def fits(page, path: str) -> None:
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.wait_for_function(f"Math.max(...({TOO_WIDE})()) <= 0")  # once all is drawn: a table becomes cards when it knows its width
    assert page.locator(".st-key-head h1").bounding_box()["height"] <= 56, path
