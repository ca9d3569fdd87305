"""With a real browser: what Streamlit's own elements say in English alone is said in the reader's language, and names of people stay."""

import pytest
from playwright.sync_api import expect

from language import speaking, tr
from tests.books import company
from tests.server.running import server
from tests.waiting import PATIENCE


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("widgets")
    company(folder / "own.duckdb").close()
    with server(folder) as started:
        yield started


@pytest.fixture(params=["zh-CN", pytest.param("en-GB", marks=pytest.mark.long)])
def page(browser, request):
    context = browser.new_context(locale=request.param)
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE * 1000)
    yield opened, "zh_Hans" if request.param == "zh-CN" else "en"
    context.close()


def test_the_place_for_files_speaks_as_its_reader_does(running, page):
    opened, language = page
    opened.goto(f"{running.url}/import?company=own")
    place = opened.get_by_test_id("stFileUploaderDropzone")
    with speaking(language):
        expect(place.get_by_test_id("stBaseButton-secondary")).to_contain_text(tr("Upload"))
        expect(place).to_contain_text(tr("{x} per file", x="4GB"))
        expect(opened.get_by_test_id("stSkipToContent")).to_have_text(tr("Skip to main content"))
    opened.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
        {"name": "Upload", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}
    )
    expect(opened.get_by_test_id("stFileChipName")).to_have_text("Upload")
    with speaking(language):
        expect(opened.get_by_role("button", name=tr("Add files"))).to_be_visible()


def test_a_list_without_a_fitting_choice_says_so(running, page):
    opened, language = page
    opened.goto(f"{running.url}/accounts?company=own&as_of=2023-12-28")
    with speaking(language):
        opened.get_by_role("button", name=tr("Filters")).first.click()
        choice = opened.get_by_role("combobox", name=tr("Period"))
        choice.fill("nothing is called so")
        expect(opened.get_by_test_id("stSelectboxVirtualDropdown")).to_have_text(tr("No results"))
