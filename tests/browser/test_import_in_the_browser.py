"""With a real browser and a real server: files in through the page, ARR on the page, and back out; names matched by a tick."""

import contextlib
import re

import pytest

from data.importing.run import import_file
from data.store.store import Store
from tests.server.running import server
from tests.waiting import PATIENCE

pytestmark = pytest.mark.long

ACCOUNTS = b"account_id,name\nA,Alder\nB,Birch\n"
CONTRACTS = b"contract_id,account_id,product,starts_on,amount,period,currency\n1,A,Basic,2024-01-01,100,1 month,USD\n2,B,Suite,2024-01-01,900,1 month,USD\n"


def drop(page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").first.set_input_files([{"name": name, "mimeType": "text/csv", "buffer": content}])


def tick_all(page) -> None:
    """Click the box above all rows of the first table, once the page has run and the table is drawn, until the rows say that they are chosen."""
    from playwright.sync_api import TimeoutError

    page.locator("[data-test-script-state=notRunning]").wait_for()
    table = page.get_by_test_id("stDataFrame").first
    table.locator("[role=gridcell]").first.wait_for(state="attached")
    chosen = table.locator("tr[aria-selected=true]").first
    while not chosen.count():
        box = table.bounding_box()
        page.mouse.click(box["x"] + 17, box["y"] + 17)
        with contextlib.suppress(TimeoutError):
            chosen.wait_for(state="attached", timeout=20_000)


def test_files_go_in_through_the_page_and_come_out_again(browser, tmp_path):
    Store.open(tmp_path / "own.duckdb").close()
    with server(tmp_path) as running:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        refused, foreign = [], []
        page.on("console", lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None)
        page.on("request", lambda request: foreign.append(request.url) if running.url.split("//")[1] not in request.url else None)
        answer = page.goto(f"{running.url}/import?company=own")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        drop(page, "accounts.csv", ACCOUNTS)
        page.get_by_role("button", name="Import 2 rows").click()
        page.get_by_text("It is in: batch 1").wait_for()
        page.goto(f"{running.url}/import?company=own")
        drop(page, "contracts.csv", CONTRACTS)
        page.get_by_role("button", name="Import 2 rows").click()
        page.get_by_text("It is in: batch 2").wait_for()
        page.get_by_role("link", name="Overview").first.click()
        page.get_by_text(re.compile(r"^\$12(\.0)?K$")).first.wait_for()  # 12 x (100 + 900)
        page.goto(f"{running.url}/import?company=own")
        page.get_by_role("button", name="Undo").first.click()
        page.get_by_text("undone by browser").wait_for()
        page.goto(f"{running.url}/?company=own")
        page.get_by_text(re.compile(r"^\$0(\.0)?$")).first.wait_for()
        assert refused == []
        assert [url for url in foreign if not url.startswith(("data:", "blob:"))] == []
        page.close()


def test_a_suggested_account_is_confirmed_by_a_tick(browser, tmp_path):
    store = Store.open(tmp_path / "own.duckdb")
    for name, content in (("accounts", ACCOUNTS), ("contracts", CONTRACTS.replace(b"1,A", b"1,ALDER").replace(b"2,B", b"2,Birch Inc"))):
        (tmp_path / f"{name}.csv").write_bytes(content)
        import_file(store, tmp_path / f"{name}.csv")
    store.close()
    with server(tmp_path) as running:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{running.url}/import?company=own")
        page.get_by_text("2 names in the files fit no account yet, 2 with a suggestion").wait_for()
        page.goto(f"{running.url}/matching?company=own")
        page.get_by_text("2 names waiting for an account").wait_for()
        tick_all(page)
        page.get_by_role("button", name="Confirm 2").click()
        page.get_by_text("No name is waiting for an account").wait_for()
        page.get_by_text("2 confirmed").wait_for()
        assert running.command("report", "arr", "--csv", tmp_path / "arr.csv").returncode == 0
        rows = [line.split(",") for line in (tmp_path / "arr.csv").read_text().splitlines()]
        assert {row[0]: float(row[2]) for row in rows[1:]} == {"A": 12 * 100, "B": 12 * 900}
        page.close()
