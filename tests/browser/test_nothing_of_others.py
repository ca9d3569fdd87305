"""Two people of two teams at one server: nothing of what it sends to the browser of one is of the other's accounts."""

import os
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.access.company import company, word, words_in
from tests.access.matrix import BESIDE, SEEN
from tests.access.persons import bring_in, roles_in_every_scope
from tests.addresses import ADDRESSES
from tests.browser.signing_in import provider, settings
from tests.server.running import server
from tests.waiting import PATIENCE

pytestmark = pytest.mark.long
VISITS = int(os.environ.get("HOLDFAST_VISITS", "60"))
PEOPLE = tuple(
    {"sub": sub, "email": f"{email}@example.com", "name": sub} for sub, email in (("north", "manager-team"), ("south", word("cat")))
)
THEIRS = {"north": SEEN["team"] | BESIDE["team"], "south": {"c1", "c2", "c3", "c4", "m1", "cat", "south", "all", "author"}}
OWN = {"north": "a1", "south": "c1"}
PAGES = [*(one for one in ADDRESSES if one not in ("design", "self-check")), "my-access"]
FILES = (
    "reports/accounts",
    "reports/accounts?format=csv",
    "reports/arr?level=parent",
    "reports/quality",
    "reports/contacts?format=csv",
    "imports",
)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("teams")
    (folder / "roles.toml").write_text(roles_in_every_scope())
    opened = company(folder / "own.duckdb")
    bring_in(opened)
    opened.close()
    place, given = tmp_path_factory.mktemp("provider"), {"HOLDFAST_ROLES": str(folder / "roles.toml"), "HOLDFAST_ADMINISTRATORS": ""}
    with provider(place, people=PEOPLE) as address, server(folder, **settings(address, **given)) as started:
        yield started


class Somebody:
    """A browser of one person; `heard` is all that was sent to it, over sockets and as answers."""

    def __init__(self, browser, url: str, name: str) -> None:
        self.name, self.url, self.heard = name, url, bytearray()
        self.context = browser.new_context()
        self.context.set_default_timeout(PATIENCE * 1000)
        self.page = self.context.new_page()
        self.page.on("websocket", lambda socket: socket.on("framereceived", self._hear))
        self.page.on("response", self._answered)
        self.page.goto(f"{url}/?company=own")
        self.page.get_by_role("button", name="Sign in").click()
        self.page.get_by_role("button", name=re.compile(rf"^{name}\b")).first.click()
        self.page.get_by_role("link", name="Sign out").wait_for()

    def _hear(self, frame: bytes | str) -> None:
        self.heard += frame if isinstance(frame, bytes) else frame.encode()

    def _answered(self, response) -> None:
        if response.request.resource_type in ("fetch", "xhr", "document"):
            try:
                self._hear(response.body())
            except Exception:  # of a request that the next page ended
                return

    def visits(self, path: str) -> None:
        mark = "&" if "?" in path else "?"
        self.page.goto(f"{self.url}/{path}{mark}company=own&as_of=2026-10-31&account={word(OWN[self.name])}-id")
        expect(self.page.locator("h1").first).to_be_visible()
        expect(self.page.locator("[data-test-script-state='notRunning']")).to_have_count(1)

    def takes(self, path: str) -> None:
        self._hear(self.context.request.get(f"{self.url}/api/{path}{'&' if '?' in path else '?'}company=own&as_of=2026-10-31").body())

    def foreign(self) -> set[str]:
        return words_in(self.heard.decode("utf-8", "ignore")) - THEIRS[self.name]


def alternating(people: list[Somebody], count: int, go: Callable[[Somebody, int], None]) -> dict[str, set[str]]:
    """Whose words reached somebody that are not theirs, after so many visits by turns."""
    for at in range(count):
        go(people[at % 2], at // 2)
    return {one.name: one.foreign() for one in people}


def test_nothing_of_one_team_reaches_a_browser_of_the_other(running, browser):
    people = [Somebody(browser, running.url, name) for name in OWN]
    assert alternating(people, VISITS, lambda one, at: one.visits(PAGES[at % len(PAGES)])) == {"north": set(), "south": set()}
    assert alternating(people, 2 * len(FILES), lambda one, at: one.takes(FILES[at])) == {"north": set(), "south": set()}
    for one in people:
        assert OWN[one.name] in words_in(one.heard.decode("utf-8", "ignore")), "their own words are heard, so that others' would be"
        one.page.goto(f"{running.url}/account?company=own&account={word(OWN['south' if one.name == 'north' else 'north'])}-id")
        expect(one.page.get_by_text("not among those that you see")).to_be_visible()
        one.context.close()
