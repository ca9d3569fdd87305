"""Imported text is shown as text: nothing of it is read as markdown, HTML or a formula, on any page."""

import re

import pytest

from data.importing.run import import_file
from tests.pages.showing import shown
from tests.pages.test_pages import PAGES

HOSTILE = "<img src=x onerror=alert(1)> [tap](http://evil.example) **bold** $x^2$ :red[hot]"
MARKED = re.compile(r"(?<!\\)\[tap\]\(http|(?<!\\)\*\*bold\*\*|(?<![\\:]):red\[hot|<b>loud</b>")


@pytest.fixture
def hostile(small, tmp_path):
    """The small company with names, owners and products that would do something where they are read as marks."""
    _brought(small, tmp_path)


@pytest.fixture(scope="module")
def hostile_looked_at(looked_at):
    """The same, for all tests that only look at it."""
    _brought(looked_at, looked_at.path.parent)


def _brought(store, folder):
    files = {
        "names.csv": f'account_id,name,owner,segment\nA,"{HOSTILE}","{HOSTILE}","{HOSTILE}"\n',
        "lines.csv": f'contract_id,account_id,product,starts_on,amount,period,currency\n1,A,"<b>loud</b> {HOSTILE}",2023-01-01,100.10,1 month,USD\n',
    }
    for name, text in files.items():
        (folder / name).write_text(text)
        assert import_file(store, folder / name, options={"rows": "records"} if name == "lines.csv" else None).batch is not None


MARKDOWN = ("markdown", "caption", "title", "subheader", "header", "info", "warning", "success", "error", "button", "metric", "expander")


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES)
def test_no_imported_text_is_read_as_marks(hostile_looked_at, page):
    test = shown(page, account="A")
    assert not test.exception
    for kind in MARKDOWN:
        for element in test.get(kind):
            said = f"{getattr(element, 'value', '')} {getattr(element, 'label', '')}"
            assert not MARKED.search(said), (kind, said)
    drawn = [line for chart in test.get("plotly_chart") for line in str(chart.proto).splitlines()]
    charts = " ".join(line for line in drawn if not line.strip().startswith("alt:"))  # an attribute, in which marks are text
    assert "<b>loud</b>" not in charts and "\\u003cb\\u003eloud" not in charts


def test_no_file_name_is_read_as_marks_on_its_way_in(hostile):
    test = shown("imports")
    for name in (f"{HOSTILE}.csv", "**bold** :red[hot] two.csv"):
        test.file_uploader[0].upload(name, f"account_id,name\nX,{len(name)}\n".encode())
    test.run()
    assert not test.exception
    assert len([one for one in test.markdown if one.value.count("\\*") == 4]) == 2
    next(one for one in test.button if one.label.startswith("Import all 2 files")).click().run()
    assert not test.exception
    assert len([one for one in test.markdown if "It is in: batch" in one.value]) == 2
    for kind in (*MARKDOWN, "tab", "radio", "checkbox"):
        for element in test.get(kind):
            said = f"{getattr(element, 'value', '')} {getattr(element, 'label', '')}"
            assert not MARKED.search(said), (kind, said)
