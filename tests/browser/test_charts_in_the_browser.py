"""With a real browser: the words of a chart lie neither on each other nor outside of it."""

import pytest

from tests.books import company
from tests.server.running import server

pytestmark = pytest.mark.long

PAGES = ("design", "revenue", "account", "cohorts")
# The boxes of all words in a chart: names at ends, amounts at bars, marks of axes. Of those that are turned, the boxes say nothing.
BOXES = """chart => [...chart.querySelectorAll('.annotation-text, .bartext, .xtick text, .ytick text, .xtitle')]
  .filter(one => one.textContent.trim() && !/rotate\\((?!0[,)])/.test(one.getAttribute("transform") ?? ""))
  .map(one => { const { left, top, right, bottom } = one.getBoundingClientRect(); return [one.textContent, left, top, right, bottom] })"""
TOUCH = 2  # pixels: boxes of letters have air within


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("charts")
    company(folder / "own.duckdb").close()
    with server(folder) as started:
        yield started


@pytest.mark.parametrize("width", [1440, 375])
@pytest.mark.parametrize("address", PAGES)
def test_words_of_a_chart_do_not_collide(wide_page, running, address, width):
    page = wide_page
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{running.url}/{address}?company=own&account=B&as_of=2023-12-28")
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.locator(".js-plotly-plot .ytick").first.wait_for(state="attached")
    page.wait_for_timeout(700)
    for chart in page.locator(".js-plotly-plot").all():
        outer, boxes = chart.bounding_box(), chart.evaluate(BOXES)
        assert [one[0] for one in boxes if one[1] < outer["x"] - TOUCH or one[3] > outer["x"] + outer["width"] + TOUCH] == []
        assert [(one[0], other[0]) for at, one in enumerate(boxes) for other in boxes[:at] if lie_on_each_other(one, other)] == []


def lie_on_each_other(one: list, other: list) -> bool:
    return all(min(one[end], other[end]) - max(one[begin], other[begin]) > TOUCH for begin, end in ((1, 3), (2, 4)))
