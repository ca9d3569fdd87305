"""With a real browser: files as teams keep them, dropped together, answered in few clicks, and the figures equal a sum by hand; and all of it
by keyboard alone, wide and on a phone."""

import io

import pytest
import xlsxwriter

from data.importing.run import import_file
from data.store.store import Store
from tests.server.running import server
from tests.waiting import PATIENCE

pytestmark = pytest.mark.long

COMPANIES = (
    "Record ID,Company name,Company owner,Create Date,Industry,Company Domain Name,Lifecycle Stage\n"
    "9001,Acme GmbH,Anna,2024-01-02 09:00,SOFTWARE,acme.example,Customer\n9002,Beta,Anna,2024-01-02 09:00,RETAIL,beta.example,Customer\n"
)
CALLS = "Date,Customer,Type,Notes,CSM\n2026-09-12,Acme GmbH,Call,talked,Anna\n2026-09-13,Beta,QBR,talked,Anna\n"
DEALS = '"Opportunity Name","Account Name","Stage","Close Date","Amount","Type"\n"Acme Renewal","Acme","Closed Won","9/1/2026","12,500.00","Renewal"\n'
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
# as Office writes a workbook with a password: a container that has it under this name
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
# 12,500.50 and 18,000.00 a year, the second one written as Germans write it
BOOK = (("Beta", "2026-01-01", "2026-12-31", 12500.5), ("Acme GmbH", "2026-02-01", "2027-01-31", "18.000,00 €"))
SUM = "€30.5K"  # 12,500.50 + 18,000.00 = 30,500.50

MOST_TABS = 200


def workbook() -> bytes:
    held = io.BytesIO()
    book = xlsxwriter.Workbook(held)
    sheet = book.add_worksheet("Contracts 2026")
    sheet.write(0, 0, "Contracts, internal")
    for at, row in enumerate((("Customer", "Start date", "End date", "Annual value"), *BOOK), start=2):
        sheet.write_row(at, 0, row)
    book.close()
    return held.getvalue()


def idle(page) -> None:
    page.locator("[data-test-script-state=notRunning]").wait_for()


def drop(page, files: dict[str, bytes]) -> None:
    kept = [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in files.items()]
    page.locator("input[type=file]").first.set_input_files(kept)


def test_files_dropped_together_are_planned_answered_and_taken(browser, tmp_path):
    Store.open(tmp_path / "own.duckdb").close()
    files = {
        "companies.csv": COMPANIES.encode(), "calls.csv": CALLS.encode(), "deals.csv": DEALS.encode(), "photo.png": PICTURE,
        "locked.xlsx": LOCKED, "contracts.xlsx": workbook(), "copy.csv": COMPANIES.encode(),
    }  # fmt: skip
    with server(tmp_path) as running:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{running.url}/import?company=own")
        drop(page, files)
        page.get_by_text("6 files: 2 ready, 1 waiting for an answer, 3 not usable").wait_for()
        page.get_by_text("The same file was dropped again as copy.csv: it counts once.").wait_for()
        page.get_by_text("These are deals or opportunities.").wait_for()
        page.get_by_text("The workbook is encrypted.").wait_for()
        page.reload()
        page.get_by_text("6 files: 2 ready, 1 waiting for an answer, 3 not usable").wait_for()
        idle(page)
        page.get_by_text("The last day that is paid for", exact=True).click()
        page.get_by_role("button", name="Import all 3 files that are ready").click()
        page.get_by_text("6 files: 3 not usable, 3 in").wait_for()
        page.get_by_role("link", name="Overview").first.click()
        page.get_by_text(SUM).first.wait_for()
        assert running.command("report", "arr", "--csv", tmp_path / "arr.csv").returncode == 0
        rows = [line.split(",") for line in (tmp_path / "arr.csv").read_text().splitlines()[1:]]
        assert {row[0]: float(row[2]) for row in rows} == {"9001": 18000.0, "9002": 12500.5}  # under the accounts whose very names they are
        page.close()


# what has the keyboard: its words, or those of the label around it; the page itself, which can be scrolled by keys, has none
FOCUSED = """(() => {
    const at = document.activeElement;
    return at.matches("a, button, input") ? [(at.closest("label") || at).innerText, at.ariaLabel].join(" ") : "";
})()"""
NEAR = 12  # keys between what is answered and what comes next; whoever is thrown back to the top of the page needs more
EVENTS = b"workspace,action,time\nAcme,open,2026-11-02 23:30:00\nAcme,share,2026-11-03 11:00:00\n"


def press_until(page, told: str, key: str = "Tab", most: int = MOST_TABS) -> None:
    """Press Tab, or another key, until what has these words has the keyboard."""
    for _ in range(most):
        page.keyboard.press(key)
        if told in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"{most} times {key} do not reach {told!r}.")


def bring_by_keyboard(page, name: str, content: bytes) -> None:
    page.on("filechooser", lambda chosen: chosen.set_files([{"name": name, "mimeType": "application/octet-stream", "buffer": content}]))
    page.wait_for_timeout(500)  # Playwright takes a moment before it hears of a chooser
    press_until(page, "Upload")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [1400, 375])
def test_a_file_is_brought_answered_imported_and_matched_by_keyboard_alone(browser, tmp_path, width):
    """Tab, arrows, Enter and Space; nothing is clicked, and nothing is given the keyboard otherwise."""
    store = Store.open(tmp_path / "own.duckdb")
    (tmp_path / "accounts.csv").write_bytes(b"account_id,name\n9001,Acme GmbH\n9002,Beta\n")
    import_file(store, tmp_path / "accounts.csv")
    store.close()
    with server(tmp_path) as running:
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{running.url}/import?company=own")
        page.get_by_text("Drop exports here").wait_for()
        idle(page)
        bring_by_keyboard(page, "events.csv", EVENTS)
        page.get_by_text("which name no time zone").wait_for()
        idle(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        answer_the_zone(page)
        press_until(page, "Import the file that is ready", "Shift+Tab", NEAR)
        page.keyboard.press("Enter")
        page.get_by_text("2 new, 2 then waiting for an account").first.wait_for()
        idle(page)
        press_until(page, "Match the 1 that just one account fits")
        page.keyboard.press("Enter")
        page.get_by_text("1 saved as import 3").wait_for()
        page.close()
    store = Store.open(tmp_path / "own.duckdb")
    assert store.imports().sort("batch")["table"].to_list() == ["accounts", "usage_events", "account_aliases"]
    store.close()


def answer_the_zone(page) -> None:
    """A zone that is not among the likely ones: the last of the choices, and then the list, in which it is typed."""
    press_until(page, "UTC", most=NEAR)
    press_until(page, "Another one", "ArrowRight", most=NEAR)
    page.keyboard.press("Space")
    page.get_by_role("combobox", name="Time zone").nth(1).wait_for()  # the options of the file, below, have one too
    idle(page)
    press_until(page, "Time zone", most=NEAR)
    page.keyboard.type("Europe/Berlin")
    page.get_by_role("option", name="Europe/Berlin").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Time zone: Europe/Berlin").wait_for()
    page.get_by_role("button", name="Import the file that is ready").wait_for()
    idle(page)
