"""The catalogues hold what the code says: no less, no more, with the same values in each text."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from language import LANGUAGES
from language.catalogue import ENGLISH, place
from language.gather import KEYWORDS, ROOMS, ROOT, gathered, missing, said

OTHERS = [name for name in LANGUAGES if name != ENGLISH]


def texts(language: str):
    with place(language).open("rb") as file:
        return [one for one in read_po(file, locale=language) if one.id]


def fields(text: str) -> set[str]:
    """The names of its values; what of a day is told, and how a chart writes it (after the bar), each language says in its own way."""
    return {re.split(r"[.|]", name)[0] for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_holds_what_the_code_says_and_nothing_else(language):
    """`make words` brings it up to date."""
    kept, now = ({(one.id, one.context) for one in found if one.id} for found in (texts(language), gathered(language)))
    assert len(now) > 1000
    assert now - kept == set()
    assert kept - now == set()


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_same_values_as_its_text(language):
    for one in texts(language):
        english = "".join(one.id) if isinstance(one.id, tuple) else one.id
        for told in filter(None, one.string if isinstance(one.string, tuple) else [one.string]):
            if re.search(r"\{\w", english):
                assert fields(told) <= fields(english), one.id
                assert isinstance(one.id, tuple) or fields(told) == fields(english), one.id


@pytest.mark.parametrize("language", OTHERS)
def test_no_text_lacks_a_translation(language):
    assert missing(language) == []


def test_what_is_said_has_its_file():
    assert {file.split("/")[0] for file, _ in said()} >= {"pages", "metrics"}


def marked(path: Path) -> Iterator[str]:
    """The constant texts that a file marks, wherever the call stands: also in the braces of an f-string, which the gatherer cannot read."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS and node.args:
            first = node.args[1 if node.func.id.endswith("_of") else 0]
            if isinstance(first, ast.Constant) and first.value:
                yield first.value


def test_what_is_marked_is_gathered_wherever_it_stands():
    known = {text for _, message in said() for text in ([message] if isinstance(message, str) else message)}
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            assert set(marked(path)) - known == set(), path
