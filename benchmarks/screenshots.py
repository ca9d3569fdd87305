"""Pictures of every page in seven states, and one sheet with all of them: python -m benchmarks.screenshots [FOLDER] [SAMPLE STORE].

full: the made-up company. little: three accounts. empty: nothing imported. filtered: filters that no account fits. error: a link that names
nobody. phone: 375 px. dark: the dark theme. The servers are its own, on free ports of this machine; a sample store that is given is copied.
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, sync_playwright

from tests import built
from tests.addresses import ADDRESSES
from tests.books import company
from tests.server.running import Running, server

ROOT = Path(__file__).resolve().parent.parent
PAGES = {"today": ""} | {path: path for path in ADDRESSES if path}
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 375, "height": 812}
THUMB, EDGE, HEAD = (288, 180), 8, 26  # pixels of one picture on the sheet, between two, and of a line of words
SHEET = ROOT / "docs" / "pictures" / "contact-sheet.webp"
STANDS = "() => !document.querySelector('[data-testid=stSkeleton]')"
# The names of other languages: on a machine without their letters they would be boxes.
UNSEEN = "() => document.querySelectorAll('.languages').forEach(one => { one.style.visibility = 'hidden' })"
NARROWED = ("segment", "plan", "owner")


def main(folder: str = "pictures", sample: str | None = None) -> None:
    """Take all pictures, and put them on the sheet."""
    Path(folder).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, ExitStack() as running, sync_playwright() as playwright:
        full, little, made = (Path(place) / name for name in ("full", "little", "made"))
        for one in (full / "sample", little, made):
            one.mkdir(parents=True)
        os.environ[built.PLACE] = str(made)
        if sample:
            shutil.copy(sample, full / "sample" / "sample.duckdb")
        company(little / "own.duckdb").close()
        big, small = running.enter_context(server(full)), running.enter_context(server(little))
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        for state, of, query, look in states(big, small):
            take(browser, of, state, query, look, Path(folder))
        browser.close()
    sheet(Path(folder))


def states(big: Running, small: Running) -> Iterator[tuple[str, Running, dict, dict]]:
    """Name, server, what the link says, and how the browser looks, of each state."""
    made_up, light = {"company": "sample"}, {"viewport": WIDE, "color_scheme": "light"}
    yield "full", big, made_up, light
    yield "little", small, {"company": "own", "as_of": "2023-12-28", "account": "B"}, light
    yield "empty", big, {"company": "own"}, light
    yield "filtered", big, made_up | nobody_fits(big), light
    yield "error", big, made_up | {"viewer": "nobody@example.com"}, light
    yield "phone", big, made_up, {"viewport": PHONE, "color_scheme": "light"}
    yield "dark", big, made_up, light | {"color_scheme": "dark"}


def nobody_fits(big: Running) -> dict[str, str]:
    """Filters each of which fits some account of the made-up company, and which no account fits together."""
    with urlopen(f"{big.url}/api/reports/accounts?company=sample", timeout=300) as answer:
        rows = json.load(answer)["rows"]
    there = {tuple(row[name] for name in NARROWED) for row in rows}
    values = [sorted({row[name] for row in rows if row[name]}) for name in NARROWED]
    return dict(zip(NARROWED, next(one for one in product(*values) if one not in there), strict=True))


def take(browser: Browser, of: Running, state: str, query: dict[str, str], look: dict, folder: Path) -> None:
    """Every page in one state, once it stands still."""
    page = browser.new_page(**look)
    for name, path in PAGES.items():
        page.goto(f"{of.url}/{path}?{urlencode(query)}")
        page.locator("[data-test-script-state=notRunning]").wait_for(timeout=90_000)
        page.wait_for_function(STANDS, timeout=90_000)
        page.wait_for_timeout(1200)
        page.evaluate(UNSEEN)
        page.screenshot(path=folder / f"{name}-{state}.png")
    page.close()


def sheet(folder: Path) -> None:
    """One line a page, one column a state."""
    shown = ("full", "little", "empty", "filtered", "error", "phone", "dark")
    wide, high = THUMB[0] + EDGE, THUMB[1] + EDGE + HEAD
    whole = Image.new("RGB", (EDGE + wide * len(shown), EDGE + high * len(PAGES)), "#dfe2e8")
    words = ImageDraw.Draw(whole)
    for (line, name), (column, state) in product(enumerate(PAGES), enumerate(shown)):
        x, y = EDGE + column * wide, EDGE + line * high
        words.text((x, y + 6), f"{name}: {state}", fill="#171a22", font_size=13)
        with Image.open(folder / f"{name}-{state}.png") as picture:
            picture.thumbnail((THUMB[0], THUMB[1]))
            whole.paste(picture, (x, y + HEAD))
    whole.save(SHEET, quality=60, method=6)


if __name__ == "__main__":
    main(*sys.argv[1:])
