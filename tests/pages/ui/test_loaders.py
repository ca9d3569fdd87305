"""A report is run once for what it depends on, and anew for anything else: whose answer a page shows is told by all of the question."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from data.store import open_stores
from data.viewer import EVERYONE, Viewer
from language import speaking
from pages.ui import loaders
from reports.report import Question
from tests.books import company

DAY = date(2023, 12, 28)
ASKED = Question(as_of=DAY, start=date(2023, 1, 31), end=date(2023, 11, 30))
OTHERS = [
    replace(ASKED, as_of=date(2023, 12, 27)),
    replace(ASKED, start=date(2023, 2, 28)),
    replace(ASKED, rules="strict"),
    replace(ASKED, known_at=2),
    replace(ASKED, filters=(("segment", ("SMB",)),)),
    replace(ASKED, filters=(("segment", ("SMB", "Large")),)),
    replace(ASKED, level="parent"),
]


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The questions for which a report was run, over two stores that have imported as much."""
    asked = []

    def counting(name, store, viewer, question):
        asked.append((name, store.path.name, viewer, question))
        return run(name, store, viewer, question)

    run = loaders.run
    monkeypatch.setattr(loaders, "run", counting)
    for variable, name in (("HOLDFAST_STORE", "own"), ("HOLDFAST_SAMPLE_STORE", "sample")):
        (tmp_path / name).mkdir()
        company(tmp_path / name / "it.duckdb").close()
        monkeypatch.setenv(variable, str(tmp_path / name / "it.duckdb"))
    yield asked
    open_stores.close_all()
    loaders.forget()


def test_a_question_is_answered_once_and_another_one_by_itself(runs):
    for _ in range(2):
        told = [loaders.report("own", "movements", EVERYONE, question) for question in (ASKED, *OTHERS)]
    assert [question for *_, question in runs] == [ASKED, *OTHERS]
    assert [one.parameters["as_of"] for one in told[:2]] == [DAY, date(2023, 12, 27)]


def test_another_viewer_store_language_or_report_is_another_answer(runs):
    for _ in range(2):
        loaders.report("own", "arr", EVERYONE, ASKED)
        loaders.report("own", "arr", Viewer("one@example.com"), ASKED)
        loaders.report("sample", "arr", EVERYONE, ASKED)
        loaders.report("own", "retention", EVERYONE, ASKED)
        with speaking("zh_Hans"):
            loaders.report("own", "arr", EVERYONE, ASKED)
    assert len(runs) == 5


def test_what_is_undone_is_gone_from_the_next_answer(runs):
    before = loaders.report("own", "arr", EVERYONE, ASKED)
    open_stores.store("own").undo(2)
    after = loaders.report("own", "arr", EVERYONE, ASKED)
    assert (before.total("arr") > 0, after.total("arr")) == (True, 0)


def test_what_is_kept_outgrows_no_room(runs, monkeypatch):
    """Once answers take more than the room is for all are let go; those that come after are kept again."""
    loaders._held.clear()
    size = loaders.report("own", "movements", EVERYONE, ASKED).rows.estimated_size()
    monkeypatch.setattr(loaders, "MOST_BYTES", size)  # one fits, and a second one of the same size is too much
    loaders.report("own", "movements", EVERYONE, OTHERS[2])
    for _ in range(2):
        loaders.report("own", "movements", EVERYONE, ASKED)
    assert [question for *_, question in runs] == [ASKED, OTHERS[2], ASKED]
