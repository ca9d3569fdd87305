"""With real browsers: what an administrator changes on the page of people holds for somebody else, signed in elsewhere, at the next click."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.books import company
from tests.browser.signing_in import provider, settings
from tests.browser.test_sign_in import sent_to, sign_in
from tests.server.running import Running, server
from tests.server.team import bearer, people
from tests.waiting import PATIENCE

pytestmark = pytest.mark.long
SIGNING_IN = (
    {"sub": "ann", "email": "ann@example.com", "name": "Ann Lee"},
    {"sub": "one", "email": "one@example.com", "name": "Ona One"},
    {"sub": "pat", "email": "pat@example.com", "name": "Pat Poe"},
)
PEOPLE = """email,name,role,team
one@example.com,Ona One,csm,North
two@example.com,Twan Two,csm,South
pat@example.com,Pat Poe,analyst,North
"""
NAMES = (b"Alder", b"Birch", b"Cedar")  # of the accounts
OUT = "no role here"
DAY = "company=own&as_of=2023-12-28"
Opens = Callable[[str, str], Page]


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Running]:
    folder, place = tmp_path_factory.mktemp("people"), tmp_path_factory.mktemp("provider")
    store = company(folder / "own.duckdb")
    people(store, PEOPLE)
    store.close()
    with provider(place, people=SIGNING_IN) as address, server(folder, **settings(address)) as started:
        yield started


@pytest.fixture(scope="module")
def signed_in(browser: Browser) -> Iterator[Callable[[str], BrowserContext]]:
    """A browser of somebody's own, in which they stay signed in from one test to the next."""
    contexts: dict[str, BrowserContext] = {}

    def of_person(who: str) -> BrowserContext:
        if who not in contexts:
            contexts[who] = browser.new_context(viewport={"width": 1440, "height": 1200})
            contexts[who].set_default_timeout(PATIENCE * 1000)
        return contexts[who]

    yield of_person
    for context in contexts.values():
        context.close()


@pytest.fixture
def opens(signed_in: Callable[[str], BrowserContext], running: Running) -> Iterator[Opens]:
    """A page, signed in, in a browser of somebody's own."""
    pages = []

    def of_person(who: str, path: str) -> Page:
        pages.append(page := signed_in(who).new_page())
        page.goto(f"{running.url}/{path}{'&' if '?' in path else '?'}{DAY}")
        out = page.get_by_role("link", name="Sign out")
        out.or_(page.get_by_role("button", name="Sign in")).wait_for()
        if not out.count():
            sign_in(page, who)
        out.wait_for()
        expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1)  # a click on what is drawn anew goes nowhere
        return page

    yield of_person
    for page in pages:
        page.close()


def opens_person(opens: Opens, email: str) -> Page:
    """The administrator's page with a person chosen. The list of people may be drawn after the buttons below it, which until then are
    those of a person whom the browser does not know as chosen."""
    page = opens("ann", f"people?person={email}")
    expect(page.get_by_role("combobox", name="Open a person")).to_have_value(re.compile(re.escape(email)))
    return page


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name, exact=True).first).to_be_visible()


def click(page: Page, name: str, within: Page | Locator | None = None) -> None:
    (within or page).get_by_role("button", name=name, exact=True).first.click()


def follow(page: Page, name: str) -> None:
    """A click in the navigation."""
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=name, exact=True).click()


def saved(page: Page) -> None:
    """The change is told as made, and what is drawn afterwards is there."""
    expect(page.get_by_text("Saved as import").first).to_be_visible()
    expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1)


def give_role(page: Page, form: Locator, title: str) -> None:
    """Choose one more role in the form of a person, and leave the list of them."""
    form.get_by_role("combobox", name=re.compile("Roles")).click()
    page.get_by_role("option", name=title).click()
    page.keyboard.press("Tab")
    expect(page.get_by_role("option")).to_have_count(0)


def status(page: Page, running: Running, path: str) -> int:
    return page.context.request.get(f"{running.url}/api/{path}").status


def test_who_is_disabled_is_out_at_the_next_click_and_in_again_once_let_in(opens, running):
    other = opens("one", "accounts")
    heading(other, "Accounts")
    expect(other.get_by_text("Alder").first).to_be_attached()
    admin = opens_person(opens, "one@example.com")
    click(admin, "Disable")
    saved(admin)
    heard = sent_to(other)
    del heard[:]
    before = len(heard)
    follow(other, "Renewals")
    expect(other.get_by_text("You may not sign in here any more")).to_be_visible()
    assert not [name for name in NAMES if name in b"".join(heard[before:])]
    assert status(other, running, "reports/arr?company=own") == 403
    other.goto(f"{running.url}/account?{DAY}&account=A")
    expect(other.get_by_text("You may not sign in here any more")).to_be_visible()
    assert not [name for name in NAMES if name in b"".join(heard)]

    click(admin, "Let in again")
    expect(admin.get_by_role("button", name="Disable", exact=True)).to_be_visible()
    other.goto(f"{running.url}/accounts?{DAY}")
    heading(other, "Accounts")
    assert status(other, running, "reports/arr?company=own") == 200


