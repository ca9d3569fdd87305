"""What data/ and sources/ say in English is recognised by its templates and said again, with its values; what is not recognised stays."""

import ast
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from data.importing.findings import Unanswered
from data.importing.run import import_file
from data.store.store import Store
from language import again, speaking
from language.gather import ROOT, SPEAK_ENGLISH, said
from language.said_again import FIELD, LEAST, _again, _templates
from language.sentences import sentences
from tests.cases.test_cases import CASES, first_step

PSEUDO = "qps"


def other(text: str) -> str:
    """A text in a language that nobody speaks: its words in signs of their own, its values as they are."""
    return "⟦" + text.swapcase() + "⟧" if not FIELD.search(text) else "⟦" + re.sub(r"[a-z](?![^{]*\})", "x", text) + "⟧"


class Pseudo:
    """A catalogue with a translation of all that the code says."""

    def __init__(self) -> None:
        texts = {text for _, told in said() for text in (told if isinstance(told, tuple) else (told,)) if text}
        self._catalog = {text: other(text) for text in texts}

    def gettext(self, text: str) -> str:
        return self._catalog.get(text, text)


@pytest.fixture(scope="module")
def pseudo():
    return Pseudo()


@pytest.fixture
def spoken(pseudo, monkeypatch):
    from language import said_again

    monkeypatch.setattr(said_again, "catalogue", lambda _: pseudo)
    _again.cache_clear()
    _templates.cache_clear()
    with speaking(PSEUDO):
        yield
    _again.cache_clear()
    _templates.cache_clear()


def files() -> list[Path]:
    return [path for room in SPEAK_ENGLISH for path in sorted((ROOT / room).rglob("*.py"))]


def in_english() -> list[str]:
    return [text for path in files() for text in sentences(path)]


def test_every_sentence_is_found_again_with_its_values(spoken):
    texts = in_english()
    assert len(texts) > 350
    lost = []
    for text in texts:
        names = FIELD.findall(text)
        values = {name: f"Wért {number},{number}% {{x}}" for number, name in enumerate(dict.fromkeys(names))}
        letters = sum(len(part.strip()) for part in FIELD.split(text)[::2])
        if names and letters < LEAST:
            continue
        made = FIELD.sub(lambda field, values=values: values[field[1]], text)
        found = again(made)
        if "⟦" not in found or not all(value in found for value in values.values()):
            lost.append((text, found))
    assert lost == []


def test_sentences_one_after_the_other_are_each_said_again(spoken):
    told = "The file does not say in which currency its amounts are. Which is it? Days are counted in Asia/Tokyo."
    assert again(told).count("⟦") == 2 and "Asia/Tokyo" in again(told)
    assert again("ACME has 3 of them.") == "ACME has 3 of them."
    assert again("") == "" and again("   ") == "   " and "{x}" in again("{x}")


def test_in_english_a_text_is_itself():
    for text in (*in_english(), "{", "a {b} c", ""):
        assert again(text) == text


@pytest.mark.long
def test_what_files_are_asked_and_refused_for_is_said_again(spoken, tmp_path):
    """Every question, and every reason for a rejected row or file, of the files that teams export."""
    told: set[str] = set()
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        for folder in CASES:
            step = first_step(folder)
            for name in step["files"]:
                told |= spoken_of(store, folder / name, step)
            for batch in store.imports().filter("standing")["batch"]:  # the next case finds nothing that stands
                store.undo(batch)
    assert len(told) > 25
    lost = [text for text in told if "⟦" not in again(text)]
    assert sorted(lost) == []


def spoken_of(store: Store, path: Path, step: dict) -> set[str]:
    try:
        outcome = import_file(store, path, table=step.get("table"), ask=True)
    except Unanswered as asked:
        return {asked.question.text}
    words = {question.text for question in outcome.questions} | {question.hint for question in outcome.questions if question.hint}
    return words | {problem.reason for problem in outcome.problems if problem.rejected}


def said_by(path: Path) -> Iterator[str]:
    """What a file says by its making alone: what it raises, asks, and writes of columns and options; whole texts, with {} for values."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        call = node.exc if isinstance(node, ast.Raise) else node if isinstance(node, ast.Call) else None
        if isinstance(call, ast.Call) and (
            isinstance(node, ast.Raise) or getattr(call.func, "id", "") in ("Question", "Column", "Option", "Problem")
        ):
            for argument in [*call.args, *(one.value for one in call.keywords if one.arg in ("hint", "reason", "text", "meaning"))]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value.strip()
                elif isinstance(argument, ast.JoinedStr):
                    yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in argument.values).strip()


def test_what_is_raised_and_asked_is_in_the_catalogue_though_nobody_marks_it():
    """By another walk than the one that gathers: each call that speaks to people, against all that is gathered."""
    known = {FIELD.sub("{}", text) for _, told in said() for text in (told if isinstance(told, tuple) else (told,)) if text}
    lost = [
        (path.name, text)
        for path in files()
        for text in said_by(path)
        if " " in text and text[0].isupper() and text.endswith((".", "?")) and text not in known
    ]
    assert lost == []


def test_a_value_takes_no_second_sentence_into_itself():
    """Two sentences of one making after the other: the first value must not reach to the end of the second."""
    with speaking("zh_Hans"):
        one = "If it is after, the lines that pay come to 12.00 USD a month in all."
        other = "If it is before and off is money, the lines that pay come to 9.00 USD a month in all."
        assert again(f"{one} {other}") == again(one) + again(other)
        assert "a month" not in again(f"{one} {other}")
        assert again("left out: 7 lines that are no rows (row of sums): 3, 4 and others").count("合计行") == 1


def test_what_is_told_of_deliveries_is_found_again_with_its_numbers_and_in_its_plural():
    """The log keeps it in English; numbers, days and plurals stand in it as English writes them."""
    texts = [text for file, told in said() if file.startswith("deliveries/") for text in (told if isinstance(told, tuple) else (told,))]
    lost = []
    with speaking("zh_Hans"):
        for text in dict.fromkeys(texts):
            names = FIELD.findall(text)
            values = {name: f"1,{number}00" for number, name in enumerate(dict.fromkeys(names))}
            found = again(FIELD.sub(lambda field, values=values: values[field[1]], text))
            if not re.search(r"[\u4e00-\u9fff]", found) or not all(value in found for value in values.values()):
                lost.append((text, found))
    assert len(texts) > 60 and lost == []
