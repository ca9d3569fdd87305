"""Pictures of every page, wide and at 375 px, from a running server: python -m benchmarks.screenshots [URL] [FOLDER]."""

import re
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

SHELL = (Path(__file__).resolve().parent.parent / "pages" / "shell.py").read_text()
PATHS = re.findall(r'url_path="([\w-]+)"', SHELL)
PAGES = {"today": "/"} | {path: f"/{path}" for path in PATHS}


def main(url: str = "http://127.0.0.1:8501", folder: str = "pictures") -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for width, height, suffix in ((1400, 900, ""), (375, 812, "-375")):
            page = browser.new_page(viewport={"width": width, "height": height})
            for name, path in PAGES.items():
                page.goto(url + path)
                page.wait_for_selector("h1", timeout=30_000)
                page.wait_for_timeout(2500)
                page.screenshot(path=f"{folder}/{name}{suffix}.png")
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
