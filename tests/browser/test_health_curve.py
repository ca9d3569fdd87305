"""With a real browser: a point of a curve of the health score is moved by hand and by arrow keys; the fields beside it say the same."""

import pytest
from playwright.sync_api import expect

from tests.books import company
from tests.server.running import server

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("curve")
    company(folder / "own.duckdb").close()
    with server(folder) as started:
        yield started


def test_a_point_is_moved_and_the_draft_says_what_that_changes(running, wide_page):
    """The second point of seat use, 30 % with 40 points: five keys up are 45 points. Then it is drawn down to no points."""
    page = wide_page
    page.goto(f"{running.url}/health-score?company=own&as_of=2023-12-28&measure=seat_use")
    point = page.locator("circle.moves").nth(1)
    point.focus()
    for _ in range(5):
        point.press("ArrowUp")
    expect(page.get_by_text("Seat use: 30% now gives 45 points (40 before)").first).to_be_visible()
    expect(page.get_by_label("Points of point 2", exact=True).first).to_have_value("45")
    expect(page.locator("circle.moves").nth(1)).to_have_attribute("aria-valuetext", "30: 45 points")
    point = page.locator("circle.moves").nth(1)
    point.scroll_into_view_if_needed()
    where = point.bounding_box()
    page.mouse.move(where["x"] + where["width"] / 2, where["y"] + where["height"] / 2)
    page.mouse.down()
    page.mouse.move(where["x"] + where["width"] / 2, where["y"] + 400, steps=5)
    page.mouse.up()
    expect(page.get_by_label("Points of point 2", exact=True).first).to_have_value("0")
