"""With a real browser and by keyboard alone, from an empty store: a CSM's day on Today, and what their leader sees of it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.signing_in import provider, settings
from tests.browser.test_by_keyboard import drawn, reach
from tests.browser.test_sign_in import sign_in
from tests.server.running import Running, server
from tests.waiting import PATIENCE

pytestmark = pytest.mark.long
SIGNING_IN = (
    {"sub": "ann", "email": "ann@example.com", "name": "Ann Lee"},
    {"sub": "one", "email": "one@example.com", "name": "Ona One"},
    {"sub": "lead", "email": "lead@example.com", "name": "Lea Lead"},
)
# Of each account one seat is sold and used, which Today tells; Birch is somebody else's, of another team.
FILES = {
    "people": """email,name,role,team,manager
one@example.com,Ona One,csm,North,lead@example.com
lead@example.com,Lea Lead,manager,North,
two@example.com,Twan Two,csm,South,
""",
    "accounts": "account_id,name,owner\nA,Alder,one@example.com\nB,Birch,two@example.com\nC,Cedar,one@example.com\n",
    "contracts": "contract_id,account_id,product,starts_on,ends_on,amount,period,currency,seats\n"
    + "".join(f"{account},{account},Basic,2023-01-01,,{amount},1 month,USD,1\n" for account, amount in (("A", 100), ("B", 700), ("C", 50))),
    "usage_events": "account_id,user_id,event,occurred_at\n"
    + "".join(f"{account},u-{account},open,2023-12-{day:02d}T10:00:00Z\n" for account in "ABC" for day in range(1, 29)),
}
SEATS = "1 of 1 seats used"
Opens = Callable[[str], Page]


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[Running]:
    folder, place = tmp_path_factory.mktemp("day"), tmp_path_factory.mktemp("provider")
    with provider(place, people=SIGNING_IN) as address, server(folder, **settings(address)) as started:
        yield started


@pytest.fixture
def opens(browser: Browser, running: Running) -> Iterator[Opens]:
    """Today, signed in, in a browser of somebody's own."""
    contexts = []

    def of_person(who: str) -> Page:
        context = browser.new_context(viewport={"width": 1440, "height": 1400})
        context.set_default_timeout(PATIENCE * 1000)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"{running.url}/?company=own&as_of=2023-12-28")
        sign_in(page, who)
        page.get_by_role("link", name="Sign out").wait_for()
        drawn(page)
        return page

    yield of_person
    for context in contexts:
        context.close()


def brought_in(running: Running, folder: Path) -> None:
    for table, text in FILES.items():
        (folder / f"{table}.csv").write_text(text)
        done = running.command("import", folder / f"{table}.csv", "--table", table)
        assert done.returncode == 0, done.stdout + done.stderr


def press(page: Page, wanted) -> None:
    reach(page, wanted)
    page.keyboard.press("Enter")


def within_row(page: Page, account: str):
    return page.locator(f".st-key-row-{account}")


def closed(page: Page) -> None:
    page.get_by_role("dialog").wait_for(state="detached")
    drawn(page)


def test_from_an_empty_store_a_csm_does_the_day_and_the_leader_sees_it(running, opens, tmp_path):
    ann = opens("ann")
    expect(ann.get_by_role("link", name=re.compile("Import")).first).to_be_visible()
    expect(ann.get_by_text("Alder")).to_have_count(0)
    brought_in(running, tmp_path)

    page = opens("one")
    expect(page.get_by_text("2 accounts need somebody")).to_be_visible()  # Alder and Cedar; Birch is not hers
    expect(page.get_by_text("Birch")).to_have_count(0)

    alder, cedar = within_row(page, "A"), within_row(page, "C")
    press(page, alder.get_by_role("button", name="Log"))
    dialog = page.get_by_role("dialog")
    reach(page, dialog.get_by_label("What was said"))
    page.keyboard.type("They want five seats more")
    press(page, dialog.get_by_role("button", name="Save"))
    closed(page)

    press(page, alder.get_by_role("button", name="Task"))
    reach(page, dialog.get_by_label("What is to be done"))
    page.keyboard.type("Send the offer")
    press(page, dialog.get_by_role("button", name="Set it"))
    closed(page)
    task = page.locator("[class*=st-key-row-task-]", has_text="Send the offer")
    expect(task).to_have_count(1)
    expect(task).to_contain_text("Due in 7 days")  # a week ahead is proposed

    press(page, cedar.get_by_role("button", name="Put aside"))
    reach(page, dialog.get_by_label("Why"))
    page.keyboard.type("Nobody is there until spring")
    press(page, dialog.get_by_test_id("stFormSubmitButton").get_by_role("button", name="Put off"))
    closed(page)
    expect(page.get_by_text("1 account needs somebody")).to_be_visible()
    expect(page.get_by_text("1 put off")).to_be_visible()

    press(page, task.get_by_role("button", name="Done"))
    drawn(page)
    expect(page.get_by_text("Send the offer").first).to_be_visible()  # what was done today stays

    leader = opens("lead")
    expect(leader.get_by_text("1 account needs somebody")).to_be_visible()
    expect(leader.get_by_text("Birch")).to_have_count(0)
    press(leader, leader.locator("summary", has_text="The day in short"))
    press(leader, leader.get_by_role("button", name="Tasks done: 1"))
    expect(leader.get_by_role("dialog").get_by_text("Send the offer").first).to_be_visible()

    listed = running.command("report", "tasks", "--as-of", "2023-12-28", "--json")
    assert listed.stdout.count('"Send the offer"') == 1
    assert '"state": "done"' in listed.stdout.replace('":"', '": "')
