"""With a real browser: files as teams keep them, dropped together, answered in few clicks, and the figures equal a sum by hand."""

import io

import pytest
import xlsxwriter

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


def tab_to(page, told: str) -> None:
    """Press Tab until what has these words has the keyboard."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if told in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"The keyboard never reaches {told!r}.")


def bring_by_keyboard(page, name: str, content: bytes) -> None:
    tab_to(page, "Upload")
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Enter")
    chosen.value.set_files([{"name": name, "mimeType": "application/octet-stream", "buffer": content}])


def test_a_file_is_brought_answered_and_imported_by_keyboard_alone(browser, tmp_path):
    """Tab, Enter and Space; nothing is clicked."""
    Store.open(tmp_path / "own.duckdb").close()
    with server(tmp_path) as running:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{running.url}/import?company=own")
        idle(page)
        bring_by_keyboard(page, "contracts.xlsx", workbook())
        page.get_by_text("A contract ends on").first.wait_for()
        idle(page)
        tab_to(page, "The last day that is paid for")
        page.keyboard.press("Space")
        _import_by_keyboard(page, "Import 2 rows", "It is in. contracts.xlsx: batch 1")
        page.close()


def _import_by_keyboard(page, label: str, told: str) -> None:
    page.get_by_role("button", name=label).wait_for()
    idle(page)
    tab_to(page, label)
    page.keyboard.press("Enter")
    page.get_by_text(told).first.wait_for()
    assert page.get_by_text(told).first.is_visible()


def test_a_file_is_answered_and_imported_by_keyboard_on_a_phone(browser, tmp_path):
    Store.open(tmp_path / "own.duckdb").close()
    with server(tmp_path) as running:
        page = browser.new_page(viewport={"width": 375, "height": 800})
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{running.url}/import?company=own")
        drop(page, {"contracts.xlsx": workbook()})
        page.get_by_text("A contract ends on").first.wait_for()
        idle(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.get_by_role("radio", name="The last day that is paid for").focus()
        page.keyboard.press("Space")
        go = page.get_by_role("button", name="Import 2 rows")
        go.wait_for()
        idle(page)
        go.focus()
        page.keyboard.press("Enter")
        page.get_by_text("It is in. contracts.xlsx: batch 1").wait_for()
        page.close()
