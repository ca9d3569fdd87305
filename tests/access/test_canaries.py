"""Words of one team's accounts never reach another's answers: whatever is asked, in whatever format, also in what is refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from data.parameters import WrongParameter
from data.store.view import View
from data.viewer import NotAllowed
from language import speaking
from reports.catalogue import REPORTS, run
from reports.files import tables
from reports.files.answers import WRITERS, files_of
from reports.files.brief import account_brief
from reports.report import Question, Report
from tests.access.company import ASKED, FILES, as_text, said_in, word, words_in
from tests.access.matrix import BESIDE, SEEN, lines
from tests.access.persons import NARROW, viewer

NOW = datetime(2026, 11, 27, tzinfo=UTC)
ASKING = {one: f"analyst-{one}" for one in NARROW}  # who may view everything, of the accounts in scope
QUESTIONS = {
    "plain": ASKED,
    "owner": replace(ASKED, by="owner"),
    "segment": replace(ASKED, by="segment"),
    "team of then": replace(ASKED, by="team", segments="then"),
    "parents": replace(ASKED, level="parent"),
    "strict": replace(ASKED, rules="strict", by="size_band"),
    "yesterday": replace(ASKED, as_of=date(2026, 4, 15), start=date(2026, 1, 31), end=date(2026, 3, 31)),
    "as then known": replace(ASKED, known_at=3),
    "no such column": replace(ASKED, by="nothing"),
    "a foreign column": replace(ASKED, by=f"{word('south')} column"),
    "no such filter": replace(ASKED, filters=(("nothing", ("a",)),)),
    "a foreign value": replace(ASKED, filters=(("segment", (f"{word('south')} segment",)),)),
}


def answer(store, name: str, person: str, question: Question) -> str:
    """What somebody is told: the report as JSON, or why there is none."""
    try:
        return as_text(tables.as_json(run(name, store, viewer(store, person), question)))
    except (WrongParameter, NotAllowed) as error:
        return str(error)


def foreign(said: str, scope: str, asked: str = "") -> set[str]:
    """Whose words are said that are not to be, beside those of the question."""
    return words_in(said) - SEEN[scope] - BESIDE[scope] - words_in(asked)


ALWAYS = ("plain", "parents", "as then known", "a foreign column")


@pytest.mark.parametrize("asked", [one if one in ALWAYS else pytest.param(one, marks=pytest.mark.long) for one in QUESTIONS])
@pytest.mark.parametrize("scope", ["own", *(pytest.param(one, marks=pytest.mark.long) for one in NARROW if one != "own")])
def test_whatever_a_report_is_asked(store, scope, asked):
    found = {
        name: foreign(answer(store, name, ASKING[scope], QUESTIONS[asked]), scope, repr(QUESTIONS[asked])) for name in told_apart(asked)
    }
    assert {name: words for name, words in found.items() if words} == {}


def told_apart(asked: str) -> list[str]:
    """The reports that understand a question as another than the plain one: the others are never told of the difference."""
    every = {name: report.understood for name, report in REPORTS.items()}
    return [name for name, understood in every.items() if asked == "plain" or understood(QUESTIONS[asked]) != understood(ASKED)]


def test_no_question_is_the_plain_one_to_all_reports():
    assert told_apart("plain") == list(REPORTS)
    assert {asked for asked in QUESTIONS if len(told_apart(asked)) < 8} == set()


@pytest.mark.long
@pytest.mark.parametrize("scope", NARROW)
def test_in_another_language(store, scope):
    with speaking("zh_Hans"):
        found = {name: foreign(answer(store, name, ASKING[scope], ASKED), scope) for name in REPORTS}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.fixture(scope="module")
def answered(store) -> Callable[[str], dict[str, Report]]:
    """Every report for the person of a scope, asked once for all formats in which it is written."""
    kept: dict[str, dict[str, Report]] = {}

    def of(scope: str) -> dict[str, Report]:
        if scope not in kept:
            kept[scope] = {name: run(name, store, viewer(store, ASKING[scope]), ASKED) for name in REPORTS}
        return kept[scope]

    return of


@pytest.mark.long
@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("scope", ["own", pytest.param("team", marks=pytest.mark.long), pytest.param("region", marks=pytest.mark.long)])
def test_in_every_format(answered, scope, kind):
    found = {name: foreign(said_in(WRITERS[kind](report)), scope) for name, report in answered(scope).items()}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.long
@pytest.mark.parametrize("scope", ["team", *(pytest.param(one, marks=pytest.mark.long) for one in ("own", "region"))])
def test_in_the_board_pack_and_in_briefs(store, scope):
    asking = viewer(store, ASKING[scope])
    pack = files_of(store, "board-pack", {"as_of": "2026-10-31", "by": "owner"}, ["xlsx", "pdf"], made_at=NOW, viewer=asking)
    briefs = [account_brief(store, asking, Question(as_of=ASKED.as_of), f"{word(one)}-id") for one in sorted(SEEN[scope])[:2]]
    for content in (*(one.content for one in pack.values()), *briefs):
        said = said_in(content)
        assert words_in(said) & SEEN[scope], "the words of those in scope are found"
        assert foreign(said, scope) == set()


@pytest.mark.parametrize("scope", NARROW)
def test_in_lists_for_filters_and_search(store, scope):
    from pages.ui import loaders

    with View(store, viewer(store, ASKING[scope]).allowed("view", "accounts")) as view:
        told = as_text([view.columns(), [view.filter_values(column) for column in view.columns()], view.accounts().to_dicts()])
        for one in SEEN["company"] - SEEN[scope]:
            assert view.source("accounts", f"{word(one)}-id").is_empty() and view.source("contracts", f"{word(one)}-s1").is_empty()
    assert foreign(told, scope) == set()
    names = as_text(_names(loaders, store, scope))
    assert words_in(names) & SEEN[scope] and foreign(names, scope) == set()


def _names(loaders, store, scope: str) -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loaders.open_stores, "store", lambda _: store)
        return loaders._names("own", viewer(store, ASKING[scope]))


def test_the_words_of_every_account_are_there_to_be_found(store):
    """Whoever sees all is told them: a search that finds nothing proves nothing."""
    told = "".join(answer(store, name, "analyst-company", ASKED) for name in REPORTS)
    assert words_in(told) >= SEEN["company"] | {"ann", "ben", "cat", *FILES, "all", "closer"}
    assert lines("report")["closes"].narrow == "nothing"
