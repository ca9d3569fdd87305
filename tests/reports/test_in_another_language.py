"""A report says the same in any language: the same numbers and codes, and none of its own words is left in English."""

import io
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date

import fastexcel
import pytest
from pypdf import PdfReader

from data.store.store import Store
from data.viewer import EVERYONE
from language import speaking
from metrics.registry import METRICS
from reports.catalogue import ABOUT, REPORTS, run
from reports.files import tables
from reports.files.pdf import Document, Section, typeset
from reports.report import Question, Report
from reports.words.titles import SYNONYMS, TITLES, title
from tests.books import company
from tests.language.invented import OPEN, speaking_in_brackets

DAY = date(2023, 12, 28)
# Names, ids and codes: what was imported, and what scripts read. They are the same in all languages.
AS_IMPORTED = {
    "account_id", "name", "segment", "owner", "plan", "team", "product", "next_product", "contract_id", "file", "feed", "event", "comment",
    "body", "email", "priority", "status", "written", "account", "closed_by", "subject", "source", "group", "currency", "close_id",
}  # fmt: skip
CODES = {
    "state", "band", "health_band", "usage_state", "kind", "cause", "check", "reason", "section", "urgency", "risk_from", "resolved_by",
    "change_kind", "answer", "role", "figure", "table", "rules", "unit", "id", "model_version", "verdict",
    "rule", "setting", "as_shipped", "own",
}  # fmt: skip
WORDS_HERE = {
    "churn-reasons": {"reason"},
    "churn-reason-list": {"reason"},
    "what-if": {"name"},
    "scenarios": {"name"},
}  # where a code elsewhere is words that are said
SENTENCE = re.compile(r"[A-Za-z]{2,} [A-Za-z]{2,}")


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Iterator[Store]:
    with closing(company(tmp_path_factory.mktemp("books") / "own.duckdb")) as opened:
        yield opened


def told(report: Report) -> Iterator[tuple[str, str]]:
    """All texts of a report that are neither imported nor codes, each with its column."""
    yield "title", report.title
    yield from (("note", note) for note in report.notes)
    for name in report.rows.columns:
        if report.units.get(name) in ("text", "list") and name not in _kept(report):
            values = report.rows[name].explode() if report.units[name] == "list" else report.rows[name]
            yield from ((name, value) for value in values.drop_nulls().unique())


def _kept(report: Report) -> set[str]:
    """The columns that say the same in all languages."""
    return (AS_IMPORTED | CODES) - WORDS_HERE.get(report.name, set())


def numbers(report: Report) -> object:
    """All that is no text of its own: of rows, totals and parameters."""
    same = [name for name in report.rows.columns if report.units.get(name) not in ("text", "list") or name in _kept(report)]
    return report.rows.select(same).to_dicts(), dict(report.parameters) | {"milestones": None}, _plain(report.totals)


def _plain(totals) -> dict:
    return {name: value for name, value in totals.items() if not isinstance(value, str) or name in CODES}


@pytest.mark.long
@pytest.mark.parametrize("name", [*REPORTS, *ABOUT])
def test_a_report_in_another_language_has_the_same_numbers_and_none_of_the_same_words(store, tmp_path, monkeypatch, name):
    question = Question(as_of=DAY)
    english = run(name, store, EVERYONE, question)
    with speaking_in_brackets(tmp_path, monkeypatch):
        other = run(name, store, EVERYONE, question)
    assert numbers(other) == numbers(english)
    assert [name for name, text in told(other) if SENTENCE.search(text) and OPEN not in text] == []
    assert other.title != english.title
    again = run(name, store, EVERYONE, question)
    assert sorted(told(again)) == sorted(told(english))


@pytest.mark.parametrize("name", [*REPORTS, *ABOUT])
def test_every_column_has_a_title_of_its_own(name):
    """None is its machine name spelt out by the way."""
    definition = (REPORTS | ABOUT)[name]
    columns = {*definition.columns, *definition.totals, "group"}
    assert [one for one in columns if one not in TITLES and SYNONYMS.get(one, one) not in METRICS] == []


def test_titles_are_said_in_the_reader_s_language(tmp_path, monkeypatch):
    assert title("arr_without_grace") == "ARR without grace"
    with speaking_in_brackets(tmp_path, monkeypatch):
        assert title("arr_without_grace") == "⟦ARR without grace⟧"
        assert title("mau") == "⟦Monthly actives⟧"


def test_a_csv_is_for_scripts_in_any_language(store, tmp_path, monkeypatch):
    english = tables.as_csv(run("today", store, EVERYONE, Question(as_of=DAY))).splitlines()
    with speaking_in_brackets(tmp_path, monkeypatch):
        other = tables.as_csv(run("today", store, EVERYONE, Question(as_of=DAY))).splitlines()
    assert other[0] == english[0]
    assert len(other) == len(english)


def test_what_is_refused_is_said_in_the_reader_s_language(tmp_path, monkeypatch):
    with speaking_in_brackets(tmp_path, monkeypatch), pytest.raises(ValueError, match="⟦within: 0 is not possible"):
        replace(Question(), within=0)


def test_excel_has_titles_and_says_what_scripts_call_them(store, tmp_path, monkeypatch):
    report = run("arr", store, EVERYONE, Question(as_of=DAY))
    heads, names = _sheets(tables.as_xlsx(report))
    assert heads[:3] == ("Account id", "Name", "ARR")
    assert ("ARR by account", "ARR without grace", "arr_without_grace", "money") in names
    with speaking_in_brackets(tmp_path, monkeypatch):
        heads, names = _sheets(tables.as_xlsx(run("arr", store, EVERYONE, Question(as_of=DAY))))
    assert heads[:3] == ("⟦Account id⟧", "⟦Name⟧", "⟦ARR⟧")
    assert [row[2:] for row in names][1:] == [(name, report.units[name]) for name in report.rows.columns]


def _sheets(content: bytes) -> tuple[tuple, list[tuple]]:
    """The first row of the first sheet, and the rows of the last."""
    book = fastexcel.read_excel(content)
    first, last = (book.load_sheet(at, header_row=None).to_polars().rows() for at in (0, len(book.sheet_names) - 1))
    return first[0], last


def test_a_chinese_pdf_is_drawn_with_a_font_that_has_all_its_signs():
    section = Section("流失、续约", "“续约”在 2026 年……", [{"title": "客户", "right": False, "wide": True}], [["云杉科技"]])
    with speaking("zh_Hans"):
        (page,) = PdfReader(io.BytesIO(typeset(Document("董事会报告", "截至今日。", "第一页", sections=[section])))).pages
    fonts = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
    words = re.sub(r"\s", "", page.extract_text())
    assert all("NotoSansCJK" in font for font in fonts)
    assert all(text in words for text in ("董事会报告", "截至今日。", "第一页", "流失、续约", "“续约”在2026年", "客户", "云杉科技"))
