"""The page of what customers say: its finding, its lists, what it says where little is known, and what a search finds."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from data.store import open_stores
from data.store.edits import commit_frame
from data.viewer import EVERYONE
from data.work.conversations import Conversation, log
from tests.asked_company import asked_company
from tests.house.test_scope import FOREIGN
from tests.pages.showing import everything, grids, shown

SAID = [
    ("N1", "A", "c1", "nps", 3, "Trop lent,\nl'été surtout", date(2023, 11, 20)), ("N2", "A", "c2", "nps", 10, "Lovely", date(2023, 11, 21)),
    ("N3", "B", "c3", "nps", 9, None, date(2023, 10, 5)), ("N4", "B", "c3", "csat", 2, "Nobody called", date(2023, 11, 25)),
    ("N5", "B", "c3", "nps", 14, "Off", date(2023, 11, 25)),
]  # fmt: skip
COLUMNS = ("survey_id", "account_id", "contact_id", "kind", "score", "comment", "answered_at")


@pytest.fixture
def heard(small):
    """The small company, of which two accounts answered."""
    rows = [(*row[:-1], datetime.combine(row[-1], datetime.min.time(), UTC)) for row in SAID]
    commit_frame(small, "surveys", pl.DataFrame(rows, schema=COLUMNS, orient="row", infer_schema_length=None), "tool", "analyst")
    return small


def page(**query):
    return shown("voice", **query)


def test_it_runs_and_a_csm_sees_nothing_foreign(own):
    test = page()
    assert not test.exception and test.title
    found = everything(page(viewer="one@example.com"))
    assert not [word for word in FOREIGN if word in found]


def test_without_answers_it_says_what_to_bring_and_whom_nobody_asked(small):
    test = page()
    assert test.header[0].value == "Nobody answered how likely they are to recommend you"
    assert any("import surveys, surveys sent, and tickets" in one.value for one in test.info)
    assert grids(test)["accounts-unasked"]["name"].to_list() == ["Birch", "Alder"]  # Cedar has left since August


def test_the_finding_the_figures_and_the_lists(heard):
    """Of three people two promote and one detracts: 33, +/- 195.9964 x sqrt((1 - 1/9) / 3) = 107; the score of 14 is off the scale."""
    test = page()
    assert not test.exception and test.header[0].value == "NPS 33 ± 107, 3 answers"
    figures = {one.label: (one.value, one.delta) for one in test.metric}
    assert figures["NPS"] == ("33 ± 107", "3 answers: few") and figures["Response rate"] == ("not known", "no file says who was asked")
    assert figures["CSAT, surveys"][0] == "0.0%" and figures["CSAT, tickets"] == ("–", "0 answers")
    follow = grids(test)["follow-ups"]
    assert sorted(follow["name"]) == ["Alder", "Birch"] and "2 unhappy answers of late" in [one.value for one in test.subheader]
    assert grids(test)["comments"].height == 4 and "1 answer off its scale, in no figure" in [one.label for one in test.expander]


def test_a_conversation_takes_an_answer_off_the_list(heard):
    log(heard, EVERYONE, Conversation("A", date(2023, 12, 1), "Talked about speed"))
    test = page()
    assert "1 unhappy answer waits for one of ours" in [one.value for one in test.subheader]
    assert grids(test)["follow-ups"]["name"].to_list() == ["Birch"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ETE", ["Alder"]),
        ("lent surtout", ["Alder"]),
        ("l'été", ["Alder"]),
        ("nobody", ["Birch"]),
        ("o", ["Birch", "Birch", "Alder", "Alder"]),
    ],
)
def test_a_search_knows_neither_case_nor_accents(heard, words, found):
    test = page()
    next(one for one in test.text_input if one.key == "comment-words").set_value(words).run()
    assert sorted(grids(test)["comments"]["name"]) == sorted(found)


def test_comments_by_score_and_segment(heard):
    test = page(scores="unhappy")
    assert sorted(grids(test)["comments"]["comment"]) == ["Nobody called", "Trop lent,\nl'été surtout"]
    next(one for one in test.selectbox if one.key == "comment-segment").set_value("Large").run()
    assert grids(test)["comments"]["comment"].to_list() == ["Nobody called"]


def test_the_page_in_chinese(heard):
    test = page(language="zh_Hans", by="segment")
    assert not test.exception and test.title[0].value == "客户之声" and "份回答" in test.header[0].value


def test_a_company_with_thousands_of_answers(tmp_path, monkeypatch):
    asked_company(tmp_path / "own.duckdb")
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    open_stores.store("own")
    test = page(as_of="2024-06-30", by="role")
    assert not test.exception and test.header[0].value.startswith("NPS ")
    assert grids(test)["nps-by"]["group"].to_list() == ["decision maker", "user", None]
    open_stores.close_all()