def test_a_role_that_is_changed_holds_at_the_next_click(opens, running):
    other = opens("pat", "import")
    heading(other, "Import")
    admin = opens_person(opens, "pat@example.com")
    click(admin, "Change")
    form = admin.get_by_role("dialog")
    form.get_by_role("button", name="Remove Analyst").or_(form.get_by_role("button", name=re.compile("Clear all|Delete"))).first.click()
    give_role(admin, form, "Viewer")
    click(admin, "Save", form)
    saved(admin)

    follow(other, "Matching")
    heading(other, "This page is not open to you")
    expect(other.get_by_test_id("stSidebarNav").get_by_role("link", name="Import", exact=True)).to_have_count(0)
    follow(other, "Accounts")
    heading(other, "Accounts")
    assert status(other, running, "imports?company=own") == 403

    click(admin, "Undo")  # of the last change, below the list
    expect(admin.get_by_role("button", name="Redo", exact=True).first).to_be_visible()
    other.goto(f"{running.url}/import?{DAY}")
    heading(other, "Import")


def test_a_right_taken_from_a_role_is_gone_for_who_has_it_and_back_with_the_roles_that_came_with_the_product(opens, running):
    other = opens("pat", "accounts")
    admin = opens("ann", "people?part=roles&role=analyst")
    click(admin, "Change this role")
    form = admin.get_by_role("dialog")
    group = form.get_by_test_id("stButtonGroup").filter(has_text=re.compile("^Imports"))
    group.get_by_role("button", name="View", exact=True).click()
    expect(form.get_by_text("Pat Poe").first).to_be_visible()
    expect(form.get_by_text("loses Imports (view)").first).to_be_visible()
    click(admin, "Put in force", form)
    expect(admin.get_by_text("The roles are in force.").first).to_be_visible()
    follow(other, "Import")
    heading(other, "This page is not open to you")

    admin.get_by_text("The roles as a file").click()
    click(admin, "The roles that come with the product")
    expect(admin.get_by_role("dialog").get_by_text("gains Imports (view)").first).to_be_visible()
    click(admin, "Put in force", admin.get_by_role("dialog"))
    expect(admin.get_by_role("dialog")).to_have_count(0)
    other.goto(f"{running.url}/import?{DAY}")
    heading(other, "Import")


def test_accounts_that_are_lent_are_there_until_the_cover_ends(opens, running):
    other = opens("one", "account?account=B")
    expect(other.get_by_text("not among those that you see").first).to_be_visible()
    admin = opens("ann", "people?part=cover")
    for label, name in (("Whose accounts", "Twan Two"), ("Lent to", "Ona One")):
        admin.get_by_role("combobox", name=re.compile(label)).click()
        admin.get_by_role("option", name=name).click()
    click(admin, "Lend them")
    saved(admin)
    other.goto(f"{running.url}/account?{DAY}&account=B")
    heading(other, "Birch")

    click(admin, "End it")
    expect(admin.get_by_role("button", name="End it", exact=True)).to_have_count(0)
    other.goto(f"{running.url}/account?{DAY}&account=B")
    expect(other.get_by_text("not among those that you see").first).to_be_visible()


def test_a_person_who_is_added_is_in_and_once_removed_is_out(opens, signed_in, running):
    admin = opens_person(opens, "pat@example.com")
    click(admin, "Remove")
    expect(admin.get_by_role("dialog").get_by_text("gone from the list")).to_be_visible()
    click(admin, "Remove", admin.get_by_role("dialog"))
    saved(admin)
    signed_in("pat").clear_cookies()  # signs in anew
    other = opens("pat", "accounts")
    expect(other.get_by_text("You may not sign in here any more")).to_be_visible()

    click(admin, "Add a person")
    form = admin.get_by_role("dialog")
    form.get_by_role("textbox", name="E-mail").fill("pat@example.com")
    form.get_by_role("textbox", name="Name").fill("Pat Poe")
    give_role(admin, form, "Analyst")
    click(admin, "Save", form)
    expect(admin.get_by_role("dialog")).to_have_count(0)
    other.goto(f"{running.url}/accounts?{DAY}")
    heading(other, "Accounts")


def token_of(page: Page, name: str) -> str:
    """Make a token that reads revenue, on the page of one's own access, opened anew."""
    page.reload()
    page.get_by_role("textbox", name="Name").wait_for()
    expect(page.locator("[data-test-script-state=notRunning]")).to_have_count(1)
    page.get_by_role("textbox", name="Name").fill(name)
    page.get_by_test_id("stForm").get_by_text("Revenue: ARR, renewals, retention, closes").click()
    click(page, "Make a token")
    shown = page.get_by_text(re.compile(r"^hf_\S+$")).first
    expect(shown).to_be_visible()
    return shown.inner_text().strip()


def test_a_token_is_shown_once_works_and_counts_for_nothing_once_revoked(opens, browser, running):
    other = opens("pat", "my-access")
    tokens = [token_of(other, "nightly"), token_of(other, "weekly")]
    asked = f"{running.url}/api/reports/arr?company=own"
    alone = browser.new_context()  # without a sign-in
    assert [alone.request.get(asked, headers=bearer(one)).status for one in tokens] == [200, 200]
    other.reload()
    heading(other, "My access")
    expect(other.get_by_text("nightly").first).to_be_visible()
    assert not [one for one in tokens if one in other.content()]

    row = other.locator("[class*=st-key-row-token]").filter(has_text="nightly")
    row.get_by_role("button", name="Revoke").click()
    expect(row.get_by_text(re.compile("revoked on .* by pat@example.com"))).to_be_visible()
    admin = opens("ann", "my-access")
    row = admin.locator("[class*=st-key-row-token]").filter(has_text="weekly")
    row.get_by_role("button", name="Revoke").click()
    expect(row.get_by_text(re.compile("revoked on .* by ann@example.com"))).to_be_visible()
    assert [alone.request.get(asked, headers=bearer(one)).status for one in tokens] == [401, 401]
    alone.close()
