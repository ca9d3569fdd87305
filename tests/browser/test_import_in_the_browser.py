"""With a real browser and a real server: accounts and contracts in through the page, ARR on the page, and back out."""

import os
import re
import shutil

import pytest

from data.store import Store
from tests.server.running import server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HERE = bool(CHROMIUM)
ACCOUNTS = b"account_id,name\nA,Alder\nB,Birch\n"
CONTRACTS = b"contract_id,account_id,product,starts_on,amount,period,currency\n1,A,Basic,2024-01-01,100,1 month,USD\n2,B,Suite,2024-01-01,900,1 month,USD\n"
PATIENCE = 60_000

pytestmark = pytest.mark.skipif(not HERE and not os.environ.get("CI"), reason="no chromium on this machine: the browser test is left out")


@pytest.fixture(scope="module")
def browser():
    assert HERE, "CI must have chromium: the browser test is part of what it holds"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


def drop(page, name: str, content: bytes) -> None:
    page.locator("input[type=file]").first.set_input_files([{"name": name, "mimeType": "text/csv", "buffer": content}])


def test_files_go_in_through_the_page_and_come_out_again(browser, tmp_path):
    Store.open(tmp_path / "own.duckdb").close()
    with server(tmp_path) as running:
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        refused, foreign = [], []
        page.on("console", lambda message: refused.append(message.text) if "Content Security Policy" in message.text else None)
        page.on("request", lambda request: foreign.append(request.url) if running.url.split("//")[1] not in request.url else None)
        answer = page.goto(f"{running.url}/import?company=own")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        drop(page, "accounts.csv", ACCOUNTS)
        page.get_by_role("button", name="Import 2 rows").click()
        page.get_by_text("It is in. accounts.csv: batch 1").wait_for()
        page.goto(f"{running.url}/import?company=own")
        drop(page, "contracts.csv", CONTRACTS)
        page.get_by_role("button", name="Import 2 rows").click()
        page.get_by_text("It is in. contracts.csv: batch 2").wait_for()
        page.get_by_role("link", name="Revenue").first.click()
        page.get_by_text(re.compile(r"^\$12(\.0)?K$")).first.wait_for()  # 12 x (100 + 900)
        page.goto(f"{running.url}/import?company=own")
        page.get_by_role("button", name="Undo").first.click()
        page.get_by_text("undone by browser").wait_for()
        page.goto(f"{running.url}/?company=own")
        page.get_by_text(re.compile(r"^\$0(\.0)?$")).first.wait_for()
        assert refused == []
        assert [url for url in foreign if not url.startswith(("data:", "blob:"))] == []
        page.close()
