"""What is worked out from open books is worked out once for all reports on the same ones, and never taken for other ones."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from data.settings import current_settings
from data.store.readings import Readings
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from reports.catalogue import run
from reports.files import tables
from reports.health import health
from reports.report import Question
from reports.revenue import arr
from reports.usage import usage
from tests.books import company

REPORTS = ("accounts", "today", "retention")
DAY, EARLY = date(2023, 12, 28), date(2023, 8, 20)
SMB, LARGE = (("segment", ("SMB",)),), (("segment", ("Large",)),)
ASKED = (
    (EVERYONE, Question(as_of=DAY)),
    (EVERYONE, Question(as_of=EARLY)),
    (EVERYONE, Question(as_of=EARLY, rules="strict")),
    (EVERYONE, Question(as_of=DAY, filters=LARGE)),
    (EVERYONE, Question(as_of=DAY, filters=SMB)),
    (EVERYONE, Question(as_of=DAY, filters=(("segment", ("Nobody",)),))),
    (EVERYONE, Question(as_of=DAY, known_at=2)),
    (EVERYONE, Question(as_of=DAY, level="parent", start=date(2023, 1, 31), end=date(2023, 9, 30))),
    (EVERYONE, Question(as_of=date(2023, 9, 30), start=date(2023, 1, 31), end=DAY, booked=True)),
    (Viewer("one@example.com"), Question(as_of=DAY)),
    (Viewer("two@example.com"), Question(as_of=DAY)),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with closing(company(tmp_path / "own.duckdb")) as opened:
        yield opened


def answers(store: Store, asked: Sequence[tuple[Viewer, Question]], alone: bool) -> list[str]:
    """Every report on every question; where each is asked `alone`, nothing is kept from one to the next."""
    told = []
    for viewer, question in asked:
        for name in REPORTS:
            if alone:
                store.readings = Readings()
            report = run(name, store, viewer, question)
            told.append(f"{tables.as_json(report)} {report.totals} {report.notes}")
    return told


@pytest.mark.long
def test_reports_say_the_same_whatever_was_asked_before_them(store):
    """In one order and in the other, so that each comes after all others."""
    alone = answers(store, ASKED, alone=True)
    assert len({*alone}) > len(ASKED)  # the questions have different answers
    assert answers(store, ASKED, alone=False) == alone
    store.readings = Readings()
    assert sorted(answers(store, ASKED[::-1], alone=False)) == sorted(alone)


@pytest.mark.parametrize("part", [arr, usage, health], ids=["arr", "usage", "health"])
def test_the_reports_of_all_pages_work_each_part_out_once(store, monkeypatch, part):
    work, counted = part._rows, []

    def counting(books, *more):
        counted.append(books.view.viewer)
        return work(books, *more)

    monkeypatch.setattr(part, "_rows", counting)
    for viewer in (EVERYONE, Viewer("two@example.com")):
        for name in ("today", "accounts", "today-by-owner"):
            run(name, store, viewer, Question(as_of=DAY))
    assert counted == [EVERYONE]  # whoever sees less is told those rows of it that are theirs


def test_another_file_of_choices_gives_other_figures_at_once(store, tmp_path, monkeypatch):
    """Bands that reach up to 1 and 2: the same scores, and other bands."""
    question = Question(as_of=DAY)
    before = run("health", store, EVERYONE, question)
    card = current_settings().health.read_text()
    (tmp_path / "health.toml").write_text(card.replace("at_risk = 50", "at_risk = 1").replace("watch = 75", "watch = 2"))
    monkeypatch.setenv("HOLDFAST_HEALTH", str(tmp_path / "health.toml"))
    after = run("health", store, EVERYONE, question)
    assert before.rows["score"].to_list() == after.rows["score"].to_list()
    assert before.rows["band"].to_list() != after.rows["band"].to_list()
